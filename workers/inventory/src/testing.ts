import { randomUUID } from 'node:crypto';
import { type EventOf, OrderPlaced, type QuantityLine } from '@orderflow/contracts';
import { eventFor, type TestBed } from '@orderflow/runtime/testing';
import { handlers } from './handlers/index.ts';
import { reservationStore } from './reservation-store.ts';
import { type StockDocument, stockStore } from './stock-store.ts';
import { inventory } from './worker.ts';

const EUR = (amount: number) => ({ amount, currency: 'EUR' });

/** Stock, reservations and workers on a test bed; each spec uses SKUs of its own. */
export function warehouse(bed: TestBed) {
  const stock = stockStore(bed.database);
  const { aggregates, claims } = reservationStore(bed.database, stock);
  const deps = { stock, claims, holdMinutes: 15 };
  return {
    stock,
    deps,
    aggregates,
    /** Another worker instance, with a consumer of its own. */
    run: () => bed.run(inventory, { deps, aggregates, handlers }),
    /** A SKU of which so many are on hand. */
    sku: async (onHand: number): Promise<string> => {
      const sku = `SKU-${randomUUID().slice(0, 8).toUpperCase()}`;
      await stock.add([{ sku, onHand }]);
      return sku;
    },
    stockOf: async (sku: string) => {
      const found = await bed.database.collection<StockDocument>('stock').findOne({ _id: sku });
      if (!found) throw new Error(`No stock document for ${sku}`);
      const { onHand, held, available, holds } = found;
      return { onHand, held, available, holds };
    },
    reservationOf: (orderId: string) =>
      bed.database.collection<{ _id: string; status: string }>('reservations').findOne({ _id: orderId }),
    /** Puts a reservation there as a crash would have left it. */
    left: (orderId: string, document: Record<string, unknown>) =>
      bed.database
        .collection<{ _id: string; [field: string]: unknown }>('reservations')
        .insertOne({ _id: orderId, revision: 2, handled: {}, ...document }),
  };
}

export function placed(orderId: string, lines: readonly QuantityLine[]): EventOf<typeof OrderPlaced> {
  return eventFor(OrderPlaced, orderId, {
    customerId: 'alice',
    lines: lines.map((line) => ({ ...line, name: `A ${line.sku}`, unitPrice: EUR(1_000) })),
    subtotal: EUR(1_000),
    shipping: EUR(500),
    tax: EUR(285),
    total: EUR(1_785),
    address: { name: 'Alice', line1: 'Hoofdstraat 1', postalCode: '1011 AA', city: 'Amsterdam', country: 'NL' },
    contact: { email: 'alice@example.com' },
    shippingMethod: 'standard',
    paymentMethod: 'pm_card_visa',
    cancelUntil: '2026-01-01T12:01:00Z',
  });
}
