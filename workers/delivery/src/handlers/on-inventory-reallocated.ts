import type { EventOf, InventoryReallocated } from '@orderflow/contracts';
import { type HandlerContext, ignore, NotYetError, type Outcome, PermanentError } from '@orderflow/runtime';
import { decideOnReallocated, reallocated } from '../decide-shipping.ts';
import type { Deps } from '../deps.ts';
import { answered, cancelledParcel, type Said } from '../facts.ts';
import type { OrderShipments } from '../order-shipments.ts';
import { callOff, ship } from '../ship.ts';

/** Ships from other warehouses what one could not send; unless the order was cancelled meanwhile. */
export async function onInventoryReallocated(
  deps: Deps,
  { subject: id, time, data }: EventOf<typeof InventoryReallocated>,
  state: OrderShipments | null,
  context: HandlerContext,
): Promise<Outcome<OrderShipments, Said>> {
  const decision = decideOnReallocated(state, data);
  switch (decision.do) {
    case 'nothing':
      return ignore(decision.why);
    case 'wait':
      throw new NotYetError(decision.why);
    case 'refuse':
      throw new PermanentError(decision.why);
    case 'ship': {
      const { state: details, replaced } = decision;
      const readyAt = Date.parse(details.dispatchAfter) > Date.parse(time) ? details.dispatchAfter : time;
      const shipments = await ship(deps, { id, details, readyAt }, data.parcels, context);
      return { state: reallocated(details, replaced, shipments), say: shipments.map(answered) };
    }
    case 'call off': {
      const { reason, status } = decision.state;
      const shipments = await callOff(deps.carrier, id, data.parcels, { reason, signal: context.signal });
      // A cancelled order has been answered as a whole; of one that is partly on its way these parcels are missing.
      const say = status === 'curtailed' ? shipments.map(cancelledParcel) : [];
      return { state: reallocated(decision.state, decision.replaced, shipments), say };
    }
  }
}
