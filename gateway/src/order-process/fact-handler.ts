import type { EventDefinition, EventOf } from '@orderflow/contracts';
import { type Handler, PermanentError, type SaidBy } from '@orderflow/runtime';
import type { OrderDurations } from '../orders/order-deadlines.ts';
import type { OrderState } from '../orders/order-store.ts';
import { entryOf } from '../orders/timeline.ts';
import type { OrderProcessDeps } from './deps.ts';
import { evolveOrder } from './evolve-order.ts';
import type { orderProcess } from './worker.ts';

export type OrderProcessFact = SaidBy<typeof orderProcess>;

/** What a fact lets us know about an order, and the fact in words for its owner. */
export interface OrderChange {
  readonly text: string;
  readonly change?: Partial<OrderState>;
  /** Fields that the order has no longer. */
  readonly without?: readonly 'paymentDue'[] | undefined;
}

/** Pure: what a fact means for the order as it stands. @throws NotYetError when it depends on one that is under way */
export type Decide<D extends EventDefinition> = (
  order: OrderState,
  data: EventOf<D>['data'],
  /** `at`: when the fact came about. */
  context: { now: Date; at: string },
) => OrderChange;

/** The handler for a fact about an order: what is known now, what follows from it and the timeline are one commit. */
export function factHandler<D extends EventDefinition>(
  _definition: D,
  decide: Decide<D>,
): Handler<OrderProcessDeps, EventOf<D>, OrderState, OrderProcessFact> {
  return ({ durations }, event, order, { now }) => {
    // Orders are stored before their first fact is said, so there is none to wait for.
    if (!order) throw new PermanentError(`There is no order ${event.subject}`);
    const { text, change, without } = decide(order, event.data, { now, at: event.time });
    // A fact that the gateway has said for somebody is on the timeline since then.
    const isTold = order.timeline.some(({ eventId }) => eventId === event.id);
    const timeline = isTold ? order.timeline : [...order.timeline, entryOf(event, text)];
    return evolve(event.subject, order, { change: { ...change, timeline }, without }, { now, durations });
  };
}

/** The order with what is known now and all that follows from it. */
export function evolve(
  orderId: string,
  order: OrderState,
  { change, without = [] }: Omit<OrderChange, 'text'>,
  { now, durations }: { now: Date; durations: OrderDurations },
): { state: OrderState; say: readonly OrderProcessFact[] } {
  const known = { ...order, ...change, updatedAt: now.toISOString() };
  for (const name of without) delete known[name];
  return evolveOrder(orderId, order, known, { now, durations });
}
