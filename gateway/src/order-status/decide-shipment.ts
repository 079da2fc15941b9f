import {
  OrderCancelled,
  type OrderStatus,
  type ShipmentCreated,
  type ShipmentDelivered,
  type ShipmentDispatched,
  type ShipmentFailed,
  type ShipmentStatus,
} from '@orderflow/contracts';
import type { OrderState } from '../order-store.ts';
import type { Decide } from './follow-fact.ts';

/** How far a shipment has come. A failed one can't have left, and one that has left did not fail. */
const RANK: Readonly<Record<ShipmentStatus, number>> = { none: 0, created: 1, failed: 2, dispatched: 3, delivered: 4 };

/** How far an order has come; one that has ended otherwise is not on this road any more. */
const ROAD: Readonly<Partial<Record<OrderStatus, number>>> = { pending: 0, confirmed: 1, shipped: 2, delivered: 3 };

export const decideCreated: Decide<typeof ShipmentCreated> = (
  order,
  { carrier, trackingNumber, trackingUrl, eta },
) => ({
  text: `${carrier} will take the parcel; its tracking number is ${trackingNumber}`,
  change: {
    shipment: advance(order, 'created'),
    tracking: { carrier, number: trackingNumber, url: trackingUrl, eta },
  },
});

export const decideDispatched: Decide<typeof ShipmentDispatched> = (order, { carrier }) => ({
  text: `The parcel is on its way with ${carrier}`,
  change: { shipment: advance(order, 'dispatched'), status: along(order, 'shipped') },
});

export const decideDelivered: Decide<typeof ShipmentDelivered> = (order) => ({
  text: 'The parcel was delivered',
  change: { shipment: advance(order, 'delivered'), status: along(order, 'delivered') },
});

/** Cancels an order that cannot be shipped, unless it has left all the same or has ended before. */
export const decideFailed: Decide<typeof ShipmentFailed> = (order, { reason: why }) => {
  const text = `The parcel could not be shipped: ${why}`;
  const change = { shipment: advance(order, 'failed') };
  if (order.status !== 'pending' && order.status !== 'confirmed') return { text, change };
  const reason = text.slice(0, 500);
  return { text, change: { ...change, status: 'cancelled', reason }, say: [OrderCancelled.of({ reason })] };
};

const advance = ({ shipment }: OrderState, to: ShipmentStatus): ShipmentStatus =>
  RANK[to] > RANK[shipment] ? to : shipment;

function along({ status }: OrderState, to: 'shipped' | 'delivered'): OrderStatus {
  const [now, then] = [ROAD[status], ROAD[to]];
  return now !== undefined && then !== undefined && then > now ? to : status;
}
