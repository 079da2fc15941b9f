import type { EventDefinition, EventOf } from '@orderflow/contracts';
import { change as changed, flag, type Handler } from '@orderflow/runtime';
import type { OrderDurations } from '../orders/order-deadlines.ts';
import type { OrderState } from '../orders/order-state.ts';
import { entryOf } from '../orders/timeline.ts';
import type { OrderProcessDeps } from './deps.ts';
import { evolveOrder } from './evolve-order.ts';
import type { Decide, OrderChange, OrderProcessFact } from './order-change.ts';

/** The handler for a fact about an order: what is known now, what follows from it and the timeline are one commit. */
export function factHandler<D extends EventDefinition>(
  _definition: D,
  decide: Decide<D>,
): Handler<OrderProcessDeps, EventOf<D>, OrderState, OrderProcessFact> {
  return ({ durations }, event, order, { now }) => {
    // Orders are stored before their first fact is said, so there is none to wait for.
    if (!order) return flag(`There is no order ${event.subject}`);
    const { text, change, without } = decide(order, event.data, { now, at: event.time });
    // A fact that the gateway has said for somebody is on the timeline since then.
    const isTold = order.timeline.some(({ eventId }) => eventId === event.id);
    const timeline = isTold ? order.timeline : [...order.timeline, entryOf(event, text)];
    const known = { change: { ...change, timeline }, without };
    const { state, say } = evolve(event.subject, order, known, { now, durations });
    return changed(state, say);
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
