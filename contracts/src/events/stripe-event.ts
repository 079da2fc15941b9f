import { z } from 'zod';
import { defineEvent } from '../event.ts';

export const StripeEvent = defineEvent('stripe.event', {
  version: 1,
  saidBy: ['gateway'],
  summary:
    "Something changed at Stripe; from Stripe's verified webhook. Whoever hears it asks Stripe what is true now.",
  data: z.object({
    /** Stripe's id of the event, `evt_…`. */
    stripeEventId: z.string().min(1),
    type: z.string().min(1),
    intentId: z.string().min(1),
    /** Stripe's id, `re_…`, where the event is about a refund. */
    stripeRefundId: z.string().min(1).optional(),
  }),
});
