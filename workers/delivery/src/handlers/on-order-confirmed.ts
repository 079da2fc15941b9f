import type { EventOf, OrderConfirmed } from '@orderflow/contracts';
import { change, type Decision, type HandlerContext, ignore } from '@orderflow/runtime';
import { cancelParcels, foundParcels } from '../cancel.ts';
import { afterCancelling, afterTries } from '../decide-cancellation.ts';
import { decideOnConfirmed, reservedShipments } from '../decide-shipping.ts';
import { type Deps, momentOf } from '../deps.ts';
import { answered, createdSince, type Said } from '../facts.ts';
import type { Details, OrderShipments } from '../order-shipments.ts';
import { ship } from '../ship.ts';
import { stopAgain } from '../stop.ts';

/**
 * Orders the shipments from the carrier, once payment vouches for the order: the event that comes second does. The cancel window needs no timer: the carrier is told when the parcels are
 * ready and doesn't come before.
 */
export async function onOrderConfirmed(
  deps: Deps,
  { subject: id, data }: EventOf<typeof OrderConfirmed>,
  state: OrderShipments | null,
  context: HandlerContext,
): Promise<Decision<OrderShipments, Said>> {
  const decision = decideOnConfirmed(state);
  const details = detailsOf(data);
  switch (decision.kind) {
    case 'nothing':
      return ignore(decision.why);
    case 'ship': {
      const { payment } = decision;
      const reserved = reservedShipments(data.parcels, details.dispatchAfter);
      const shipments = await ship(deps, { id, details }, reserved, context);
      const state = { ...details, status: 'shipping', payment, shipments, returns: [] } as const;
      return change(state, shipments.map(answered));
    }
    case 'reserve': {
      const { payment } = decision;
      const shipments = reservedShipments(data.parcels, details.dispatchAfter);
      const state = { ...details, status: 'shipping', payment, shipments, returns: [] } as const;
      // An earlier try, when payment still vouched for it, may have made some.
      return context.triedBefore && payment.status === 'unsecured'
        ? stopAgain(deps, id, state, context)
        : change(state);
    }
    case 'call_off': {
      const { reason, status } = decision.state;
      const order = { id, reason, readyAt: details.dispatchAfter };
      const shipments = await foundParcels(deps, order, data.parcels, context);
      const found = { ...details, status: 'shipping', shipments, returns: [] } as const;
      const answers = await cancelParcels(deps, found, context);
      const at = momentOf(deps, context);
      const how = { reason, asked: status === 'to_call_off', open: false, askAt: afterTries(at) };
      const outcome = afterCancelling(found, answers, how, at);
      if (!how.asked && outcome.state.status !== 'cancelled')
        context.log.warn('a parcel of a cancelled order has left');
      return change(outcome.state, [...createdSince(shipments, outcome.state), ...outcome.say]);
    }
  }
}

const detailsOf = ({ lines, ...data }: EventOf<typeof OrderConfirmed>['data']): Details => {
  const { address, contact, shippingMethod, dispatchAfter } = data;
  return { address, contact, shippingMethod, dispatchAfter, items: lines.map(({ sku, name }) => ({ sku, name })) };
};
