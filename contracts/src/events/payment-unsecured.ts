import { z } from 'zod';
import { defineEvent } from '../event.ts';

/** What payment knows of the order instead of its money. */
export const unsecuredCodeSchema = z.enum([
  'unknown_order',
  'not_authorized',
  'processing',
  'declined',
  'expired',
  'voided',
  'other_amount',
]);
export type UnsecuredCode = z.infer<typeof unsecuredCodeSchema>;

export const PaymentUnsecured = defineEvent('payment.unsecured', {
  version: 1,
  saidBy: ['payment'],
  summary: "By payment's own books the money of the confirmed order is not there: nothing of it may leave.",
  data: z.object({
    code: unsecuredCodeSchema,
    reason: z.string().min(1).max(500),
    /** Counts what payment has said of this order, together with `payment.secured`: the highest stands. */
    version: z.int().min(1),
  }),
});
