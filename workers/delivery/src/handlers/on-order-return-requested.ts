import type { EventOf, OrderReturnRequested } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { carryOut } from '../carry-out.ts';
import { decideOnReturn } from '../decide-return.ts';
import type { Deps } from '../deps.ts';
import type { OrderShipments } from '../order-shipments.ts';

/** Orders the shipment that brings lines back to a warehouse. */
export const onOrderReturnRequested = (
  deps: Deps,
  event: EventOf<typeof OrderReturnRequested>,
  state: OrderShipments | null,
  context: HandlerContext,
) => carryOut(deps, event.subject, decideOnReturn(state, event), context);
