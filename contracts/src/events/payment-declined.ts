import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { cardSchema } from '../nouns/card.ts';
import { withoutPerson } from '../nouns/erased.ts';

export const PaymentDeclined = defineEvent('payment.declined', {
  version: 1,
  saidBy: ['payment'],
  summary: 'The card was declined. When final, the order has failed and its stock is released.',
  erased: withoutPerson,
  data: z.object({
    code: z.string().min(1),
    message: z.string().min(1),
    attempt: z.int().min(1),
    attemptsLeft: z.int().nonnegative(),
    final: z.boolean(),
    /** Until then another payment method may be tried. */
    retryUntil: z.iso.datetime().optional(),
    card: cardSchema.optional(),
  }),
});
