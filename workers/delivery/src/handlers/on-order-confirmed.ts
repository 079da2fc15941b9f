import type { EventOf, OrderConfirmed } from '@orderflow/contracts';
import { type HandlerContext, ignore, type Outcome } from '@orderflow/runtime';
import { decideOnConfirmed } from '../decide-shipping.ts';
import type { Deps } from '../deps.ts';
import { answered, type Said } from '../facts.ts';
import type { Details, OrderShipments } from '../order-shipments.ts';
import { callOff, ship } from '../ship.ts';

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
      const { reason } = decision.state;
      const shipments = await callOff(deps.carrier, id, data.parcels, { reason, signal: context.signal });
      return { state: { ...details, status: 'cancelled', reason, shipments, returns: [] } };
    }
  }
}

const detailsOf = ({ lines, ...data }: EventOf<typeof OrderConfirmed>['data']): Details => {
  const { address, contact, shippingMethod, dispatchAfter } = data;
  return { address, contact, shippingMethod, dispatchAfter, items: lines.map(({ sku, name }) => ({ sku, name })) };
};
