import type { EventOf, OrderConfirmed } from '@orderflow/contracts';
import type { Decision, HandlerContext } from '@orderflow/runtime';
import { decideOnConfirmed, type PaymentRecord } from '../decide-vouching.ts';
import type { Deps, PaymentFact } from '../deps.ts';

/** Delivery waits for our word. What anybody said of this payment does not count, only what is stored here. */
export function onOrderConfirmed(
  _deps: Deps,
  event: EventOf<typeof OrderConfirmed>,
  state: PaymentRecord | null,
  { attempt, log }: HandlerContext,
): Decision<PaymentRecord, PaymentFact> {
  const decision = decideOnConfirmed(state, { total: event.data.total, edits: event.data.edits, attempt });
  const say = decision.kind === 'change' ? decision.say : [];
  for (const { type, data } of say) {
    if (type === 'payment.unsecured') log.error({ ...data }, 'an order was confirmed whose money is not there');
  }
  return decision;
}
