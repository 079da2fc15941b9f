import type { EventOf } from '@orderflow/contracts';
import { type DeadlinePassed, type Handler, ignore } from '@orderflow/runtime';
import type { OrderState } from '../../order-store.ts';
import { decideSilence } from '../decide-deadline.ts';
import type { OrderProcessDeps } from '../deps.ts';
import { afterwards, type Said } from '../follow-fact.ts';

/** A step has been silent for too long. What follows is on the timeline, the silence itself is not the customer's matter. */
export const onDeadline: Handler<OrderProcessDeps, EventOf<typeof DeadlinePassed>, OrderState, Said> = (
  { durations },
  event,
  order,
  { now, log },
) => {
  if (!order) return ignore('there is no such order');
  log.warn({ deadline: event.data.name, status: order.status }, 'an order has been silent for too long');
  return afterwards(event.subject, order, decideSilence(order, durations), { now, durations });
};
