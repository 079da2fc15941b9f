import type { EventDefinition, EventOf } from '@orderflow/contracts';
import { type Handler, PermanentError, type SaidBy } from '@orderflow/runtime';
import type { OrderState } from '../order-store.ts';
import { entryOf } from '../timeline.ts';
import type { OrderStatusDeps } from './deps.ts';
import type { orderStatus } from './worker.ts';

export type Said = SaidBy<typeof orderStatus>;

/** What a fact means for an order: what changes, what is to be said, and the fact in words for people. */
export interface Meaning {
  readonly text: string;
  readonly change?: Partial<Pick<OrderState, 'status' | 'payment' | 'shipment' | 'reason' | 'tracking'>>;
  readonly say?: readonly Said[];
}

/** Pure: what a fact means for the order as it stands. */
export type Decide<D extends EventDefinition> = (order: OrderState, data: EventOf<D>['data']) => Meaning;

/** The handler for a fact about an order: the change and the entry on the timeline go into one commit. */
export function follow<D extends EventDefinition>(
  _definition: D,
  decide: Decide<D>,
): Handler<OrderStatusDeps, EventOf<D>, OrderState, Said> {
  return (_deps, event, order, { now }) => {
    // Orders are stored before their first fact is said, so there is none to wait for.
    if (!order) throw new PermanentError(`There is no order ${event.subject}`);
    const { text, change, say = [] } = decide(order, event.data);
    const timeline = [...order.timeline, entryOf(event, text)];
    return { state: { ...order, ...change, timeline, updatedAt: now.toISOString() }, say };
  };
}
