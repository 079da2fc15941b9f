import { randomUUID } from 'node:crypto';
import type { OrderflowEvent, Parcel, QuantityLine } from '@orderflow/contracts';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  cancelled,
  cancelRequested,
  dispatched,
  failed,
  inventoryFixture,
  placed,
  refundRequested,
} from './testing.ts';

/**
 * Every path that writes more than one document, stopped after each of its writes in turn: the message comes again, the right facts are said once, and the books add up.
 */

let workers: WorkerFixture;
let fixture: ReturnType<typeof inventoryFixture>;

/** Writes left until the worker crashes; none: it doesn't. */
let left: number | undefined;
let crashes = 0;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  fixture = inventoryFixture(workers);
  const { stock } = fixture.deps;
  const { hold, release, take, restock } = stock;
  const { commit, ignore, checkpoint } = fixture.aggregates;
  await fixture.run({
    deps: {
      ...fixture.deps,
      stock: { ...stock, ...mortal({ hold, release, take, restock }) },
    },
    aggregates: { ...fixture.aggregates, ...mortal({ commit, ignore, checkpoint }) },
  });
});
afterAll(() => workers?.close());

/** The same functions; the one whose write is the last before the crash does it, and then throws. */
function mortal<T extends object>(port: T): T {
  const wrapped = Object.entries(port).map(([name, call]) => [
    name,
    async (...given: unknown[]) => {
      const result = await (call as (...all: unknown[]) => Promise<unknown>)(...given);
      if (left !== undefined) {
        left -= 1;
        if (left === 0) {
          left = undefined;
          crashes += 1;
          throw new Error('crashed');
        }
      }
      return result;
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}

interface Path {
  readonly stock: readonly Record<string, number>[];
  readonly quantity: number;
  /** Where a try that was dead-lettered midway has left holds. */
  readonly left?: string;
  /** What has happened before the message. */
  readonly before?: (orderId: string, lines: QuantityLine[]) => OrderflowEvent[];
  /** Without one it is time that passes. */
  readonly message?: (orderId: string, lines: QuantityLine[]) => OrderflowEvent;
  readonly says: readonly string[];
}

/** The parcels of an order whose lines are split over both warehouses: 1 in Berlin, the rest in Hamburg. */
const splitParcels = (lines: QuantityLine[]): Parcel[] => [
  { parcelId: '1', warehouse: 'BERLIN', lines: lines.map(({ sku }) => ({ sku, quantity: 1 })) },
  {
    parcelId: '2',
    warehouse: 'HAMBURG',
    lines: lines.map(({ sku, quantity }) => ({ sku, quantity: quantity - 1 })),
  },
];
const split = [
  { BERLIN: 1, HAMBURG: 2 },
  { BERLIN: 1, HAMBURG: 2 },
];
const berlin = (lines: QuantityLine[]): Parcel => ({ parcelId: '1', warehouse: 'BERLIN', lines });

const PATHS: readonly (readonly [string, Path])[] = [
  ['holding in two warehouses', { stock: split, quantity: 3, message: placed, says: ['inventory.reserved'] }],
  [
    'rejecting what is short',
    {
      stock: [{ BERLIN: 3 }, { BERLIN: 1 }, { BERLIN: 3 }],
      quantity: 3,
      left: 'BERLIN',
      message: placed,
      says: ['inventory.rejected'],
    },
  ],
  [
    'releasing two parcels',
    {
      stock: split,
      quantity: 3,
      before: (id, lines) => [placed(id, lines)],
      message: (id) => cancelRequested(id),
      says: ['inventory.reserved', 'inventory.released'],
    },
  ],
  [
    'choosing anew, with holds of an earlier try elsewhere',
    {
      stock: [{ BERLIN: 3, HAMBURG: 3 }, { BERLIN: 3, HAMBURG: 3 }, { BERLIN: 3 }],
      quantity: 3,
      left: 'HAMBURG',
      message: placed,
      says: ['inventory.reserved'],
    },
  ],
  [
    'leaving a tombstone, with holds of an earlier try',
    { stock: [{ BERLIN: 3 }, { BERLIN: 3 }], quantity: 3, left: 'BERLIN', message: (id) => cancelled(id), says: [] },
  ],
  [
    'committing a parcel of two SKUs',
    {
      stock: split,
      quantity: 3,
      before: (id, lines) => [placed(id, lines)],
      message: (id, lines) => dispatched(id, splitParcels(lines)[1] as Parcel),
      says: ['inventory.reserved', 'inventory.committed'],
    },
  ],
  [
    'releasing one parcel',
    {
      stock: split,
      quantity: 3,
      before: (id, lines) => [placed(id, lines)],
      message: (id, lines) => failed(id, splitParcels(lines)[0] as Parcel, { elsewhere: false }),
      says: ['inventory.reserved', 'inventory.released'],
    },
  ],
  [
    'holding in other warehouses instead',
    {
      stock: [
        { BERLIN: 3, HAMBURG: 3 },
        { BERLIN: 3, HAMBURG: 1, KASSEL: 3 },
      ],
      quantity: 3,
      before: (id, lines) => [placed(id, lines)],
      message: (id, lines) => failed(id, berlin(lines)),
      says: ['inventory.reserved', 'inventory.reallocated'],
    },
  ],
  [
    'trying again where it is',
    {
      stock: [{ BERLIN: 3 }, { BERLIN: 3 }],
      quantity: 3,
      before: (id, lines) => [placed(id, lines), failed(id, berlin(lines))],
      says: ['inventory.reserved', 'inventory.reallocated'],
    },
  ],
  [
    'restocking in two warehouses',
    {
      stock: split,
      quantity: 3,
      before: (id, lines) => [placed(id, lines), ...splitParcels(lines).map((parcel) => dispatched(id, parcel))],
      message: (id, lines) => refundRequested(id, lines),
      says: ['inventory.reserved', 'inventory.committed', 'inventory.committed', 'inventory.restocked'],
    },
  ],
  [
    'restocking where the SKU never was',
    {
      stock: split,
      quantity: 3,
      before: (id, lines) => [placed(id, lines), ...splitParcels(lines).map((parcel) => dispatched(id, parcel))],
      message: (id, lines) => refundRequested(id, lines, { warehouse: 'KASSEL' }),
      says: ['inventory.reserved', 'inventory.committed', 'inventory.committed', 'inventory.restocked'],
    },
  ],
];

describe('a crash after any write, also after the commit and before the facts are published', () => {
  test.each(PATHS)('while %s', async (_, path) => {
    const { stock, quantity, before, message, says } = path;
    let tries = 0;
    for (;;) {
      tries += 1;
      const orderId = randomUUID();
      const skus = await Promise.all(stock.map((levels) => fixture.sku(levels)));
      const lines = skus.map((sku) => ({ sku, quantity }));
      if (path.left) await leaveHolds(orderId, lines, path.left);
      for (const event of before?.(orderId, lines) ?? []) await handled(orderId, event);

      const crashed = crashes;
      left = tries;
      if (message) await handled(orderId, message(orderId, lines));
      else await throughAfter('the deadline', async () => workers.clock.advance(20 * 60_000));
      left = undefined;

      const said = await eventually('all that has to be said', () => {
        const ids = new Map(saidAbout(orderId).map(({ id, type }) => [id, type]));
        return ids.size >= says.length && [...ids.values()];
      });
      expect(said.toSorted(), `crash after write ${tries}`).toEqual(says.toSorted());
      expect(await fixture.faults(), `crash after write ${tries}`).toEqual([]);
      // It got through without the crash: there is no later write to crash after.
      if (crashes === crashed) break;
    }
    expect(tries).toBeGreaterThan(2);
  });
});

/** Where there is enough, as an order's first plan. */
async function leaveHolds(orderId: string, lines: QuantityLine[], at: string): Promise<void> {
  for (const line of lines) await fixture.stock.hold(orderId, { ...line, warehouse: at, plan: 0 });
}

const saidAbout = (orderId: string) => workers.heard.filter((e) => e.subject === orderId && e.source === '/inventory');

/** Publishes the event and waits until the worker is through with it, retries included. */
const handled = (orderId: string, event: OrderflowEvent): Promise<void> =>
  throughAfter(`${event.type} of ${orderId}`, () => workers.publisher.publish([event]));

async function throughAfter(what: string, act: () => Promise<unknown>): Promise<void> {
  const done = async () => {
    const metric = await workers.metrics.handled.get();
    return metric.values.reduce((sum, { value }) => sum + value, 0);
  };
  const before = await done();
  await act();
  await eventually(`${what} is through`, async () => (await done()) > before);
}
