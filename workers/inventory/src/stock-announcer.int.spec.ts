import { randomUUID } from 'node:crypto';
import { StockChanged } from '@orderflow/contracts';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { type StockAnnouncer, startStockAnnouncer } from './stock-announcer.ts';
import { inventoryFixture } from './testing.ts';

let workers: WorkerFixture;
let fixture: ReturnType<typeof inventoryFixture>;
const started: StockAnnouncer[] = [];

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  fixture = inventoryFixture(workers);
  await eventually('the publisher is connected', () => workers.publisher.unavailable === undefined);
});
afterEach(async () => {
  for (const announcer of started.splice(0)) await announcer.close();
});
afterAll(() => workers?.close());

/** Never sweeps by itself unless asked to. */
function start(over: { publisher?: typeof workers.publisher; everyMs?: number; sweepEveryMs?: number } = {}) {
  const { publisher, log } = workers;
  const options = { stock: fixture.stock, publisher, region: 'test', log, everyMs: 50, sweepEveryMs: 60_000, ...over };
  const announcer = startStockAnnouncer(options);
  started.push(announcer);
  return announcer;
}
const holdSome = (sku: string, at = 'BERLIN') =>
  fixture.stock.hold(randomUUID(), { sku, warehouse: at, quantity: 1, plan: 0 });
const levelsSaid = (sku: string) =>
  workers.heard
    .filter((e) => e.type === 'stock.changed' && e.subject === sku)
    .map((e) => e.data as { version: number });
const unannounced = async (sku: string) => (await fixture.stock.unannounced([sku])).length > 0;

describe('announcing', () => {
  test('given stock that nobody has announced, when it starts, it says so', async () => {
    const sku = await fixture.sku(7);
    start();
    const { data, source } = await workers.fact(StockChanged, sku);
    const level = { onHand: 7, held: 0, available: 7 };
    expect(data).toEqual({ sku, ...level, version: 1, warehouses: [{ warehouse: 'BERLIN', ...level }] });
    expect(source).toBe('/inventory');
    await eventually('it is marked', async () => !(await unannounced(sku)));
  });

  test('given many changes between two ticks, they are said once, as they are then', async () => {
    const sku = await fixture.sku(20);
    start({ everyMs: 400 });
    await workers.fact(StockChanged, sku);
    await eventually('the opening level is marked', async () => !(await unannounced(sku)));
    for (let i = 0; i < 10; i++) await holdSome(sku);

    const { data } = await workers.fact(StockChanged, sku, (e) => e.data.version === 11);
    expect(data).toMatchObject({ onHand: 20, held: 10, available: 10 });
    expect(levelsSaid(sku).length).toBeLessThan(10);
  });

  test('given a change while the level before it is being published, it is said too', async () => {
    const sku = await fixture.sku(5);
    let changed = false;
    const publish = async (events: Parameters<typeof workers.publisher.publish>[0]) => {
      await workers.publisher.publish(events);
      if (changed || !events.some((e) => e.subject === sku)) return;
      changed = true;
      await holdSome(sku);
    };
    start({ publisher: { ...workers.publisher, unavailable: undefined, publish } });
    await workers.fact(StockChanged, sku, (e) => e.data.version === 2);
    await eventually('it is marked', async () => !(await unannounced(sku)));
    expect(levelsSaid(sku).map(({ version }) => version)).toEqual([1, 2]);
  });

  test('given two warehouses, their sum is said, and a change in either is a later version', async () => {
    const sku = await fixture.sku({ BERLIN: 5, HAMBURG: 2 });
    start();
    expect((await workers.fact(StockChanged, sku)).data).toMatchObject({
      onHand: 7,
      held: 0,
      available: 7,
      version: 2,
    });
    await eventually('the opening level is marked', async () => !(await unannounced(sku)));

    await holdSome(sku, 'HAMBURG');
    const { data } = await workers.fact(StockChanged, sku, (e) => e.data.version === 3);
    expect(data).toMatchObject({ onHand: 7, held: 1, available: 6 });
  });

  test('given a warehouse changed while a level was announced, none of its documents counts as announced', async () => {
    const sku = await fixture.sku({ BERLIN: 5, HAMBURG: 2 });
    const before = await fixture.stock.levels([sku]);
    await holdSome(sku, 'HAMBURG');
    expect(await fixture.stock.markAnnounced(before)).toEqual([sku]);
    const [now] = await fixture.stock.unannounced([sku]);
    expect(now).toMatchObject({ available: 6, version: 3 });
    expect(await fixture.stock.markAnnounced([now as NonNullable<typeof now>])).toEqual([]);
    expect(await unannounced(sku)).toBe(false);
  });

  test('given another process changed stock and died, a sweep finds it', async () => {
    const sku = await fixture.sku(5);
    start({ sweepEveryMs: 100 });
    await workers.fact(StockChanged, sku);
    await fixture.stock.markAnnounced(await fixture.stock.levels([sku]));
    await workers.database
      .collection<{ _id: string }>('stock')
      .updateOne({ _id: `${sku}@BERLIN` }, { $set: { unannounced: true }, $inc: { version: 1 } });
    await workers.fact(StockChanged, sku, (e) => e.data.version === 2);
  });

  test('given the broker is away, nothing is lost: it is said when it is back', async () => {
    const sku = await fixture.sku(5);
    let away = true;
    let asked = 0;
    const publisher = {
      ...workers.publisher,
      get unavailable() {
        asked += 1;
        return away ? 'not connected' : undefined;
      },
    };
    start({ publisher });
    await eventually('it wanted to say so, twice', () => asked >= 2);
    expect(await unannounced(sku)).toBe(true);
    expect(levelsSaid(sku)).toEqual([]);
    away = false;
    const { data } = await workers.fact(StockChanged, sku);
    expect(data).toMatchObject({ version: 1, available: 5 });
  });

  test('given changes are waiting, when it closes, they are said first', async () => {
    const sku = await fixture.sku(5);
    const announcer = start({ everyMs: 60_000 });
    await workers.fact(StockChanged, sku);
    await eventually('it is marked', async () => !(await unannounced(sku)));
    await holdSome(sku);
    await announcer.close();
    expect(levelsSaid(sku).at(-1)).toMatchObject({ version: 2, available: 4 });
  });
});

describe('seeding', () => {
  test('given replicas that seed at once, each SKU is added once; given stock that has moved, it stays', async () => {
    const skus = Array.from({ length: 10 }, (_, i) => ({ sku: `SEED-${i}`, warehouse: 'BERLIN', onHand: 10 }));
    const replicas = [fixture.stock, fixture.stock, fixture.stock];
    const added = await Promise.all(replicas.map((stock) => stock.add(skus)));
    expect(added.reduce((sum, n) => sum + n, 0)).toBe(10);

    await holdSome('SEED-0');
    expect(await fixture.stock.add([...skus, { sku: 'SEED-0', warehouse: 'HAMBURG', onHand: 1 }])).toBe(1);
    expect(await fixture.stockOf('SEED-0')).toMatchObject({ onHand: 10, held: 1, available: 9 });
  });
});
