import { newId, orderNumberOf } from '@orderflow/contracts';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf, rawCall } from '../testing/client.ts';
import { keyOf, orderFor } from '../testing/orders.ts';
import { testGateway, tokenOf } from '../testing/processes.ts';
import { createOrderKeys } from './order-keys.ts';
import { orderModel } from './order-model.ts';

let workers: WorkerFixture;
let gateway: RunningGateway;
let token: string;
let keys: ReturnType<typeof createOrderKeys>;
beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  gateway = await testGateway(workers, inject('infrastructure'));
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  token = await tokenOf('alice');
  keys = createOrderKeys(workers.database, orderModel(workers.database));
});
afterAll(async () => {
  await gateway?.stop();
  await workers?.close();
});

const place = async (name: string) => (await clientOf(gateway.url, token).orders.place.mutate(orderFor(name))).order;

test('an idempotency key and a number belong to one order: their documents say to which', async () => {
  const order = await place('of its own');
  expect(await keys.takeKey(keyOf('of its own'), newId(new Date()))).toBe(order.id);
  expect(await keys.takeNumber(order.number as string, order.id)).toBe(true);
  expect(await keys.takeNumber(order.number as string, newId(new Date()))).toBe(false);
});

test('where whoever took a key died before the order was stored, the next with that key stores it under the same id', async () => {
  const id = newId(new Date());
  await keys.takeKey(keyOf('left behind'), id);
  const twenty = await Promise.all(Array.from({ length: 20 }, () => place('left behind')));
  expect(new Set(twenty.map((order) => order.id))).toEqual(new Set([id]));
});

test('where another order has its number, it gets the next', async () => {
  const id = newId(new Date());
  await keys.takeKey(keyOf('numbered'), id);
  const [first, second] = [orderNumberOf(id, 0), orderNumberOf(id, 1)];
  await keys.takeNumber(first, newId(new Date()));
  expect((await place('numbered')).number).toBe(second);
});

test('a gateway of the version before, which takes no keys, is heeded by the index that it made', async () => {
  const orders = workers.database.collection<{ _id: string }>('orders');
  await orders.createIndex({ idempotencyKey: 1 }, { unique: true });
  const { id } = await place('of before');
  await workers.database.collection<{ _id: string }>('orderkeys').deleteOne({ _id: `key ${keyOf('of before')}` });

  expect((await place('of before')).id).toBe(id);
  const other = await rawCall(gateway.url, 'orders.place', { ...orderFor('of before'), locale: 'de' }, { token });
  expect(other).toMatchObject({ error: { reason: 'IDEMPOTENCY_MISMATCH' } });
});
