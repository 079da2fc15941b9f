import type { EventOf, OrderConfirmed } from '@orderflow/contracts';
import { change, type Decision, type HandlerContext, ignore, wait } from '@orderflow/runtime';
import { type PaymentRecord, whenConfirmed } from '../decide-vouching.ts';
import type { Deps, Said } from '../deps.ts';

/** Delivery waits for our word. What anybody said of this payment does not count, only what is written here. */
export function onOrderConfirmed(
  _deps: Deps,
  event: EventOf<typeof OrderConfirmed>,
  state: PaymentRecord | null,
  { attempt, log }: HandlerContext,
): Decision<PaymentRecord, Said> {
  const decided = whenConfirmed(state, { total: event.data.total, attempt });
  switch (decided.kind) {
    case 'answer':
      for (const { type, data } of decided.say) {
        if (type === 'payment.unsecured') log.error({ ...data }, 'an order was confirmed whose money is not there');
      }
      return change(decided.state, decided.say);
    case 'wait':
      return wait(decided.why);
    case 'nothing':
      return ignore(decided.why);
    default:
      return decided satisfies never;
  }
}
