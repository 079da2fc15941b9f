import type { EventOf, OrderCancelRequested } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { carryOut } from '../carry-out.ts';
import { decideOnCancelRequested } from '../decide-cancellation.ts';
import { type Deps, momentOf } from '../deps.ts';
import type { OrderShipments } from '../order-shipments.ts';

/** Of a confirmed order we answer: nothing leaves any more, or this has left already. Only once that is sure. */
export const onOrderCancelRequested = (
  deps: Deps,
  { subject: orderId, data }: EventOf<typeof OrderCancelRequested>,
  state: OrderShipments | null,
  context: HandlerContext,
) => carryOut(deps, orderId, decideOnCancelRequested(state, data, momentOf(deps, context)), context);
