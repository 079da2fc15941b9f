import { randomUUID } from 'node:crypto';
import {
  type EventOf,
  OrderCancelled,
  OrderCancelRequested,
  OrderPlaced,
  OrderRefundRequested,
  type Parcel,
  type QuantityLine,
  ShipmentDispatched,
  ShipmentFailed,
} from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import type { WorkerSettings } from '@orderflow/runtime';
import { eventFor, type WorkerFixture } from '@orderflow/runtime/testing';
import { inventoryParts } from './parts.ts';
import type { Reservation } from './reservation.ts';
import type { StockDocument } from './stock-document.ts';
import { stockStore } from './stock-store.ts';
import { inventory } from './worker.ts';

/** Stock, reservations and workers; each test uses SKUs of its own. */
export function inventoryFixture(workers: WorkerFixture) {
  const stock = stockStore(workers.database);
  const parts = inventoryParts(workers.database, { stock, holdSeconds: 900 });
  const documents = () => workers.database.collection<StockDocument>('stock');
  const reservations = () => workers.database.collection<Reservation & { _id: string }>('reservations');
  return {
    ...parts,
    stock,
    documents,
    reservations,
    /** Another worker instance, with a consumer of its own. */
    run: (over: Partial<typeof parts> = {}, settings: Partial<WorkerSettings> = {}) =>
      workers.run(inventory, { ...parts, ...over }, settings),
    /** A SKU with so many on hand: in Berlin, or by warehouse. */
    sku: async (onHand: number | Record<string, number>): Promise<string> => {
      const sku = `SKU-${randomUUID().slice(0, 8).toUpperCase()}`;
      const opening = typeof onHand === 'number' ? { BERLIN: onHand } : onHand;
      await stock.add(Object.entries(opening).map(([at, count]) => ({ sku, warehouse: at, onHand: count })));
      return sku;
    },
    stockOf: async (sku: string, at = 'BERLIN') => {
      const found = await documents().findOne({ _id: `${sku}@${at}` });
      if (!found) throw new Error(`No stock document for ${sku} in ${at}`);
      const { onHand, held, available, holds } = found;
      return { onHand, held, available, holds };
    },
    reservationOf: (orderId: string) => reservations().findOne({ _id: orderId }),
    /** Puts a reservation there as a crash would have left it. */
    left: (orderId: string, document: Reservation) =>
      reservations().insertOne({
        _id: orderId,
        revision: 2,
        handled: {},
        hops: {},
        changedAt: new Date(),
        ...document,
      } as never),
    /** What is wrong with the books, all stock and reservations together; empty: they add up. */
    faults: async (): Promise<string[]> => {
      const [stocked, reserved] = await Promise.all([documents().find().toArray(), reservations().find().toArray()]);
      return [...stocked.flatMap(faultsOf), ...faultsBetween(stocked, reserved)];
    },
  };
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

function faultsOf(one: StockDocument): string[] {
  const faults: string[] = [];
  const must = (holds: boolean, what: string) => holds || faults.push(`${one._id}: ${what}: ${JSON.stringify(one)}`);
  must(one.onHand === one.initial - one.committed + one.restocked, 'onHand = initial - committed + restocked');
  must(one.held === sum(Object.values(one.holds)), 'held = all holds');
  must(one.available === one.onHand - one.held, 'available = onHand - held');
  must(one.available >= 0 && one.held >= 0, 'never negative');
  must(one.restocked === sum(Object.values(one.restocks)), 'restocked = all restocks');
  must(
    Object.keys(one.plans).every((id) => id in one.holds),
    'no plan without its hold',
  );
  return faults;
}

/** Both sides agree: holds and what is held, what was committed and what has left, what was put back. */
function faultsBetween(stocked: readonly StockDocument[], reserved: readonly (Reservation & { _id: string })[]) {
  const books = new Map<string, number>();
  const count = (what: string, id: string, quantity: number) => {
    const key = `${what} ${id}`;
    books.set(key, (books.get(key) ?? 0) + quantity);
  };
  for (const { _id, holds, committed, restocked } of stocked) {
    for (const [orderId, quantity] of Object.entries(holds)) count('held', `${_id} ${orderId}`, quantity);
    count('committed', _id, committed);
    count('restocked', _id, restocked);
  }
  for (const { _id: orderId, parcels, ...rest } of reserved) {
    for (const { status, warehouse: at, lines } of parcels) {
      for (const { sku, quantity } of lines) {
        if (status === 'held') count('held', `${sku}@${at} ${orderId}`, -quantity);
        else if (status === 'committed') count('committed', `${sku}@${at}`, -quantity);
        else if (status !== 'released' && status !== 'replaced') count(`unfinished: ${status}`, orderId, 1);
      }
    }
    if (/ing$/.test(rest.status)) count(`unfinished: ${rest.status}`, orderId, 1);
    for (const { stock } of ('restocks' in rest && rest.restocks) || []) {
      for (const { sku, warehouse: at, quantity } of stock) count('restocked', `${sku}@${at}`, -quantity);
    }
  }
  return [...books].filter(([, difference]) => difference !== 0).map(([key, by]) => `${key} differs by ${by}`);
}

export function placed(orderId: string, lines: readonly QuantityLine[]): EventOf<typeof OrderPlaced> {
  return eventFor(OrderPlaced, orderId, {
    customerId: 'alice',
    lines: lines.map((line) => ({ ...line, name: `A ${line.sku}`, unitPrice: eur(1_000) })),
    subtotal: eur(1_000),
    shipping: eur(500),
    tax: eur(285),
    total: eur(1_785),
    address: { name: 'Alice', line1: 'Hoofdstraat 1', postalCode: '1011 AA', city: 'Amsterdam', country: 'NL' },
    contact: { email: 'alice@example.com' },
    shippingMethod: 'standard',
    paymentMethod: 'pm_card_visa',
    cancelUntil: '2026-01-01T12:01:00Z',
  });
}

export const cancelled = (orderId: string, reason = 'changed my mind', left?: string[]) =>
  eventFor(OrderCancelled, orderId, { reason, left });

export const cancelRequested = (orderId: string, stage: 'pending' | 'confirmed' = 'pending') =>
  eventFor(OrderCancelRequested, orderId, {
    cancelId: randomUUID(),
    actor: 'customer',
    reason: 'changed my mind',
    stage,
  });

export const dispatched = (orderId: string, { parcelId, warehouse: at, lines }: Parcel) =>
  eventFor(ShipmentDispatched, orderId, {
    parcelId,
    warehouse: at,
    lines,
    shipmentId: `shp_${parcelId}`,
    carrier: 'Parcelwise',
    trackingNumber: `PW${parcelId}`,
    trackingUrl: `http://carrier.test/PW${parcelId}`,
    scanAt: '2026-01-02T09:00:00Z',
  });

export const failed = (
  orderId: string,
  { parcelId, warehouse: at, lines }: Parcel,
  how: { dispatched?: boolean; elsewhere?: boolean } = {},
) =>
  eventFor(ShipmentFailed, orderId, {
    parcelId,
    warehouse: at,
    lines,
    code: 'origin_unavailable',
    reason: 'no pick-up there',
    dispatched: false,
    elsewhere: true,
    returned: false,
    ...how,
  });

export const refundRequested = (
  orderId: string,
  lines: readonly QuantityLine[],
  over: { refundId?: string; restock?: boolean; warehouse?: string; actor?: 'staff' | 'system' } = {},
) =>
  eventFor(OrderRefundRequested, orderId, {
    refundId: randomUUID(),
    amount: eur(1_000),
    lines: [...lines],
    reason: 'sent back',
    restock: true,
    actor: 'staff',
    ...over,
  });
