import { randomUUID } from 'node:crypto';
import {
  InventoryCommitted,
  InventoryReallocated,
  InventoryRejected,
  InventoryReleased,
  InventoryReserved,
  InventoryRestocked,
  type Parcel,
  type QuantityLine,
} from '@orderflow/contracts';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { cancelled, dispatched, failed, inventoryFixture, placed, refundRequested } from './testing.ts';

let workers: WorkerFixture;
let fixture: ReturnType<typeof inventoryFixture>;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  fixture = inventoryFixture(workers);
  // As patient as in earnest, where the dispatch that a refund waits for may be long in coming.
  const patient = { retry: { delaysMs: [20, 50, 100], maxAttempts: 12 } };
  await fixture.run({}, patient);
  await fixture.run({}, patient);
});
afterEach(async () => {
  await eventually('the books add up', async () => {
    const faults = await fixture.faults();
    if (faults.length > 0) throw new Error(faults.join('\n'));
    return true;
  });
});
afterAll(() => workers?.close());

const reserve = async (orderId: string, lines: QuantityLine[]): Promise<Parcel[]> => {
  await workers.publisher.publish([placed(orderId, lines)]);
  return (await workers.fact(InventoryReserved, orderId)).data.parcels;
};
const saidAbout = (orderId: string) => workers.heard.filter((e) => e.subject === orderId && e.source === '/inventory');
const statusesOf = async (orderId: string) =>
  (await fixture.reservationOf(orderId))?.parcels.map(({ parcelId, warehouse: at, status }) => [parcelId, at, status]);
const handledBy = async (orderId: string, eventId: string) =>
  ((await fixture.reservationOf(orderId)) as unknown as { handled: Record<string, unknown> }).handled[eventId];
const first = (parcels: readonly Parcel[]): Parcel => parcels[0] as Parcel;

describe('two warehouses', () => {
  test('given one of them has everything, the order is one parcel from there', async () => {
    const [orderId, a, b] = [
      randomUUID(),
      await fixture.sku({ BERLIN: 5, HAMBURG: 5 }),
      await fixture.sku({ HAMBURG: 1 }),
    ];
    const lines = [
      { sku: a, quantity: 2 },
      { sku: b, quantity: 1 },
    ];
    expect(await reserve(orderId, lines)).toEqual([{ parcelId: '1', warehouse: 'HAMBURG', lines }]);
    expect(await fixture.stockOf(a, 'BERLIN')).toMatchObject({ held: 0 });
    expect(await fixture.stockOf(a, 'HAMBURG')).toMatchObject({ held: 2, holds: { [orderId]: 2 } });
  });

  test('given neither has all of a line, it is split into two parcels, each committed when it leaves', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku({ BERLIN: 2, HAMBURG: 3 })];
    const parcels = await reserve(orderId, [{ sku, quantity: 4 }]);
    expect(parcels).toEqual([
      { parcelId: '1', warehouse: 'BERLIN', lines: [{ sku, quantity: 1 }] },
      { parcelId: '2', warehouse: 'HAMBURG', lines: [{ sku, quantity: 3 }] },
    ]);

    await workers.publisher.publish([dispatched(orderId, parcels[1] as Parcel)]);
    await workers.fact(InventoryCommitted, orderId, ({ data }) => data.parcelId === '2');
    expect(await statusesOf(orderId)).toEqual([
      ['1', 'BERLIN', 'held'],
      ['2', 'HAMBURG', 'committed'],
    ]);
    expect(await fixture.stockOf(sku, 'HAMBURG')).toEqual({ onHand: 0, held: 0, available: 0, holds: {} });
    expect(await fixture.stockOf(sku, 'BERLIN')).toMatchObject({ onHand: 2, held: 1 });

    await workers.publisher.publish([dispatched(orderId, first(parcels))]);
    const committed = await workers.fact(InventoryCommitted, orderId, ({ data }) => data.parcelId === '1');
    expect(committed.data).toEqual(first(parcels));
    expect(await fixture.reservationOf(orderId)).toMatchObject({ status: 'committed' });
  });

  test('given both together have too little, the shortage tells the total', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku({ BERLIN: 2, HAMBURG: 3 })];
    await workers.publisher.publish([placed(orderId, [{ sku, quantity: 6 }])]);
    const { data } = await workers.fact(InventoryRejected, orderId);
    expect(data.shortages).toEqual([{ sku, requested: 6, available: 5 }]);
  });

  test('given one parcel has left, when the order ends, the other goes back and only its lines are told', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku({ BERLIN: 2, HAMBURG: 3 })];
    const parcels = await reserve(orderId, [{ sku, quantity: 4 }]);
    await workers.publisher.publish([dispatched(orderId, first(parcels))]);
    await workers.fact(InventoryCommitted, orderId);

    await workers.publisher.publish([cancelled(orderId, 'lost')]);
    const { data } = await workers.fact(InventoryReleased, orderId);
    expect(data).toEqual({ lines: [{ sku, quantity: 3 }], reason: 'lost' });
    expect(await fixture.reservationOf(orderId)).toMatchObject({ status: 'committed' });
  });

  test('given the end of the order is heard before the dispatch of a parcel, that parcel is committed all the same', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku({ BERLIN: 2, HAMBURG: 3 })];
    const [one, other] = (await reserve(orderId, [{ sku, quantity: 4 }])) as [Parcel, Parcel];
    await workers.publisher.publish([cancelled(orderId, 'lost', [one.parcelId])]);
    const { data } = await workers.fact(InventoryReleased, orderId);
    expect(data).toEqual({ lines: other.lines, reason: 'lost' });

    await workers.publisher.publish([dispatched(orderId, one)]);
    expect((await workers.fact(InventoryCommitted, orderId)).data.parcelId).toBe(one.parcelId);
    expect(await fixture.reservationOf(orderId)).toMatchObject({ status: 'committed' });
  });
});

describe('a parcel that fails before it left', () => {
  test('given another warehouse has its goods, they are held there and the failed parcel is replaced', async () => {
    const [orderId, a, b] = [
      randomUUID(),
      await fixture.sku({ BERLIN: 2, HAMBURG: 2 }),
      await fixture.sku({ HAMBURG: 1 }),
    ];
    const c = await fixture.sku({ BERLIN: 1, KASSEL: 1 });
    const lines = [
      { sku: a, quantity: 1 },
      { sku: c, quantity: 1 },
    ];
    const parcels = await reserve(orderId, [...lines, { sku: b, quantity: 1 }]);
    expect(parcels.map(({ warehouse: at }) => at)).toEqual(['BERLIN', 'HAMBURG']);

    await workers.publisher.publish([failed(orderId, first(parcels))]);
    const { data } = await workers.fact(InventoryReallocated, orderId);
    expect(data).toEqual({
      replaced: '1',
      parcels: [
        { parcelId: '3', warehouse: 'HAMBURG', lines: lines.slice(0, 1) },
        { parcelId: '4', warehouse: 'KASSEL', lines: lines.slice(1) },
      ],
    });
    expect(await statusesOf(orderId)).toEqual([
      ['1', 'BERLIN', 'replaced'],
      ['2', 'HAMBURG', 'held'],
      ['3', 'HAMBURG', 'held'],
      ['4', 'KASSEL', 'held'],
    ]);
    expect(await fixture.stockOf(a, 'BERLIN')).toEqual({ onHand: 2, held: 0, available: 2, holds: {} });

    const second = data.parcels[0] as Parcel;
    await workers.publisher.publish([dispatched(orderId, second)]);
    const committed = await workers.fact(InventoryCommitted, orderId);
    expect(committed.data).toEqual(second);
  });

  test('given the new warehouse fails as well, the first one is not asked again unless it is another parcel', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku({ BERLIN: 1, HAMBURG: 1 })];
    const parcels = await reserve(orderId, [{ sku, quantity: 1 }]);
    await workers.publisher.publish([failed(orderId, first(parcels))]);
    const { data } = await workers.fact(InventoryReallocated, orderId);

    await workers.publisher.publish([failed(orderId, first(data.parcels), { elsewhere: false })]);
    const released = await workers.fact(InventoryReleased, orderId);
    expect(released.data).toMatchObject({ parcelId: '2', lines: [{ sku, quantity: 1 }] });
    expect(await fixture.reservationOf(orderId)).toMatchObject({ status: 'released' });
  });

  test('given no other warehouse is to be tried, it is released with its lines', async () => {
    const [orderId, sku, other] = [randomUUID(), await fixture.sku(2), await fixture.sku({ HAMBURG: 1 })];
    const parcels = await reserve(orderId, [
      { sku, quantity: 2 },
      { sku: other, quantity: 1 },
    ]);
    await workers.publisher.publish([failed(orderId, first(parcels), { elsewhere: false })]);
    const { data } = await workers.fact(InventoryReleased, orderId);
    expect(data).toEqual({ parcelId: '1', lines: [{ sku, quantity: 2 }], reason: 'no pick-up there' });
    expect(await fixture.stockOf(sku)).toEqual({ onHand: 2, held: 0, available: 2, holds: {} });
    expect(await fixture.reservationOf(orderId)).toMatchObject({ status: 'held' });
  });

  test('given it had left, nothing moves: a refund says what comes back', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(2)];
    const parcels = await reserve(orderId, [{ sku, quantity: 2 }]);
    await workers.publisher.publish([dispatched(orderId, first(parcels))]);
    await workers.fact(InventoryCommitted, orderId);
    const lost = failed(orderId, first(parcels), { dispatched: true, elsewhere: false });
    await workers.publisher.publish([lost]);
    await eventually('it is handled', () => handledBy(orderId, lost.id));
    expect(saidAbout(orderId).map(({ type }) => type)).toEqual(['inventory.reserved', 'inventory.committed']);
  });

  test('given it had left and we hear of its failure first, its goods have left, whatever ends the order before its dispatch comes', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(2)];
    const parcels = await reserve(orderId, [{ sku, quantity: 2 }]);
    await workers.publisher.publish([failed(orderId, first(parcels), { dispatched: true, elsewhere: false })]);
    await workers.fact(InventoryCommitted, orderId);
    const [end, late] = [cancelled(orderId), dispatched(orderId, first(parcels))];
    await workers.publisher.publish([end]);
    await eventually('the end is handled', () => handledBy(orderId, end.id));
    await workers.publisher.publish([late]);
    await eventually('the dispatch is handled', () => handledBy(orderId, late.id));
    expect(saidAbout(orderId).map(({ type }) => type)).toEqual(['inventory.reserved', 'inventory.committed']);
  });
});

describe('restocking', () => {
  const shipped = async (stock: Record<string, number>, quantity: number) => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(stock)];
    const parcels = await reserve(orderId, [{ sku, quantity }]);
    await workers.publisher.publish(parcels.map((parcel) => dispatched(orderId, parcel)));
    await eventually('all has left', async () => (await fixture.reservationOf(orderId))?.status === 'committed');
    return { orderId, sku };
  };
  const restocksOf = async (orderId: string) => (await fixture.reservationOf(orderId)) as { restocks?: unknown } | null;

  test('given goods have left from two warehouses, when they are refunded, they are back where they left from', async () => {
    const { orderId, sku } = await shipped({ BERLIN: 1, HAMBURG: 3 }, 4);
    await workers.publisher.publish([refundRequested(orderId, [{ sku, quantity: 2 }])]);
    const { data } = await workers.fact(InventoryRestocked, orderId);
    expect(data.stock).toEqual([
      { sku, warehouse: 'BERLIN', quantity: 1 },
      { sku, warehouse: 'HAMBURG', quantity: 1 },
    ]);
    expect(await fixture.stockOf(sku, 'BERLIN')).toEqual({ onHand: 1, held: 0, available: 1, holds: {} });
    expect(await fixture.stockOf(sku, 'HAMBURG')).toEqual({ onHand: 1, held: 0, available: 1, holds: {} });
  });

  test('given the refund says in which warehouse they are, they are on the shelf there, also where the SKU never was', async () => {
    const { orderId, sku } = await shipped({ BERLIN: 1, HAMBURG: 3 }, 4);
    await workers.publisher.publish([refundRequested(orderId, [{ sku, quantity: 3 }], { warehouse: 'KASSEL' })]);
    const { data } = await workers.fact(InventoryRestocked, orderId);
    expect(data.stock).toEqual([{ sku, warehouse: 'KASSEL', quantity: 3 }]);
    expect(await fixture.stockOf(sku, 'KASSEL')).toEqual({ onHand: 3, held: 0, available: 3, holds: {} });
    expect(await fixture.stockOf(sku, 'HAMBURG')).toMatchObject({ onHand: 0 });

    const next = randomUUID();
    expect(await reserve(next, [{ sku, quantity: 3 }])).toMatchObject([{ warehouse: 'KASSEL' }]);
  });

  test('given two replicas put a SKU on a shelf where it never was, it is there once', async () => {
    const sku = await fixture.sku(0);
    const line = { sku, warehouse: 'KASSEL', quantity: 2 };
    const refunds = [randomUUID(), randomUUID()];
    await Promise.all([...refunds, ...refunds].map((refundId) => fixture.stock.restock(refundId, line)));
    expect(await fixture.stockOf(sku, 'KASSEL')).toMatchObject({ onHand: 4, available: 4 });
    await fixture.documents().deleteOne({ _id: `${sku}@KASSEL` });
  });

  test('given a refund is faster than the dispatch of its goods, it waits for that and puts them back', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(5)];
    const [parcel] = await reserve(orderId, [{ sku, quantity: 2 }]);
    await workers.publisher.publish([refundRequested(orderId, [{ sku, quantity: 2 }], { actor: 'system' })]);
    await eventually('it waits', async () =>
      (await workers.metrics.retried.get()).values.some(({ labels }) => labels.type === 'order.refund_requested'),
    );
    await workers.publisher.publish([dispatched(orderId, parcel as Parcel)]);
    const { data } = await workers.fact(InventoryRestocked, orderId);
    expect(data.stock).toEqual([{ sku, warehouse: 'BERLIN', quantity: 2 }]);
    expect(await fixture.stockOf(sku)).toMatchObject({ onHand: 5, held: 0, available: 5 });
  });

  test('given a refund is told ten times, also as other events, its goods are put back once', async () => {
    const { orderId, sku } = await shipped({ BERLIN: 9 }, 9);
    const refundId = randomUUID();
    const facts = Array.from({ length: 9 }, () => refundRequested(orderId, [{ sku, quantity: 2 }], { refundId }));
    await workers.publisher.publish([...facts, facts[0] as (typeof facts)[0]]);
    await eventually('all are handled', async () =>
      (await Promise.all(facts.map(({ id }) => handledBy(orderId, id)))).every(Boolean),
    );
    expect(await fixture.stockOf(sku)).toMatchObject({ onHand: 2, available: 2 });
    const said = saidAbout(orderId).filter(({ type }) => type === 'inventory.restocked');
    expect(new Set(said.map(({ id }) => id)).size).toBe(1);
  });

  test('given refunds of more than had left come at once, no more than that is put back, and the rest is noted', async () => {
    const { orderId, sku } = await shipped({ BERLIN: 5 }, 3);
    const facts = [2, 2, 2].map((quantity) => refundRequested(orderId, [{ sku, quantity }]));
    await workers.publisher.publish(facts);
    await eventually('all are handled', async () =>
      (await Promise.all(facts.map(({ id }) => handledBy(orderId, id)))).every(Boolean),
    );
    expect(await fixture.stockOf(sku)).toMatchObject({ onHand: 5, available: 5 });
    const { restocks } = (await restocksOf(orderId)) as { restocks: { beyond?: QuantityLine[] }[] };
    const beyond = restocks.flatMap((one) => one.beyond ?? []);
    expect(beyond.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(3);
  });

  test('given the goods are still held and no dispatch comes, when staff refund them, nothing is put back, and that is noted', async () => {
    const [orderId, sku] = [randomUUID(), await fixture.sku(5)];
    await reserve(orderId, [{ sku, quantity: 2 }]);
    const refund = refundRequested(orderId, [{ sku, quantity: 2 }]);
    await workers.publisher.publish([refund]);
    await eventually('it is handled', () => handledBy(orderId, refund.id));
    expect(await fixture.stockOf(sku)).toMatchObject({ onHand: 5, held: 2, available: 3 });
    expect(await restocksOf(orderId)).toMatchObject({
      restocks: [{ refundId: refund.data.refundId, status: 'restocked', stock: [], beyond: [{ sku, quantity: 2 }] }],
    });
  });

  test('given a day has passed, the stock keeps the sum and no mark, and the refund told again puts nothing back', async () => {
    const { orderId, sku } = await shipped({ BERLIN: 5 }, 5);
    const refundId = randomUUID();
    await workers.publisher.publish([1, 2].map((quantity) => refundRequested(orderId, [{ sku, quantity }])));
    await workers.publisher.publish([refundRequested(orderId, [{ sku, quantity: 1 }], { refundId })]);
    const marks = async () => (await fixture.documents().findOne({ _id: `${sku}@BERLIN` }))?.restocks;
    await eventually('all are back', async () => {
      const { restocks = [] } = (await restocksOf(orderId)) as { restocks?: { status: string }[] };
      return restocks.filter(({ status }) => status === 'restocked').length === 3;
    });
    expect(Object.keys((await marks()) ?? {})).toHaveLength(3);

    workers.clock.advance(25 * 60 * 60_000);
    await eventually('no mark is left', async () => Object.keys((await marks()) ?? {}).length === 1);
    expect(await marks()).toEqual({ earlier: 4 });

    const again = refundRequested(orderId, [{ sku, quantity: 1 }], { refundId });
    await workers.publisher.publish([again]);
    await eventually('it is handled', () => handledBy(orderId, again.id));
    expect(await fixture.stockOf(sku)).toMatchObject({ onHand: 4, available: 4 });
    expect(await marks()).toEqual({ earlier: 4 });
  });

  test('given a refund without restock, nothing is put back', async () => {
    const { orderId, sku } = await shipped({ BERLIN: 2 }, 2);
    const refund = refundRequested(orderId, [{ sku, quantity: 2 }], { restock: false });
    await workers.publisher.publish([refund]);
    await eventually('it is handled', () => handledBy(orderId, refund.id));
    expect(await fixture.stockOf(sku)).toMatchObject({ onHand: 0 });
  });
});
