import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { OrderCancelRequested, OrderPlaced } from '@orderflow/contracts';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { type StoredUser, usersOf } from '../accounts/account-model.ts';
import { clientOf, rawCall } from '../testing/client.ts';
import { breakableProxy, closedPort } from '../testing/network.ts';
import { orderFor } from '../testing/orders.ts';
import { testGateway, tokenOf } from '../testing/processes.ts';

let workers: WorkerFixture;
let alice: string;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  alice = await tokenOf('alice');
});
afterAll(() => workers?.close());

const stored = () => workers.database.collection('orders').countDocuments();

test('without the broker an order is refused and nothing is stored; what was placed before is still answered', async () => {
  const way = await breakableProxy(workers.amqpUrl);
  const gateway = await testGateway({ ...workers, amqpUrl: way.url }, inject('infrastructure'));
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  const { orders } = clientOf(gateway.url, alice);
  const { order } = await orders.place.mutate(orderFor('broker-001'));
  const before = await stored();

  way.cut();
  await eventually('the loss is noticed', () => gateway.service.publisher.unavailable !== undefined);
  expect(await rawCall(gateway.url, 'orders.place', orderFor('broker-002'), { token: alice })).toMatchObject({
    status: 503,
    error: { code: 'SERVICE_UNAVAILABLE', reason: 'BROKER_UNAVAILABLE' },
  });
  expect(await stored()).toBe(before);
  expect((await orders.place.mutate(orderFor('broker-001'))).order.id).toBe(order.id);
  expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(503);

  way.mend();
  const later = await eventually('the broker is back', () => orders.place.mutate(orderFor('broker-002')));
  await workers.fact(OrderPlaced, later.order.id);
  await gateway.stop();
  await way.close();
});

test('an order whose fact cannot be published once it is stored stands, and the sweeper publishes it', async () => {
  const way = await breakableProxy(workers.amqpUrl);
  const gateway = await testGateway({ ...workers, amqpUrl: way.url }, inject('infrastructure'));
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);

  way.hang();
  const { order } = await clientOf(gateway.url, alice).orders.place.mutate(orderFor('sweeper-01'));
  expect(workers.heard.some(({ subject }) => subject === order.id)).toBe(false);
  way.mend();
  await workers.fact(OrderPlaced, order.id);
  await gateway.stop();
  await way.close();
});

test('without the broker a command is accepted and stored, and its fact is said when the broker is back', async () => {
  const way = await breakableProxy(workers.amqpUrl);
  const gateway = await testGateway({ ...workers, amqpUrl: way.url }, inject('infrastructure'));
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  const { orders } = clientOf(gateway.url, alice);
  const { order } = await orders.place.mutate(orderFor('commands-001'));
  await workers.fact(OrderPlaced, order.id);

  way.cut();
  await eventually('the loss is noticed', () => gateway.service.publisher.unavailable !== undefined);
  const answer = await orders.cancel.mutate({ orderId: order.id });
  expect(answer.order.status).toBe('cancelling');
  expect(workers.heard.some(({ type, subject }) => type === 'order.cancel_requested' && subject === order.id)).toBe(
    false,
  );
  way.mend();
  await workers.fact(OrderCancelRequested, order.id);
  await gateway.stop();
  await way.close();
});

test('without the store everything that needs it is refused at once', async () => {
  const gateway = await testGateway(workers, {
    ...inject('infrastructure'),
    mongodbUri: `mongodb://127.0.0.1:${await closedPort()}/?directConnection=true`,
  });
  const calls = await Promise.all([
    rawCall(gateway.url, 'orders.place', orderFor('store-0001'), { token: alice }),
    rawCall(gateway.url, 'orders.list', { limit: 1 }, { token: alice, method: 'GET' }),
    rawCall(gateway.url, 'catalog.list', { limit: 7 }, { method: 'GET' }),
    rawCall(gateway.url, 'orders.cancel', { orderId: randomUUID() }, { token: alice }),
    rawCall(gateway.url, 'orders.invoice', { orderId: randomUUID() }, { token: alice, method: 'GET' }),
    rawCall(gateway.url, 'profile.preferences.get', {}, { token: alice, method: 'GET' }),
  ]);
  for (const call of calls) expect(call).toMatchObject({ status: 503, error: { reason: 'STORE_UNAVAILABLE' } });
  expect(await (await fetch(`${gateway.url}/health/ready`)).json()).toMatchObject({ ready: false });
  await gateway.stop();
});

test('while accounts and catalogue cannot be prepared, it says that it is not ready, and why', async () => {
  const databaseName = `${workers.databaseName}_doubled`;
  const database = workers.database.useDb(databaseName);
  // Which no unique index can be made of.
  await usersOf(database).insertMany(['a', 'b'].map((_id) => ({ _id, email: 'ada@example.org' }) as StoredUser));
  const gateway = await testGateway({ ...workers, databaseName }, inject('infrastructure'));
  await expect(gateway.ready).rejects.toThrow('E11000');
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  const answer = await fetch(`${gateway.url}/health/ready`);
  expect([answer.status, await answer.json()]).toEqual([
    503,
    {
      ready: false,
      checks: { store: 'ok', broker: 'ok', catalogue: 'accounts and catalogue are not prepared yet' },
    },
  ]);
  await gateway.stop();
  await database.dropDatabase();
});

test('a clock that is set five minutes ahead makes nobody take the store for away', async () => {
  const { mongodbUri, ...servers } = inject('infrastructure');
  const beating = `${mongodbUri}${mongodbUri.includes('?') ? '&' : '?'}heartbeatFrequencyMS=500`;
  const gateway = await testGateway(workers, { ...servers, mongodbUri: beating });
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  await once(gateway.service.database.getClient(), 'serverHeartbeatSucceeded');
  const now = Date.now.bind(Date);
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + 300_000);
  try {
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
  } finally {
    clock.mockRestore();
  }
  await gateway.stop();
});

test('without Redis from the start everything works, each replica for itself', async () => {
  const gateway = await testGateway(
    workers,
    { ...inject('infrastructure'), redisUrl: `redis://127.0.0.1:${await closedPort()}` },
    { RATE_LIMIT_PER_MINUTE: '3' },
  );
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  const { orders, catalog } = clientOf(gateway.url, alice);
  const { order } = await orders.place.mutate(orderFor('no-redis-1'));
  expect(await orders.get.query({ orderId: order.id })).toEqual(order);
  expect((await catalog.list.query({ limit: 1 })).products).toHaveLength(1);
  const fourth = await rawCall(gateway.url, 'orders.list', { limit: 1 }, { token: alice, method: 'GET' });
  expect(fourth).toMatchObject({ status: 429, error: { reason: 'RATE_LIMITED' } });
  await gateway.stop();
});

test('a port that is taken is named', async () => {
  const taken = createServer((socket: Socket) => socket.destroy()).listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  await expect(testGateway(workers, inject('infrastructure'), { PORT: String(port) })).rejects.toThrow(
    `PORT is ${port}`,
  );
  taken.close();
});
