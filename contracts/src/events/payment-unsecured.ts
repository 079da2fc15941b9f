import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { reasonSchema } from '../nouns/text.ts';

/** Why the money is not there. */
export const unsecuredCodeSchema = z.enum([
  'unknown_order',
  'not_authorized',
  'processing',
  'declined',
  'expired',
  'voided',
  'other_amount',
  'disputed',
  'under_review',
]);
export type UnsecuredCode = z.infer<typeof unsecuredCodeSchema>;

export const PaymentUnsecured = defineEvent('payment.unsecured', {
  version: 1,
  saidBy: ['payment'],
  summary: "By payment's own books the money of the confirmed order is not there: nothing of it may leave.",
  erased: withoutWords,
  data: z.object({
    code: unsecuredCodeSchema,
    reason: reasonSchema,
    /** Numbers this order's `payment.secured` and `payment.unsecured`: the highest counts. */
    version: z.int().min(1),
  }),
});
