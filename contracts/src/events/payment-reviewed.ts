import { z } from 'zod';
import { defineEvent } from '../event.ts';

export const reviewSchema = z.object({
  /** Stripe's id, `prv_…`. */
  reviewId: z.string().min(1),
  open: z.boolean(),
  /** Stripe's word: why it was opened, or how it was closed. */
  reason: z.string().min(1).max(100),
});
export type Review = z.infer<typeof reviewSchema>;

export const PaymentReviewed = defineEvent('payment.reviewed', {
  version: 1,
  saidBy: ['payment'],
  summary: "Stripe's Radar, or a person there, has put the payment under review, or has closed the review.",
  data: reviewSchema,
});
