import type { EventOf, StripeEvent } from '@orderflow/contracts';
import { ignore } from '@orderflow/runtime';
import { askStripe } from '../payment-decision.ts';
import type { PaymentHandler } from '../with-stripe.ts';

/** A webhook is not believed: Stripe is asked what is true now. So duplicates, old news and forgeries do no harm. */
export const onStripeEvent: PaymentHandler<EventOf<typeof StripeEvent>> = (_deps, event, state) => {
  if (state === null) return ignore('no payment is known of this order', { unexpected: true });
  return askStripe({ kind: 'look', intentId: event.data.intentId }, state, { kind: 'webhook' });
};
