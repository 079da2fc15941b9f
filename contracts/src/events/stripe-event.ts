import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { moneySchema } from '../nouns/money.ts';

export const StripeEvent = defineEvent('stripe.event', {
  version: 1,
  saidBy: ['gateway'],
  summary:
    "Something changed at Stripe; from Stripe's verified webhook. Whoever hears it asks Stripe what is true now, unless it shows what is on record.",
  data: z.object({
    /** Stripe's id of the event, `evt_…`. */
    stripeEventId: z.string().min(1),
    type: z.string().min(1),
    intentId: z.string().min(1),
    /** Stripe's id, `re_…`, where the event is about a refund. */
    stripeRefundId: z.string().min(1).optional(),
    /**
     * The intent as the webhook shows it, where nothing about it is odd: what is authorised, or what was captured. It is
     * believed only where it is on record already; then nobody need ask.
     */
    shows: z.object({ status: z.enum(['authorized', 'captured']), amount: moneySchema }).optional(),
  }),
});
