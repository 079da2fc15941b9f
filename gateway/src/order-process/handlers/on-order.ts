import { type EventOf, OrderCancelRequested, type OrderErased } from '@orderflow/contracts';
import { projection } from '@orderflow/runtime';
import { decideCancelRequested } from '../decide-cancel.ts';
import type { OrderProcessDeps } from '../deps.ts';
import { factHandler } from '../fact-handler.ts';

export const onOrder = {
  'order.cancel_requested': factHandler(OrderCancelRequested, decideCancelRequested),
  /** The gateway has erased the order itself; here it leaves the marks of what was said and done. */
  'order.erased': projection<OrderProcessDeps, EventOf<typeof OrderErased>>(({ erase }, event, context) =>
    erase(event, context),
  ),
};
