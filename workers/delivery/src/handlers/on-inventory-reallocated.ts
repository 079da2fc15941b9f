import type { EventOf, InventoryReallocated } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { carryOut } from '../carry-out.ts';
import { decideOnReallocated } from '../decide-shipping.ts';
import type { Deps } from '../deps.ts';
import type { OrderShipments } from '../order-shipments.ts';

/** Ships from other warehouses what one could not send; unless the order was cancelled meanwhile. */
export const onInventoryReallocated = (
  deps: Deps,
  event: EventOf<typeof InventoryReallocated>,
  state: OrderShipments | null,
  context: HandlerContext,
) => carryOut(deps, event.subject, decideOnReallocated(state, event, context.triedBefore), context);
