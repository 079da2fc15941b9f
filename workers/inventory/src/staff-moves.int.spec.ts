import { randomUUID } from 'node:crypto';
import {
  StockAdjusted,
  StockAdjustmentRefused,
  type StockMovement,
  StockMovementRequested,
} from '@orderflow/contracts';
import { eventFor, eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type StockAnnouncer, startStockAnnouncer } from './stock-announcer.ts';
import { inventoryFixture } from './testing.ts';

let workers: WorkerFixture;
let fixture: ReturnType<typeof inventoryFixture>;
let announcer: StockAnnouncer;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  fixture = inventoryFixture(workers);
  await fixture.run();
  await fixture.run();
  const { publisher, log } = workers;
  announcer = startStockAnnouncer({ stock: fixture.stock, publisher, region: 'test', log, everyMs: 50 });
});
afterAll(async () => {
  await announcer?.close();
  await workers?.close();
});

const movement = (sku: string, over: Partial<StockMovement> = {}): StockMovement => ({
  ...{ movementId: randomUUID(), kind: 'received', sku, warehouse: 'BERLIN', quantity: 5 },
  ...{ reason: 'a delivery', by: 'staff:carol', ...over },
});
const asked = (data: StockMovement) => eventFor(StockMovementRequested, data.sku, data);
const answerTo = ({ sku, movementId }: StockMovement) =>
  Promise.race([
    workers.fact(StockAdjusted, sku, ({ data }) => data.movementId === movementId),
    workers.fact(StockAdjustmentRefused, sku, ({ data }) => data.movementId === movementId),
  ]);
const documentOf = (sku: string, at = 'BERLIN') => fixture.documents().findOne({ _id: `${sku}@${at}` });
const addsUp = async (sku: string, at = 'BERLIN') => {
  const found = await documentOf(sku, at);
  if (!found) throw new Error('no such stock');
  const { onHand, initial, committed, restocked, adjusted = 0, moves = {} } = found;
  expect(onHand).toBe(initial - committed + restocked + adjusted);
  expect(adjusted).toBe(Object.values(moves).reduce((sum, one) => sum + one, 0));
};

describe('what staff book', () => {
  test('arrives once, however often and as whatever event it is heard, also where the SKU never was', async () => {
    const sku = await fixture.sku(2);
    const [here, there] = [movement(sku), movement(sku, { warehouse: 'KASSEL', quantity: 3 })];
    await workers.publisher.publish([...Array.from({ length: 10 }, () => asked(here)), asked(there), asked(there)]);
    await Promise.all([answerTo(here), answerTo(there)]);
    expect(await fixture.stockOf(sku)).toMatchObject({ onHand: 7, available: 7 });
    expect(await fixture.stockOf(sku, 'KASSEL')).toMatchObject({ onHand: 3, available: 3 });
    await addsUp(sku);
    await addsUp(sku, 'KASSEL');
  });

  test('never takes what is held: it is refused with what is there, and stays refused', async () => {
    const sku = await fixture.sku(5);
    await fixture.stock.hold(randomUUID(), { sku, warehouse: 'BERLIN', quantity: 3, plan: 0 });
    const fewer = movement(sku, { kind: 'adjusted', quantity: -3 });
    await workers.publisher.publish([asked(fewer)]);
    expect(await answerTo(fewer)).toMatchObject({ type: 'stock.adjustment_refused', data: { available: 2 } });
    const more = movement(sku);
    await workers.publisher.publish([asked(more)]);
    await answerTo(more);
    await workers.publisher.publish([asked(fewer)]);
    const last = movement(sku, { kind: 'adjusted', quantity: -7 });
    await workers.publisher.publish([asked(last)]);
    expect((await answerTo(last)).type).toBe('stock.adjusted');
    expect(await fixture.stockOf(sku)).toMatchObject({ onHand: 3, held: 3, available: 0 });
    await addsUp(sku);
  });

  test('and moves to another warehouse leaves the one and reaches the other', async () => {
    const sku = await fixture.sku({ BERLIN: 4, HAMBURG: 1 });
    const move = movement(sku, { kind: 'transferred', to: 'HAMBURG', quantity: 3 });
    const tooMuch = movement(sku, { kind: 'transferred', to: 'HAMBURG', quantity: 3 });
    await workers.publisher.publish([asked(move), asked(move)]);
    await answerTo(move);
    await workers.publisher.publish([asked(tooMuch)]);
    expect((await answerTo(tooMuch)).type).toBe('stock.adjustment_refused');
    expect(await fixture.stockOf(sku)).toMatchObject({ onHand: 1 });
    expect(await fixture.stockOf(sku, 'HAMBURG')).toMatchObject({ onHand: 4 });
  });

  test('given two of the last at once, one gets it', async () => {
    const sku = await fixture.sku(1);
    const all = Array.from({ length: 5 }, () => movement(sku, { kind: 'adjusted', quantity: -1 }));
    await workers.publisher.publish(all.map(asked));
    const answers = await Promise.all(all.map(answerTo));
    expect(answers.filter(({ type }) => type === 'stock.adjusted')).toHaveLength(1);
    await addsUp(sku);
    await eventually('all was said', async () => Object.keys((await documentOf(sku))?.unsaid ?? {}).length === 0);
  });
});
