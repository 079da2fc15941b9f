import {
  InventoryReallocated,
  linesWithout,
  type ParcelStatus,
  type QuantityLine,
  ShipmentDelivered,
} from '@orderflow/contracts';
import type { OrderDocument } from '../documents.ts';
import { awaitsReallocation, documentRef, factsOf, type OrderSnapshot, wasSaid } from '../order-snapshot.ts';
import { type Finding, finding, type OrderCheck } from './check.ts';
import { isOpen } from './orders.ts';
import { MAY_HOLD } from './stock-holds.ts';

type AggregateDocument = 'order' | 'reservation';

const everyLine: OrderCheck = {
  name: 'orders.parcels-hold-every-line',
  area: 'orders',
  promise:
    "The parcels of an order hold what was ordered and not taken out, of each SKU as much; those that others replaced, or that were emptied, don't count.",
  always: false,
  examine: (snapshot) => {
    const { order, reservation } = snapshot;
    if (!order?.lines) return [];
    // What was charged already stays in the order, and is given back.
    const out = (order.edits ?? []).filter(({ refunded }) => refunded).flatMap(({ lines = [] }) => lines);
    const ordered = quantities(linesWithout(order.lines, out));
    // A parcel that was released as a whole before its edit was heard is not packed anew.
    const reserved = reservation?.parcels?.map((parcel) =>
      parcel.status === 'released' ? { ...parcel, ...inOrder(order, parcel.parcelId) } : parcel,
    );
    return [
      ...missing(snapshot, 'order', ordered, order.parcels),
      ...missing(snapshot, 'reservation', ordered, reserved),
    ];
  },
};

function inOrder({ parcels = [] }: OrderDocument, id: string) {
  const known = parcels.find(({ parcelId }) => parcelId === id);
  return known && { lines: known.status === 'emptied' ? [] : known.lines };
}

function missing(
  snapshot: OrderSnapshot,
  document: AggregateDocument,
  ordered: ReadonlyMap<string, number>,
  parcels: readonly { readonly status?: string; readonly lines: readonly QuantityLine[] }[] = [],
): Finding[] {
  if (parcels.length === 0) return [];
  const packed = quantities(
    parcels.filter(({ status }) => status !== 'replaced' && status !== 'emptied').flatMap(({ lines }) => lines),
  );
  return [...new Set([...ordered.keys(), ...packed.keys()])]
    .filter((sku) => ordered.get(sku) !== packed.get(sku))
    .map((sku) => {
      const message = `${ordered.get(sku) ?? 0} of ${sku} were ordered, its parcels hold ${packed.get(sku) ?? 0}`;
      return finding(message, [documentRef(snapshot, 'order'), documentRef(snapshot, document)]);
    });
}

function quantities(lines: readonly QuantityLine[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { sku, quantity } of lines) totals.set(sku, (totals.get(sku) ?? 0) + quantity);
  return totals;
}

const LIVE: ReadonlySet<ParcelStatus> = new Set(['reserved', 'created', 'dispatched']);

const endedIsDone: OrderCheck = {
  name: 'orders.ended-orders-hold-nothing',
  area: 'orders',
  promise: 'Of an order that has ended no stock is reserved, and of one that was delivered no parcel is under way.',
  always: false,
  examine: (snapshot) => {
    const { order, reservation } = snapshot;
    if (!order || isOpen(order.status)) return [];
    const documents = [documentRef(snapshot, 'order'), documentRef(snapshot, 'reservation')];
    // What cannot be sent now may be tried again tomorrow, while the rest of the order has arrived.
    if (awaitsReallocation(snapshot) || wasSaid(snapshot, InventoryReallocated)) return [];
    const held = (reservation?.parcels ?? []).filter(({ status }) => MAY_HOLD.has(status ?? ''));
    const arrived = new Set(factsOf(snapshot, ShipmentDelivered).map(({ data }) => data.parcelId));
    const live =
      order.status === 'delivered'
        ? (order.parcels ?? []).filter(({ parcelId, status }) => LIVE.has(status) && !arrived.has(parcelId))
        : [];
    return [
      ...held.map(({ parcelId }) => finding(`is ${order.status}, and parcel ${parcelId} is reserved`, documents)),
      ...live.map(({ parcelId, status }) =>
        finding(`is delivered, and parcel ${parcelId} is ${status}`, [documentRef(snapshot, 'order')]),
      ),
    ];
  },
};

export const parcelChecks: readonly OrderCheck[] = [everyLine, endedIsDone];
