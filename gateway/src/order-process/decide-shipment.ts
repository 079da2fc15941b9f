import type {
  Parcel,
  ShipmentCancelled,
  ShipmentCreated,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentFailed,
} from '@orderflow/contracts';
import { NotYetError } from '@orderflow/runtime';
import { manualReview } from '../orders/order-attention.ts';
import { latest } from '../orders/order-deadlines.ts';
import type { OrderState } from '../orders/order-state.ts';
import { hasLeft, type ParcelNews, stopped, withParcels } from '../orders/parcels.ts';
import type { Decide, OrderChange } from './order-change.ts';

export const decideCreated: Decide<typeof ShipmentCreated> = (order, data) => ({
  text: `${data.carrier} will take ${nameOf(order, data)}; its tracking number is ${data.trackingNumber}`,
  change: known(order, { ...data, status: 'created', tracking: trackingOf(data, data.eta) }),
});

export const decideDispatched: Decide<typeof ShipmentDispatched> = (order, data) => {
  const onItsWay = `on its way with ${data.carrier}`;
  const tooLate = order.status === 'cancelling' || (order.status === 'shipped' && order.cancel !== undefined);
  return {
    text: tooLate
      ? `It was too late to cancel: ${nameOf(order, data)} is ${onItsWay} already`
      : `${capital(nameOf(order, data))} is ${onItsWay}`,
    change: {
      ...known(order, { ...data, status: 'dispatched', tracking: trackingOf(data) }),
      ...scanned(order, data.scanAt),
      ...although(order, `Parcel ${data.parcelId} has left although the order is ${order.status}`),
    },
  };
};

export const decideDelivered: Decide<typeof ShipmentDelivered> = (order, data) => ({
  text: `${capital(nameOf(order, data))} was delivered`,
  change: {
    ...known(order, { ...data, status: 'delivered', tracking: trackingOf(data) }),
    ...scanned(order, data.scanAt),
    ...although(order, `Parcel ${data.parcelId} was delivered although the order is ${order.status}`),
  },
});

/** A parcel that another warehouse may be able to send is still to come; inventory says which it will be. */
export const decideFailed: Decide<typeof ShipmentFailed> = (order, data): OrderChange => {
  const { reason, code, dispatched, elsewhere, returned } = data;
  const name = capital(nameOf(order, data));
  if (dispatched) {
    return {
      text: returned ? `${name} came back to us: ${reason}` : `${name} was lost: ${reason}`,
      change: known(order, { ...data, status: returned ? 'returned' : 'lost' }),
    };
  }
  if (code === 'payment_unsecured') return { text: `${name} was stopped: ${reason}` };
  if (elsewhere)
    return {
      text: `${name} cannot be sent from ${data.warehouse}, we try another warehouse, or again later: ${reason}`,
    };
  if (code === 'cancelled') {
    return { text: `${name} was stopped in time`, change: known(order, { ...data, status: 'cancelled' }) };
  }
  return { text: `${name} could not be shipped: ${reason}`, change: known(order, { ...data, status: 'failed' }) };
};

/** Nothing has left and nothing will: a cancellation is through. */
export const decideShipmentCancelled: Decide<typeof ShipmentCancelled> = (order, { reason }) => {
  const parcels = stopped(order.parcels, reason);
  const text = 'Nothing was shipped, and nothing will be';
  switch (order.status) {
    case 'pending':
    case 'confirmed':
    case 'cancelling':
      if (parcels.some(hasLeft)) return { text, change: { parcels } };
      return { text, change: { parcels, status: 'cancelled', reason: order.cancel?.reason ?? reason } };
    case 'shipped':
    case 'delivered':
    case 'rejected':
    case 'payment_failed':
    case 'cancelled':
    case 'expired':
      return { text, change: { parcels } };
    default:
      return order.status satisfies never;
  }
};

/** Shipments come from confirmed orders only, so the parcels are known, or are about to be: their number counts. */
function known({ parcels }: OrderState, news: ParcelNews): Pick<OrderState, 'parcels'> {
  if (parcels.length === 0) throw new NotYetError('The shipment was known before the parcels were');
  return { parcels: withParcels(parcels, [news]) };
}

const scanned = ({ lastScanAt }: OrderState, scanAt: string) => ({ lastScanAt: latest(scanAt, lastScanAt) });

/** What arrives although nobody is to have it. */
const although = (order: OrderState, text: string) => {
  const { status } = order;
  return status === 'cancelled' || status === 'expired' || status === 'rejected' || status === 'payment_failed'
    ? manualReview(order, text)
    : {};
};

const trackingOf = (
  { carrier, trackingNumber, trackingUrl }: { carrier: string; trackingNumber: string; trackingUrl: string },
  eta?: string,
) => ({ carrier, number: trackingNumber, url: trackingUrl, ...(eta === undefined ? {} : { eta }) });

const nameOf = ({ parcels }: OrderState, { parcelId }: Pick<Parcel, 'parcelId'>): string =>
  parcels.length === 1 ? 'the parcel' : `parcel ${parcelId}`;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
