import { OrderErased } from '@orderflow/contracts';
import { eraseOrder, whyUnderWay } from '../erase-order.ts';
import type { OrderState } from '../order-state.ts';
import { type Accepted, type Refused, refuse } from './command.ts';

export interface EraseCommand {
  readonly actor: 'customer' | 'staff';
  readonly now: Date;
}

/** Pure: personal data leaves an order that has ended, once; the event has it leave the other documents. */
export function decideErase(order: OrderState, { actor, now }: EraseCommand): Refused | Accepted {
  if (order.erased) return {};
  const why = whyUnderWay(order);
  if (why !== undefined) return refuse('ORDERS_UNDER_WAY', `The order ${why}`, 'customer');
  const left = { ...eraseOrder(order), erased: { at: now.toISOString() } };
  // What is not there any more has to be named to be removed.
  const gone = Object.keys(order).filter((name) => !(name in left));
  return {
    change: { ...Object.fromEntries(gone.map((name) => [name, undefined])), ...left },
    say: [OrderErased.of({ actor })],
  };
}
