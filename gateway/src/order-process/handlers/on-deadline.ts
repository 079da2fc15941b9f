import type { EventOf } from '@orderflow/contracts';
import { change, type DeadlinePassed, type Handler, ignore } from '@orderflow/runtime';
import type { OrderState } from '../../orders/order-state.ts';
import { decideTimeout } from '../decide-timeout.ts';
import type { OrderProcessDeps } from '../deps.ts';
import type { OrderProcessFact } from '../order-change.ts';
import { progressOrder } from '../progress-order.ts';

/** A step has timed out. What follows from it is on the timeline; the timeout itself is nothing for the customer. */
export const onDeadline: Handler<OrderProcessDeps, EventOf<typeof DeadlinePassed>, OrderState, OrderProcessFact> = (
  { durations },
  event,
  order,
  { now, log },
) => {
  if (!order) return ignore('there is no such order');
  log.warn({ deadline: event.data.name, status: order.status }, 'an order has timed out');
  const progress = decideTimeout(order, durations).change ?? {};
  const { state, say } = progressOrder(event.subject, order, progress, { now, durations });
  return change(state, say);
};
