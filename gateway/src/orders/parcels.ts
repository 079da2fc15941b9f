import {
  linesWithout,
  type OrderParcel,
  type Parcel,
  type ParcelStatus,
  type ShipmentStatus,
} from '@orderflow/contracts';
import type { OrderState } from './order-state.ts';

/**
 * How far a parcel has come; it never goes back, whatever order its facts arrive in. One that has left did not fail
 * before, and one that has reached the customer was neither lost nor returned.
 */
const RANK: Readonly<Record<ParcelStatus, number>> = {
  reserved: 0,
  created: 1,
  failed: 2,
  cancelled: 3,
  replaced: 4,
  emptied: 5,
  dispatched: 6,
  lost: 7,
  returned: 8,
  delivered: 9,
};

export const hasLeft = ({ status }: OrderParcel): boolean => RANK[status] >= RANK.dispatched;

/** Whether it may still reach the customer. */
export const isLive = ({ status }: OrderParcel): boolean =>
  status === 'reserved' || status === 'created' || status === 'dispatched';

/** Whether it says something of how far the order has come: others bring what was in it, or nothing is left in it. */
export const isCounted = ({ status }: OrderParcel): boolean => status !== 'replaced' && status !== 'emptied';

/** What a fact says of a parcel, whether or not we have heard of the parcel before. */
export type ParcelNews = Parcel & Pick<OrderParcel, 'status' | 'tracking' | 'reason'>;

/** The parcels with what is new about them; nothing that is known better is forgotten. */
export function withParcels(parcels: readonly OrderParcel[], news: readonly ParcelNews[]): OrderParcel[] {
  const byId = new Map(parcels.map((parcel) => [parcel.parcelId, parcel]));
  for (const { parcelId, warehouse, lines, status, tracking, reason } of news) {
    const known = byId.get(parcelId) ?? { parcelId, warehouse, lines, status: 'reserved' };
    byId.set(parcelId, {
      ...moved(known, status, reason),
      ...(tracking && { tracking: { ...known.tracking, ...tracking } }),
    });
  }
  return [...byId.values()].sort((a, b) => Number(a.parcelId) - Number(b.parcelId));
}

/** The parcels without what was taken out of them; of one that is emptied its lines stay on record. */
export const parcelsWithout = (parcels: readonly OrderParcel[], taken: readonly Parcel[]): OrderParcel[] =>
  parcels.map((parcel) => {
    const out = taken.find(({ parcelId }) => parcelId === parcel.parcelId);
    const lines = linesWithout(parcel.lines, out?.lines ?? []);
    return lines.length > 0 ? { ...parcel, lines } : moved(parcel, 'emptied');
  });

/** A parcel moved on to this status, unless it is further already. */
function moved(parcel: OrderParcel, status: ParcelStatus, reason?: string): OrderParcel {
  if (RANK[status] <= RANK[parcel.status]) return parcel;
  const { reason: _, ...rest } = parcel;
  return { ...rest, status, ...(reason === undefined ? {} : { reason }) };
}

/** Whatever has not left stays here; what could not leave anyway keeps its own end. */
export const stopped = (parcels: readonly OrderParcel[], reason?: string): OrderParcel[] =>
  parcels.map((parcel) => (isLive(parcel) && !hasLeft(parcel) ? moved(parcel, 'cancelled', reason) : parcel));

/** The shipment of a whole order follows from its parcels. */
export function shipmentOf({ parcels, confirmedAt }: Pick<OrderState, 'parcels' | 'confirmedAt'>): ShipmentStatus {
  const given = parcels.some(({ tracking }) => tracking !== undefined);
  const counted = parcels.filter(isCounted);
  const live = counted.filter(isLive);
  // Parcels of an order that was never to be shipped are no shipment.
  if (counted.length === 0 || (!given && confirmedAt === undefined)) return 'none';
  if (live.length === 0) {
    if (counted.some(({ status }) => status === 'delivered')) return 'delivered';
    return counted.every(({ status }) => status === 'cancelled') ? 'cancelled' : 'failed';
  }
  if (!counted.some(hasLeft)) return given ? 'created' : 'none';
  return live.every(hasLeft) ? 'dispatched' : 'partially_dispatched';
}

/** The tracking of the first parcel that is, or was, on its way. */
export function trackingOf(parcels: readonly OrderParcel[]): OrderParcel['tracking'] {
  const tracked = parcels.filter(({ tracking }) => tracking !== undefined);
  return (tracked.find((parcel) => isLive(parcel) || hasLeft(parcel)) ?? tracked[0])?.tracking;
}
