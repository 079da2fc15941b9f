import type {
  InventoryCommitted,
  InventoryReallocated,
  InventoryRejected,
  InventoryReleased,
  InventoryReserved,
  InventoryRestocked,
  Parcel,
} from '@orderflow/contracts';
import { NotYetError } from '@orderflow/runtime';
import { latest } from '../orders/order-deadlines.ts';
import { type ParcelNews, withParcels } from '../orders/parcels.ts';
import type { Decide } from './order-change.ts';

/** Stock is held, and we know in which parcels it would leave; payment comes next. */
export const decideReserved: Decide<typeof InventoryReserved> = (order, { parcels, holdUntil }) => ({
  text: 'Every item is in stock and held for you',
  change: {
    parcels: withParcels(order.parcels, parcels.map(reserved)),
    holdUntil: latest(holdUntil, order.holdUntil),
    ...(order.payment === 'none' ? { payment: 'authorizing' } : {}),
  },
});

export const decideRejected: Decide<typeof InventoryRejected> = ({ status, lines }, { shortages }) => {
  const nameOf = (sku: string) => lines.find((line) => line.sku === sku)?.name ?? sku;
  const short = shortages.map(({ sku, requested, available }) =>
    available === 0 ? `${nameOf(sku)} is sold out` : `${nameOf(sku)}: ${requested} wanted, ${available} left`,
  );
  const reason = `Out of stock: ${short.join('; ')}`.slice(0, 500);
  return { text: reason, ...(status === 'pending' ? { change: { status: 'rejected', reason } } : {}) };
};

/** All of it: why is on the timeline already, in words for the customer. A single parcel: no warehouse can send it. */
export const decideReleased: Decide<typeof InventoryReleased> = ({ parcels }, { reason, parcelId, editId }) => {
  if (editId !== undefined) return { text: 'What was taken out is on our shelves again' };
  if (parcelId === undefined) return { text: 'We no longer hold the items for you' };
  const parcel = parcels.find((known) => known.parcelId === parcelId);
  if (!parcel) throw new NotYetError(`Parcel ${parcelId} was released before it was known`);
  return {
    text: `Parcel ${parcelId} cannot be sent from any of our warehouses: ${reason}`,
    change: { parcels: withParcels(parcels, [{ ...parcel, status: 'failed', reason }]) },
  };
};

/** Other parcels come in the place of one that its warehouse could not send. */
export const decideReallocated: Decide<typeof InventoryReallocated> = (order, { replaced, parcels }) => {
  const old = order.parcels.find(({ parcelId }) => parcelId === replaced);
  if (!old) throw new NotYetError(`Parcel ${replaced} was replaced before it was known`);
  const from = [...new Set(parcels.map(({ warehouse }) => warehouse))].join(' and ');
  return {
    text: `The items of parcel ${replaced} will be sent from ${from} instead`,
    change: { parcels: withParcels(order.parcels, [{ ...old, status: 'replaced' }, ...parcels.map(reserved)]) },
  };
};

export const decideCommitted: Decide<typeof InventoryCommitted> = (_order, { parcelId, warehouse }) => ({
  text: `The items of parcel ${parcelId} have left our stock in ${warehouse}`,
});

export const decideRestocked: Decide<typeof InventoryRestocked> = (_order, { stock }) => {
  const items = stock.reduce((sum, { quantity }) => sum + quantity, 0);
  return { text: `${items === 1 ? 'One item is' : `${items} items are`} back on our shelves` };
};

const reserved = (parcel: Parcel): ParcelNews => ({ ...parcel, status: 'reserved' });
