import { randomUUID } from 'node:crypto';
import type { Order } from '@orderflow/contracts';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf, rawCall } from '../testing/client.ts';
import { orderFor } from '../testing/orders.ts';
import { testGateway, tokenOf } from '../testing/processes.ts';

let workers: WorkerFixture;
let gateway: RunningGateway;
let redis: Redis;
let alice: ReturnType<typeof clientOf>;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  redis = new Redis(inject('infrastructure').redisUrl);
  gateway = await testGateway(workers, inject('infrastructure'));
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  alice = clientOf(gateway.url, await tokenOf('alice'));
});
afterAll(async () => {
  await redis?.quit();
  await gateway?.stop();
  await workers?.close();
});

const place = async (over = {}) => (await alice.orders.place.mutate(orderFor(randomUUID(), over))).order;
const keyOf = (id: string) => `${workers.databaseName}:order:${id}`;
const poison = (id: string, entry: string) => redis.hset(keyOf(id), { revision: '1000', order: entry });

describe('what somebody else has written into Redis is not served', () => {
  const rows: [string, (order: Order) => string][] = [
    ['no JSON', () => '{"id":'],
    ['null', () => 'null'],
    ['no order', () => '{"total":1}'],
    [
      'an order that breaks its schema',
      (order) => JSON.stringify({ ...order, total: { amount: -1, currency: 'EUR' } }),
    ],
    ['an order of somebody else', (order) => JSON.stringify({ ...order, customerId: 'mallory' })],
    ['another order', (order) => JSON.stringify({ ...order, id: randomUUID() })],
  ];
  test.each(rows)('%s', async (_, entryOf) => {
    const order = await place();
    await poison(order.id, entryOf(order));
    expect(await alice.orders.get.query({ orderId: order.id })).toEqual(order);
    const mallory = await rawCall(
      gateway.url,
      'orders.get',
      { orderId: order.id },
      { method: 'GET', token: await tokenOf('mallory') },
    );
    expect(mallory).toMatchObject({ status: 404, error: { reason: 'ORDER_NOT_FOUND' } });
  });

  test('an order under the id of one that is not there', async () => {
    const id = randomUUID();
    await poison(id, JSON.stringify({ ...(await place()), id, customerId: 'mallory' }));
    const mallory = clientOf(gateway.url, await tokenOf('mallory'));
    await expect(mallory.orders.get.query({ orderId: id })).rejects.toMatchObject({
      data: { reason: 'ORDER_NOT_FOUND' },
    });
  });

  test.each([
    ['no JSON', '{'],
    ['no products', '{"products":[{"sku":1}]}'],
    [
      'another product',
      '{"sku":"MUG","name":"","description":"","category":"","image":"","price":{"amount":1,"currency":"EUR"},"available":1}',
    ],
  ])('in the catalogue: %s', async (_, entry) => {
    const { catalog } = clientOf(gateway.url);
    const [list, one] = [await catalog.list.query({ limit: 1 }), await catalog.get.query({ sku: 'MUG-ENAMEL-RED' })];
    const kept = (await redis.keys(`${workers.databaseName}:catalogue:*`)).filter(
      (key) => !key.endsWith(':generation'),
    );
    expect(kept.length).toBeGreaterThanOrEqual(2);
    for (const key of kept) await redis.set(key, entry);
    expect(await catalog.list.query({ limit: 1 })).toEqual(list);
    expect(await catalog.get.query({ sku: 'MUG-ENAMEL-RED' })).toEqual(one);
  });
});

test('what is good there is served', async () => {
  const order = await place();
  await alice.orders.get.query({ orderId: order.id });
  await poison(order.id, JSON.stringify({ ...order, reason: 'from Redis' }));
  expect(await alice.orders.get.query({ orderId: order.id })).toEqual({ ...order, reason: 'from Redis' });
});

test('no key of Redis tells whom we count', async () => {
  const [name, phone] = [randomUUID(), '+4915112345678'];
  const email = `${name}@example.com`;
  await clientOf(gateway.url).orders.place.mutate(orderFor(name, { contact: { email, phone } }));
  await clientOf(gateway.url, await tokenOf(email)).orders.list.query();
  const keys = await redis.keys(`${workers.databaseName}:*`);
  expect(keys.filter((key) => key.includes(':limit:')).length).toBeGreaterThanOrEqual(4);
  expect(keys.join('\n')).not.toMatch(new RegExp(`@|${name}|${phone.slice(1)}|127\\.0\\.0\\.1`));
});
