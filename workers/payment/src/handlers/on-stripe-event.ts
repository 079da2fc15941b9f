import { type EventOf, equalMoney, type StripeEvent } from '@orderflow/contracts';
import { ignore } from '@orderflow/runtime';
import { intentOf, type Payment } from '../payment.ts';
import { askStripe } from '../payment-decision.ts';
import type { PaymentHandler } from '../with-stripe.ts';

/**
 * A webhook is not believed: Stripe is asked what is true now. So duplicates, old news and forgeries do no harm; nor do they where
 * they show what is on record, and nobody asks.
 */
export const onStripeEvent: PaymentHandler<EventOf<typeof StripeEvent>> = (_deps, event, state) => {
  if (state === null) return ignore('no payment is known of this order', { unexpected: true });
  const { intentId } = event.data;
  if (isOnRecord(state, event.data)) return ignore('that is on record');
  return askStripe({ kind: 'look', intentId }, state, { kind: 'webhook' });
};

function isOnRecord(state: Payment, { intentId, shows }: EventOf<typeof StripeEvent>['data']): boolean {
  if (shows === undefined || state.status !== shows.status || intentOf(state) !== intentId) return false;
  return equalMoney(state.status === 'captured' ? state.captured : state.amount, shows.amount);
}
