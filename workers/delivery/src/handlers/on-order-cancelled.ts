import type { EventOf, OrderCancelled } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { carryOut } from '../carry-out.ts';
import { decideOnCancelled } from '../decide-cancellation.ts';
import type { Deps } from '../deps.ts';
import type { OrderShipments } from '../order-shipments.ts';

/** Cancels at the carrier what is still live; before the order was confirmed here, leaves a tombstone so that it never ships. */
export const onOrderCancelled = (
  deps: Deps,
  { subject: orderId, data: { reason } }: EventOf<typeof OrderCancelled>,
  state: OrderShipments | null,
  context: HandlerContext,
) => carryOut(deps, orderId, decideOnCancelled(state, reason), context);
