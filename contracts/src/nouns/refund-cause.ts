import { z } from 'zod';

/** Why money is refunded, for notices in any language. */
export const refundCauseSchema = z.enum([
  /** Staff decided so; for goods or for goodwill. */
  'staff',
  /** No warehouse or carrier could send the parcel, or it was stopped before it left. */
  'not_sent',
  'lost',
  'returned_to_sender',
  /** The customer sent goods back. */
  'returned',
  /** It was taken out of the order before it left, and charged already. */
  'taken_out',
  /** The order has ended, and the shop may keep nothing. */
  'order_ended',
  /** Somebody refunded it at Stripe. */
  'by_hand',
]);
export type RefundCause = z.infer<typeof refundCauseSchema>;
