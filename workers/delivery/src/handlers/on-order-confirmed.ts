import type { EventOf, OrderConfirmed } from '@orderflow/contracts';
import { type HandlerContext, ignore, type Outcome } from '@orderflow/runtime';
import { cancelParcels, foundParcels } from '../cancel.ts';
import { afterCancelling, afterTries } from '../decide-cancellation.ts';
import { decideOnConfirmed } from '../decide-shipping.ts';
import { type Deps, momentOf } from '../deps.ts';
import { answered, createdSince, type Said } from '../facts.ts';
import type { Details, OrderShipments } from '../order-shipments.ts';
import { ship } from '../ship.ts';

/**
 * Orders the shipments from the carrier. The cancel window needs no timer: the carrier is told when the parcels are
 * ready and doesn't come before.
 */
export async function onOrderConfirmed(
  deps: Deps,
  { subject: id, data }: EventOf<typeof OrderConfirmed>,
  state: OrderShipments | null,
  context: HandlerContext,
): Promise<Outcome<OrderShipments, Said>> {
  const decision = decideOnConfirmed(state);
  const details = detailsOf(data);
  switch (decision.do) {
    case 'nothing':
      return ignore(decision.why);
    case 'ship': {
      const shipments = await ship(deps, { id, details, readyAt: details.dispatchAfter }, data.parcels, context);
      return { state: { ...details, status: 'shipping', shipments, returns: [] }, say: shipments.map(answered) };
    }
    case 'call off': {
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
      return { state: outcome.state, say: [...createdSince(shipments, outcome.state), ...outcome.say] };
    }
  }
}

const detailsOf = ({ lines, ...data }: EventOf<typeof OrderConfirmed>['data']): Details => {
  const { address, contact, shippingMethod, dispatchAfter } = data;
  return { address, contact, shippingMethod, dispatchAfter, items: lines.map(({ sku, name }) => ({ sku, name })) };
};
