import type { EventOf, OrderConfirmed } from '@orderflow/contracts';
import { type HandlerContext, ignore, NotYetError, type Outcome } from '@orderflow/runtime';
import { type PaymentRecord, whenConfirmed } from '../decide-vouching.ts';
import type { Deps, Said } from '../deps.ts';

/** Delivery waits for our word. What anybody said of this payment does not count, only what is written here. */
export function onOrderConfirmed(
  _deps: Deps,
  event: EventOf<typeof OrderConfirmed>,
  state: PaymentRecord | null,
  { attempt, log }: HandlerContext,
): Outcome<PaymentRecord, Said> {
  const decided = whenConfirmed(state, { total: event.data.total, attempt });
  switch (decided.next) {
    case 'answer':
      for (const { type, data } of decided.say) {
        if (type === 'payment.unsecured') log.error({ ...data }, 'an order was confirmed whose money is not there');
      }
      return { state: decided.state, say: decided.say };
    case 'wait':
      throw new NotYetError(decided.why);
    case 'nothing':
      return ignore(decided.why);
    default:
      return decided satisfies never;
  }
}
