import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { moneySchema } from '../nouns/money.ts';

/** What the customer's bank asks back, as Stripe says it is now. An inquiry is a dispute that took no money. */
export const disputeSchema = z.object({
  /** Stripe's id, `du_…`. */
  disputeId: z.string().min(1),
  amount: moneySchema,
  /** Stripe's word for it, e.g. `fraudulent`. */
  reason: z.string().min(1).max(100),
  /** `won`: also an inquiry that was closed. */
  status: z.enum(['open', 'won', 'lost']),
  /** The bank has the money. */
  withdrawn: z.boolean(),
  /** ISO 8601; by then Stripe takes evidence. */
  answerBy: z.iso.datetime().optional(),
});
export type Dispute = z.infer<typeof disputeSchema>;

export const PaymentDisputed = defineEvent('payment.disputed', {
  version: 1,
  saidBy: ['payment'],
  summary: 'The customer disputes the charge with the bank, or what became of that. Said each time that it changes.',
  data: disputeSchema,
});
