import type { EventOf, InventoryReallocated } from '@orderflow/contracts';
import { change, type Decision, flag, type HandlerContext, ignore, wait } from '@orderflow/runtime';
import { cancelParcels, foundParcels } from '../cancel.ts';
import { afterCancelling, afterTries, mayHaveMore } from '../decide-cancellation.ts';
import { decideOnReallocated, reallocated, reservedShipments } from '../decide-shipping.ts';
import { type Deps, momentOf } from '../deps.ts';
import { answered, createdSince, type Said } from '../facts.ts';
import type { OrderShipments } from '../order-shipments.ts';
import { ship } from '../ship.ts';
import { stopAgain } from '../stop.ts';

/** Ships from other warehouses what one could not send, once payment vouches for it; unless the order was cancelled meanwhile. */
export async function onInventoryReallocated(
  deps: Deps,
  { subject: id, time, data }: EventOf<typeof InventoryReallocated>,
  state: OrderShipments | null,
  context: HandlerContext,
): Promise<Decision<OrderShipments, Said>> {
  const decision = decideOnReallocated(state, data);
  switch (decision.kind) {
    case 'nothing':
      return ignore(decision.why);
    case 'wait':
      return wait(decision.why);
    case 'refuse':
      return flag(decision.why);
    case 'ship': {
      const { state: details, replaced } = decision;
      const reserved = reservedShipments(data.parcels, laterOf(details.dispatchAfter, time));
      const shipments = await ship(deps, { id, details }, reserved, context);
      return change(reallocated(details, replaced, shipments), shipments.map(answered));
    }
    case 'reserve': {
      const reserved = reservedShipments(data.parcels, laterOf(decision.state.dispatchAfter, time));
      const state = reallocated(decision.state, decision.replaced, reserved);
      return context.triedBefore ? stopAgain(deps, id, state, context) : change(state);
    }
    case 'call_off': {
      const { state: stored, replaced } = decision;
      const { reason, status, dispatchAfter } = stored;
      const order = { id, reason, readyAt: laterOf(dispatchAfter, time) };
      const shipments = await foundParcels(deps, order, data.parcels, context);
      const found = reallocated(stored, replaced, shipments);
      const answers = await cancelParcels(deps, found, context);
      const at = momentOf(deps, context);
      // A cancelled order has been answered as a whole; of one that is partly on its way these parcels are missing.
      const asked = status !== 'cancelled';
      const how = { reason, asked, open: asked && mayHaveMore(found), askAt: afterTries(at), stored };
      const outcome = afterCancelling(found, answers, how, at);
      if (!asked && outcome.state.status !== 'cancelled') context.log.warn('a parcel of a cancelled order has left');
      return change(outcome.state, [...createdSince(shipments, outcome.state), ...outcome.say]);
    }
  }
}

const laterOf = (one: string, other: string): string => (Date.parse(one) > Date.parse(other) ? one : other);
