import { randomUUID } from 'node:crypto';
import type { OrderflowEvent, Parcel, QuantityLine } from '@orderflow/contracts';
import { type DeliveryContext, type Loaded, processMessage } from '@orderflow/runtime';
import { startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Reservation } from './reservation.ts';
import { cancelled, dispatched, failed, inventoryFixture, placed } from './testing.ts';
import { inventory } from './worker.ts';

let workers: WorkerFixture;
let fixture: ReturnType<typeof inventoryFixture>;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  fixture = inventoryFixture(workers);
});
afterEach(async () => expect(await fixture.faults()).toEqual([]));
afterAll(() => workers?.close());

type Parts = ReturnType<typeof inventoryFixture>;
type Stock = Parts['stock'];
interface Over {
  readonly stock?: Partial<Stock>;
  readonly aggregates?: Partial<Parts['aggregates']>;
}

/** One replica's walk of one event, with what it says; the broker is left out, so that a test can stop it anywhere. */
async function pipeline(event: OrderflowEvent, over: Over = {}): Promise<OrderflowEvent[]> {
  const said: OrderflowEvent[] = [];
  const deps = { ...fixture.deps, stock: { ...fixture.stock, ...over.stock } };
  const bound = (handler: unknown) => (handler as (...given: unknown[]) => never).bind(undefined, deps);
  const given: DeliveryContext = {
    attempt: 1,
    triedBefore: false,
    publisher: event.source.slice(1),
    failures: [],
    calls: [],
    traceparent: () => undefined,
  };
  await processMessage(
    {
      worker: 'inventory',
      region: 'test',
      heard: new Map(inventory.hears.map((one) => [one.type, one])),
      // Those with a store of their own are not about reservations.
      handlers: new Map(
        Object.entries(fixture.handlers)
          .filter(([, handler]) => typeof handler === 'function')
          .map(([type, handler]) => [type, bound(handler)]),
      ),
      aggregates: { ...fixture.aggregates, ...over.aggregates },
      onRepeated: async (id, loaded) => fixture.onRepeated?.(deps, id, loaded as Loaded<Reservation>),
      publish: async (events) => {
        said.push(...events);
      },
      timeoutMs: 10_000,
      log: workers.log,
      now: () => new Date('2026-01-01T12:00:00Z'),
    },
    Buffer.from(JSON.stringify(event)),
    given,
  );
  return said;
}

/** A port's function that lets something else happen first, the first time it is called. */
function once<Args extends unknown[], Result>(
  call: (...args: Args) => Promise<Result>,
  first: () => Promise<unknown>,
): (...args: Args) => Promise<Result> {
  let done = false;
  return async (...args) => {
    if (!done) {
      done = true;
      await first();
    }
    return call(...args);
  };
}

const typesOf = (events: readonly OrderflowEvent[]): string[] => events.map(({ type }) => type);
const parcelsIn = (events: readonly OrderflowEvent[]): Parcel[] =>
  (events[0]?.data as { parcels: Parcel[] } | undefined)?.parcels ?? [];
const firstIn = (events: readonly OrderflowEvent[]): Parcel => parcelsIn(events)[0] as Parcel;
const placesOf = async (orderId: string) =>
  (await fixture.reservationOf(orderId))?.parcels.map(({ warehouse: at, status }) => `${at} ${status}`);

describe('when another order is faster', () => {
  test('with one of two SKUs, the order is allocated anew, in as few parcels as there are now', async () => {
    const [a, b] = [await fixture.sku({ BERLIN: 1, HAMBURG: 1 }), await fixture.sku({ BERLIN: 1, HAMBURG: 1 })];
    const [orderId, rival] = [randomUUID(), randomUUID()];
    const [low, high] = [a, b].toSorted() as [string, string];
    const lines = [low, high].map((sku) => ({ sku, quantity: 1 }));
    const take = () => pipeline(placed(rival, [{ sku: high, quantity: 1 }]));
    const said = await pipeline(placed(orderId, lines), { stock: { hold: once(fixture.stock.hold, take) } });

    expect(parcelsIn(said)).toEqual([{ parcelId: '1', warehouse: 'HAMBURG', lines }]);
    expect(await fixture.stockOf(low, 'BERLIN')).toMatchObject({ held: 0, holds: {} });
    expect(await fixture.stockOf(high, 'BERLIN')).toMatchObject({ holds: { [rival]: 1 } });
  });

  test('with the last of all warehouses, the order is rejected and no hold stays behind', async () => {
    const [a, b] = [await fixture.sku(1), await fixture.sku({ BERLIN: 1 })];
    const [orderId, rival] = [randomUUID(), randomUUID()];
    const [low, high] = [a, b].toSorted() as [string, string];
    const take = () => pipeline(placed(rival, [{ sku: high, quantity: 1 }]));
    const lines = [low, high].map((sku) => ({ sku, quantity: 1 }));
    const said = await pipeline(placed(orderId, lines), { stock: { hold: once(fixture.stock.hold, take) } });

    expect(said[0]?.data).toEqual({ shortages: [{ sku: high, requested: 1, available: 0 }] });
    expect(await fixture.stockOf(low)).toMatchObject({ held: 0, available: 1 });
  });

  test('with the warehouse that was to replace another, a third one does', async () => {
    const sku = await fixture.sku({ BERLIN: 2, HAMBURG: 2, KASSEL: 2 });
    const orderId = randomUUID();
    const berlin = firstIn(await pipeline(placed(orderId, [{ sku, quantity: 2 }])));
    const [rival, inHamburg] = [randomUUID(), { sku, warehouse: 'HAMBURG', quantity: 1, plan: 0 }];
    const take = () => fixture.stock.hold(rival, inHamburg);
    const said = await pipeline(failed(orderId, berlin), { stock: { hold: once(fixture.stock.hold, take) } });

    expect(said[0]?.data).toMatchObject({ replaced: '1', parcels: [{ parcelId: '2', warehouse: 'KASSEL' }] });
    await fixture.stock.release(rival, inHamburg);
  });

  test('with the only warehouse that could replace another, the parcel waits where it is', async () => {
    const sku = await fixture.sku({ BERLIN: 2, HAMBURG: 2 });
    const [orderId, rival] = [randomUUID(), randomUUID()];
    const berlin = firstIn(await pipeline(placed(orderId, [{ sku, quantity: 1 }])));
    expect(berlin.warehouse).toBe('BERLIN');
    const two = [{ sku, quantity: 2 }];
    const said = await pipeline(failed(orderId, berlin), {
      stock: { hold: once(fixture.stock.hold, () => pipeline(placed(rival, two))) },
    });

    expect(said).toEqual([]);
    expect(await placesOf(orderId)).toEqual(['BERLIN held']);
    expect(await fixture.stockOf(sku, 'BERLIN')).toMatchObject({ holds: { [orderId]: 1 } });
    expect(await fixture.stockOf(sku, 'HAMBURG')).toMatchObject({ holds: { [rival]: 2 } });
  });
});

describe('fifty orders at once', () => {
  const placeAll = async (lines: QuantityLine[]) => {
    const orders = Array.from({ length: 50 }, () => randomUUID());
    const said = await Promise.all(orders.map((orderId) => pipeline(placed(orderId, lines))));
    const served = said.filter((events) => events[0]?.type === 'inventory.reserved');
    expect(said.filter((events) => events[0]?.type === 'inventory.rejected')).toHaveLength(50 - served.length);
    return served;
  };

  test('want the last item of each of two warehouses: two get it', async () => {
    const sku = await fixture.sku({ BERLIN: 1, HAMBURG: 1 });
    expect(await placeAll([{ sku, quantity: 1 }])).toHaveLength(2);
  });

  test('want both last items, one in each warehouse: one order gets both', async () => {
    const sku = await fixture.sku({ BERLIN: 1, HAMBURG: 1 });
    const served = await placeAll([{ sku, quantity: 2 }]);
    expect(served).toHaveLength(1);
    expect(parcelsIn(served[0] as OrderflowEvent[]).map(({ warehouse: at }) => at)).toEqual(['BERLIN', 'HAMBURG']);
  });
});

describe('release against commit of a parcel', () => {
  /** Each write that the one makes before its commit, and then the other comes. */
  test.each(['checkpoint', 'stock'] as const)('the release comes before the commit writes its %s', async (before) => {
    const { orderId, parcel } = await heldParcel();
    const release = () => pipeline(cancelled(orderId));
    const {
      stock,
      aggregates: { checkpoint },
    } = fixture;
    const over: Over =
      before === 'checkpoint'
        ? { aggregates: { checkpoint: once(checkpoint, release) } }
        : { stock: { take: once(stock.take, release) } };
    const committing = pipeline(dispatched(orderId, parcel), over);

    if (before === 'checkpoint') await expect(committing).rejects.toThrow(/stock needs counting/);
    else expect(typesOf(await committing)).toEqual(['inventory.committed']);
    expect(await placesOf(orderId)).toEqual([before === 'checkpoint' ? 'BERLIN released' : 'BERLIN committed']);
  });

  test.each(['checkpoint', 'stock'] as const)('the commit comes before the release writes its %s', async (before) => {
    const { orderId, parcel } = await heldParcel();
    const commit = () => pipeline(dispatched(orderId, parcel)).catch((error: Error) => error);
    const {
      stock,
      aggregates: { checkpoint },
    } = fixture;
    const over: Over =
      before === 'checkpoint'
        ? { aggregates: { checkpoint: once(checkpoint, commit) } }
        : { stock: { release: once(stock.release, commit) } };
    const said = await pipeline(cancelled(orderId), over);

    expect(typesOf(said)).toEqual(before === 'checkpoint' ? [] : ['inventory.released']);
    expect(await placesOf(orderId)).toEqual([before === 'checkpoint' ? 'BERLIN committed' : 'BERLIN released']);
  });

  const heldParcel = async () => {
    const [orderId, a, b] = [randomUUID(), await fixture.sku(2), await fixture.sku(2)];
    const parcel = firstIn(
      await pipeline(
        placed(
          orderId,
          [a, b].map((sku) => ({ sku, quantity: 1 })),
        ),
      ),
    );
    return { orderId, parcel };
  };
});

describe('the end of an order against the replacement of its parcel', () => {
  test.each(['before the checkpoint', 'while it is being held', 'before it is committed'])('%s', async (when) => {
    const sku = await fixture.sku({ BERLIN: 2, HAMBURG: 2 });
    const orderId = randomUUID();
    const parcel = firstIn(await pipeline(placed(orderId, [{ sku, quantity: 2 }])));
    let released: OrderflowEvent[] = [];
    const end = async () => {
      released = await pipeline(cancelled(orderId));
    };
    const {
      stock,
      aggregates: { checkpoint },
    } = fixture;
    const over: Over =
      when === 'before the checkpoint'
        ? { aggregates: { checkpoint: once(checkpoint, end) } }
        : when === 'while it is being held'
          ? { stock: { hold: once(stock.hold, end) } }
          : { aggregates: { commit: commitAfter('inventory.reallocated', end) } };
    const said = await pipeline(failed(orderId, parcel), over);

    expect(said).toEqual([]);
    expect(released[0]?.data).toEqual({ lines: [{ sku, quantity: 2 }], reason: 'changed my mind' });
    for (const at of ['BERLIN', 'HAMBURG'])
      expect(await fixture.stockOf(sku, at)).toMatchObject({ held: 0, holds: {} });
  });
});

/** The commit that says this fact lets something else happen first. */
function commitAfter(type: string, first: () => Promise<unknown>): Parts['aggregates']['commit'] {
  const { commit } = fixture.aggregates;
  const late = once(commit, first);
  return (one) => (one.say.some((event) => event.type === type) ? late(one) : commit(one));
}

describe('a try that was overtaken by another of the same message', () => {
  const twoWays = async () => {
    const orderId = randomUUID();
    const sku = await fixture.sku({ BERLIN: 1, HAMBURG: 1 });
    return { orderId, sku, event: placed(orderId, [{ sku, quantity: 1 }]) };
  };

  test('takes nothing from it, although it would have chosen another warehouse', async () => {
    const { orderId, sku, event } = await twoWays();
    // The first try reads the offers while Berlin is empty, so it chooses Hamburg; the second one chooses Berlin.
    const rival = randomUUID();
    const berlin = { sku, warehouse: 'BERLIN', quantity: 1, plan: 0 };
    await fixture.stock.hold(rival, berlin);
    let second: OrderflowEvent[] = [];
    const overtake = async () => {
      await fixture.stock.release(rival, berlin);
      second = await pipeline(event);
    };
    const said = await pipeline(event, { stock: { hold: once(fixture.stock.hold, overtake) } });

    expect(parcelsIn(second).map(({ warehouse: at }) => at)).toEqual(['BERLIN']);
    expect(said.map(({ id }) => id)).toEqual(second.map(({ id }) => id));
    expect(await fixture.stockOf(sku, 'BERLIN')).toMatchObject({ holds: { [orderId]: 1 } });
    expect(await fixture.stockOf(sku, 'HAMBURG')).toMatchObject({ held: 0, holds: {} });
  });

  test('releases nothing that the other has chosen anew meanwhile', async () => {
    const { orderId, sku, event } = await twoWays();
    // Left by a try that crashed: held in Hamburg, where the next one would choose Berlin.
    await fixture.stock.hold(orderId, { sku, warehouse: 'HAMBURG', quantity: 1, plan: 0 });
    let second: OrderflowEvent[] = [];
    // The first try has a checkpoint with Berlin and is about to release Hamburg. A rival takes Berlin, so the second one
    // chooses Hamburg anew, and is through before the first one goes on.
    const rival = randomUUID();
    const overtake = async () => {
      await fixture.stock.hold(rival, { sku, warehouse: 'BERLIN', quantity: 1, plan: 0 });
      second = await pipeline(event, { stock: { release: async () => {} } });
    };
    const said = await pipeline(event, { stock: { release: once(fixture.stock.release, overtake) } });

    expect(parcelsIn(second).map(({ warehouse: at }) => at)).toEqual(['HAMBURG']);
    expect(said.map(({ id }) => id)).toEqual(second.map(({ id }) => id));
    expect(await fixture.stockOf(sku, 'HAMBURG')).toMatchObject({ holds: { [orderId]: 1 } });
    await fixture.stock.release(rival, { sku, warehouse: 'BERLIN', quantity: 1, plan: 0 });
  });
});
