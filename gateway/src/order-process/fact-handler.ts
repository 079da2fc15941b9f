import type { EventDefinition, EventOf } from '@orderflow/contracts';
import { change as changed, flag, type Handler } from '@orderflow/runtime';
import type { OrderState } from '../orders/order-state.ts';
import { withEntry } from '../orders/timeline.ts';
import type { OrderProcessDeps } from './deps.ts';
import type { Decide, OrderProcessFact } from './order-change.ts';
import { progressOrder } from './progress-order.ts';

/** The handler for a fact about an order: what is known now, what follows from it and the timeline are one commit. */
export function factHandler<D extends EventDefinition>(
  _definition: D,
  decide: Decide<D>,
): Handler<OrderProcessDeps, EventOf<D>, OrderState, OrderProcessFact> {
  return ({ durations }, event, order, { now }) => {
    // Orders are stored before their first fact is said, so there is none to wait for.
    if (!order) return flag(`There is no order ${event.subject}`);
    const { text, change, say: news = [] } = decide(order, event.data, { now, at: event.time });
    // An event of the gateway's is on the timeline since it was written.
    const { timeline } = withEntry(order, event, text);
    const { state, say } = progressOrder(event.subject, order, { ...change, timeline }, { now, durations });
    return changed(state, [...news, ...say]);
  };
}
