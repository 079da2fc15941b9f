import { randomUUID } from 'node:crypto';
import {
  ProductChanged,
  StockAdjusted,
  StockAdjustmentRefused,
  StockChanged,
  StockMovementRequested,
} from '@orderflow/contracts';
import { eventFor, eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf, rawCall } from '../testing/client.ts';
import { orderFor } from '../testing/orders.ts';
import { testGateway, testOrderProcess, tokenOf } from '../testing/processes.ts';

const SKU = 'MUG-ENAMEL-RED';
let workers: WorkerFixture;
let gateway: RunningGateway;
let worker: Awaited<ReturnType<typeof testOrderProcess>>;
let staff: string;
let ops: ReturnType<typeof clientOf>['ops'];
let alice: ReturnType<typeof clientOf>;

beforeAll(async () => {
  const infrastructure = inject('infrastructure');
  workers = await startWorkerFixture(infrastructure);
  gateway = await testGateway(workers, infrastructure);
  worker = await testOrderProcess(workers, infrastructure);
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  staff = await tokenOf('carol', 'staff');
  ops = clientOf(gateway.url, staff).ops;
  alice = clientOf(gateway.url, await tokenOf('alice'));
  await workers.publisher.publish([level(SKU, 10, 2)]);
  await eventually('the level is known', async () => (await ops.stock.get.query({ sku: SKU })).held === 2);
});
afterAll(async () => {
  await worker?.stop();
  await gateway?.stop();
  await workers?.close();
});

const level = (sku: string, onHand: number, version: number) => {
  const levels = { onHand, held: 2, available: onHand - 2 };
  return eventFor(StockChanged, sku, { sku, ...levels, version, warehouses: [{ warehouse: 'BERLIN', ...levels }] });
};
const call = (procedure: string, input: object, token = staff) => rawCall(gateway.url, procedure, input, { token });
const received = (over: object = {}) => ({
  ...{ idempotencyKey: randomUUID(), sku: SKU, warehouse: 'BERLIN', quantity: 10, reason: 'a delivery', ...over },
});

describe('stock that staff book', () => {
  test('is a fact for inventory, and its answer is shown; the same again is the same movement', async () => {
    const input = received();
    const first = await ops.stock.receive.mutate(input);
    expect(first.status).toBe('requested');
    const { data } = await workers.fact(StockMovementRequested, SKU, (e) => e.data.movementId === input.idempotencyKey);
    expect(data).toMatchObject({ kind: 'received', quantity: 10, by: 'staff:carol', reason: 'a delivery' });
    await workers.publisher.publish([eventFor(StockAdjusted, SKU, data)]);
    await eventually('it is done', async () => (await ops.stock.receive.mutate(input)).status === 'done');
    expect(workers.heard.filter((e) => e.type === StockMovementRequested.type && e.subject === SKU)).toHaveLength(1);
  });

  test('and that would take what is held is refused, with what is available', async () => {
    const input = received({ quantity: -9 });
    const asking = ops.stock.adjust.mutate(input);
    const { data } = await workers.fact(StockMovementRequested, SKU, (e) => e.data.movementId === input.idempotencyKey);
    await workers.publisher.publish([eventFor(StockAdjustmentRefused, SKU, { ...data, available: 8 })]);
    expect(await asking).toMatchObject({ status: 'refused', available: 8 });
  });

  test('is listed by SKU and warehouse', async () => {
    const levels = { onHand: 10, held: 2, available: 8 };
    const shown = { sku: SKU, ...levels, warehouses: [{ warehouse: 'BERLIN', ...levels }] };
    expect(await ops.stock.get.query({ sku: SKU })).toEqual(shown);
    expect((await ops.stock.list.query({ warehouse: 'BERLIN' })).levels).toContainEqual(shown);
    expect((await ops.stock.list.query({ warehouse: 'NOWHERE' })).levels).toEqual([]);
  });

  const used = randomUUID();
  test.each([
    ['a SKU that there is not', received({ sku: 'NO-SUCH' }), 'UNKNOWN_SKU', 'sku'],
    ['a warehouse that there is not', received({ warehouse: 'NOWHERE' }), 'UNKNOWN_WAREHOUSE', 'warehouse'],
    ['nothing', received({ quantity: 0 }), 'INVALID_INPUT', 'quantity'],
    ['no reason', received({ reason: ' ' }), 'INVALID_INPUT', 'reason'],
    ['no key', received({ idempotencyKey: '' }), 'INVALID_INPUT', 'idempotencyKey'],
    ['a key that was used', received({ idempotencyKey: used }), 'IDEMPOTENCY_MISMATCH', 'idempotencyKey'],
  ])('refuses %s, and has it on record', async (_, input, reason, field) => {
    if (reason === 'IDEMPOTENCY_MISMATCH')
      await ops.stock.receive.mutate(received({ idempotencyKey: used, quantity: 1 }));
    expect(await call('ops.stock.receive', input)).toMatchObject({ error: { reason, field } });
    const audit = await workers.database.collection('audit').findOne({ action: 'ops.stock.receive', reason });
    expect(audit).toMatchObject({ outcome: 'refused', actor: 'staff:carol' });
  });

  test('is not for customers', async () => {
    expect(await call('ops.stock.receive', received(), await tokenOf('alice'))).toMatchObject({
      error: { reason: 'FORBIDDEN' },
    });
  });
});

describe('the catalogue that staff keep', () => {
  const change = (sku: string) => ({ idempotencyKey: randomUUID(), sku, reason: 'the season' });
  const product = {
    name: 'Tea pot',
    description: 'Round',
    category: 'Kitchen',
    image: '',
    price: { amount: 2_000, currency: 'EUR' },
  };

  test('gets a product, whose price and words change, each as a fact, once', async () => {
    const sku = 'TEAPOT-ROUND';
    const create = { ...change(sku), ...product };
    await Promise.all([ops.catalogue.create.mutate(create), ops.catalogue.create.mutate(create)]);
    expect(await alice.catalog.get.query({ sku })).toMatchObject({
      name: 'Tea pot',
      price: product.price,
      available: 0,
    });
    await Promise.all([
      ops.catalogue.setPrice.mutate({ ...change(sku), price: { amount: 2_500, currency: 'EUR' } }),
      ops.catalogue.update.mutate({ ...change(sku), name: 'Round tea pot' }),
    ]);
    const shown = await alice.catalog.get.query({ sku });
    expect(shown).toMatchObject({ name: 'Round tea pot', price: { amount: 2_500 } });
    await workers.fact(ProductChanged, sku, ({ data }) => data.version === 3);
    expect((await call('ops.catalogue.create', { ...change(sku), ...product })).error).toMatchObject({
      reason: 'SKU_TAKEN',
    });
    const other = { ...change(sku), price: { amount: 5, currency: 'USD' } };
    expect((await call('ops.catalogue.setPrice', other)).error).toMatchObject({ reason: 'WRONG_CURRENCY' });
  });

  test('does not show or sell what is archived, until it is back', async () => {
    const sku = 'CANDLE-BEESWAX';
    await ops.catalogue.archive.mutate(change(sku));
    const { products } = await alice.catalog.list.query({ limit: 100 });
    expect(products.map((one) => one.sku)).not.toContain(sku);
    expect(await rawCall(gateway.url, 'catalog.get', { sku }, { method: 'GET' })).toMatchObject({
      error: { reason: 'UNKNOWN_PRODUCT' },
    });
    const order = orderFor(randomUUID(), { lines: [{ sku, quantity: 1 }] });
    expect((await call('orders.place', order, await tokenOf('alice'))).error).toMatchObject({ reason: 'UNKNOWN_SKU' });
    await ops.catalogue.archive.mutate({ ...change(sku), archived: false });
    expect((await alice.catalog.get.query({ sku })).sku).toBe(sku);
  });

  test('keeps a newer change whatever older one is heard of again', async () => {
    const sku = 'VASE-BUD';
    const cheap = change(sku);
    await ops.catalogue.setPrice.mutate({ ...cheap, price: { amount: 100, currency: 'EUR' } });
    await ops.catalogue.setPrice.mutate({ ...change(sku), price: { amount: 300, currency: 'EUR' } });
    const old = await workers.fact(ProductChanged, sku, ({ data }) => data.changeId === cheap.idempotencyKey);
    await workers.publisher.publish([{ ...old, id: randomUUID() }]);
    await ops.catalogue.setPrice.mutate({ ...cheap, price: { amount: 100, currency: 'EUR' } });
    expect((await alice.catalog.get.query({ sku })).price.amount).toBe(300);
  });
});
