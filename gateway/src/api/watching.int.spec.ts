import { randomUUID } from 'node:crypto';
import { InventoryReserved, money, OrderConfirmed, PaymentAuthorized, PaymentCaptured } from '@orderflow/contracts';
import type { Service } from '@orderflow/runtime';
import { eventFor, eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createOrderCache } from '../orders/order-cache.ts';
import { connectRedis } from '../platform/redis.ts';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf, watching } from '../testing/client.ts';
import { breakableProxy } from '../testing/network.ts';
import { orderFor } from '../testing/orders.ts';
import { testGateway, testOrderProcess, tokenOf } from '../testing/processes.ts';

/** With Redis there, a watcher asks the store only every ten seconds; what comes sooner was announced. */
const SOONER_THAN_POLLING_MS = 8_000;
const amount = money(3_915, 'EUR');

let workers: WorkerFixture;
let way: Awaited<ReturnType<typeof breakableProxy>>;
let one: RunningGateway;
let two: RunningGateway;
let worker: Service;
let alice: string;
let api: ReturnType<typeof clientOf>;

beforeAll(async () => {
  const infrastructure = inject('infrastructure');
  workers = await startWorkerFixture(infrastructure);
  way = await breakableProxy(infrastructure.redisUrl);
  const withProxy = { ...infrastructure, redisUrl: way.url };
  [one, two] = await Promise.all([testGateway(workers, withProxy), testGateway(workers, withProxy)]);
  await Promise.all([one.ready, two.ready]);
  worker = await testOrderProcess(workers, withProxy);
  await eventually('the broker', () => one.service.publisher.unavailable === undefined);
  alice = await tokenOf('alice');
  api = clientOf(one.url, alice);
});
afterAll(async () => {
  await worker?.stop();
  await one?.stop();
  await two?.stop();
  await way?.close();
  await workers?.close();
});

/** An order whose stock is held, which is its second revision; only then can its payment confirm it. */
async function place(key: string): Promise<string> {
  const { order } = await api.orders.place.mutate(orderFor(key));
  const lines = order.lines.map(({ sku, quantity }) => ({ sku, quantity }));
  const parcels = [{ parcelId: '1', warehouse: 'BERLIN', lines }];
  const holdUntil = new Date(Date.now() + 900_000).toISOString();
  await workers.publisher.publish([eventFor(InventoryReserved, order.id, { lines, parcels, holdUntil })]);
  await eventually('stock is held', async () => (await api.orders.get.query({ orderId: order.id })).revision === 2);
  return order.id;
}
const authorize = (id: string) => {
  const captureBefore = new Date(Date.now() + 7 * 86_400_000).toISOString();
  return workers.publisher.publish([eventFor(PaymentAuthorized, id, { amount, captureBefore, intentId: 'pi_1' })]);
};
const capture = (id: string) =>
  workers.publisher.publish([eventFor(PaymentCaptured, id, { amount, because: 'dispatched' })]);
const revision = (watch: { revisions: number[] }, wanted: number) =>
  eventually(
    `revision ${wanted} of ${watch.revisions}`,
    () => watch.revisions.includes(wanted),
    SOONER_THAN_POLLING_MS,
  );

describe('a watched order', () => {
  test('is shown at once and at each change, whichever replica is asked', async () => {
    const id = await place('watched-01');
    const [here, there] = [await watching(one.url, alice, id), await watching(two.url, alice, id)];
    await Promise.all([revision(here, 2), revision(there, 2)]);
    await authorize(id);
    await Promise.all([revision(here, 3), revision(there, 3)]);
    const last = there.events.at(-1);
    expect(JSON.parse(last?.data as string)).toMatchObject({
      id,
      revision: 3,
      status: 'confirmed',
      payment: 'authorized',
    });
    await capture(id);
    await revision(there, 4);
    expect(there.revisions).toEqual([2, 3, 4]);
    await here.close();
    await there.close();
  });

  test('is resumed where the watcher left off', async () => {
    const id = await place('watched-02');
    await authorize(id);
    await workers.fact(OrderConfirmed, id);
    const upToDate = await watching(two.url, alice, id, '3');
    const behind = await watching(two.url, alice, id, '2');
    await revision(behind, 3);
    await capture(id);
    await Promise.all([revision(upToDate, 4), revision(behind, 4)]);
    expect(upToDate.revisions).toEqual([4]);
    expect(behind.revisions).toEqual([3, 4]);
    await upToDate.close();
    await behind.close();
  });

  test('is not shown to a stranger', async () => {
    const id = await place('watched-03');
    const stranger = await watching(one.url, await tokenOf('bob'), id);
    const error = await eventually('an error', () => stranger.events.find(({ event }) => event === 'serialized-error'));
    expect(JSON.parse(error.data)).toMatchObject({ data: { reason: 'ORDER_NOT_FOUND' } });
    expect(stranger.revisions).toEqual([]);
    await stranger.close();
  });
});

describe('the cache is right after a write', () => {
  test('what is read once a fact was heard is at least as new', async () => {
    for (const key of ['cached-001', 'cached-002', 'cached-003']) {
      const id = await place(key);
      await authorize(id);
      await workers.fact(OrderConfirmed, id);
      const orders = await Promise.all(
        [one, two].map(({ url }) => clientOf(url, alice).orders.get.query({ orderId: id })),
      );
      expect(orders).toMatchObject([{ status: 'confirmed' }, { status: 'confirmed' }]);
    }
  });

  test('a reader that read before a write and comes late does not put the old over the new', async () => {
    const redis = connectRedis(inject('infrastructure').redisUrl, workers.databaseName, workers.log);
    await eventually('Redis', () => redis.usable);
    const cache = createOrderCache(redis);
    const id = randomUUID();
    const {
      cancellable: _,
      returnable: __,
      editable: ___,
      ...placed
    } = (await api.orders.place.mutate(orderFor('cached-004'))).order;
    const old = { ...placed, id };
    const fresh = { ...old, revision: 2, status: 'confirmed' as const };
    const owner = async () => old.customerId;

    const read = cache.refresh({
      owner,
      load: async () => {
        await cache.publishUpdate(fresh);
        return old;
      },
    });
    expect(await read).toEqual(old);
    // The late write of the old one was sent on the same connection before this read.
    expect(await cache.read(id, { owner, load: async () => null })).toEqual(fresh);
    await redis.close();
  });
});

describe('while Redis is away', () => {
  test.each(['cut', 'hang'] as const)('(%s) orders are placed, read and watched, and nobody waits', async (how) => {
    const id = await place(`away-${how}-1`);
    const watch = await watching(two.url, alice, id);
    await revision(watch, 2);
    way[how]();
    try {
      const placed = await place(`away-${how}-2`);
      expect(await api.orders.get.query({ orderId: placed })).toMatchObject({ revision: 2 });
      expect((await api.catalog.list.query()).products).not.toEqual([]);

      await authorize(placed);
      await workers.fact(OrderConfirmed, placed);
      expect(await api.orders.get.query({ orderId: placed })).toMatchObject({ status: 'confirmed' });
      if (how === 'cut') {
        await authorize(id);
        await revision(watch, 3);
      }
    } finally {
      way.mend();
    }
    await eventually('Redis is back', () => api.orders.get.query({ orderId: id }));
    await capture(id);
    await eventually('the watcher is up to date', () => watch.events.at(-1)?.data.includes('"payment":"captured"'));
    await watch.close();
  });

  test('who has read the new order does not read the old one again when Redis is back with it', async () => {
    const id = await place('away-older');
    const redis = connectRedis(way.url, workers.databaseName, workers.log);
    const direct = connectRedis(inject('infrastructure').redisUrl, workers.databaseName, workers.log);
    await eventually('Redis', () => redis.usable && direct.usable);
    const cache = createOrderCache(redis);
    const old = { ...(await api.orders.get.query({ orderId: id })), id: randomUUID() };
    await createOrderCache(direct).publishUpdate(old);
    const load = async () => ({ ...old, revision: old.revision + 1 });
    const source = { load, owner: async () => old.customerId };
    way.cut();
    await eventually('the cut', () => !redis.usable);
    expect(await cache.read(old.id, source)).toMatchObject({ revision: old.revision + 1 });
    way.mend();
    await eventually('Redis is back', () => redis.usable);
    expect(await cache.read(old.id, source)).toMatchObject({ revision: old.revision + 1 });
    await redis.close();
    await direct.close();
  });

  test('an update that a slow Redis did not take is published without a new connection', async () => {
    const redis = connectRedis(way.url, workers.databaseName, workers.log);
    const direct = connectRedis(inject('infrastructure').redisUrl, workers.databaseName, workers.log);
    await eventually('Redis', () => redis.usable && direct.usable);
    let connections = 0;
    redis.client.on('ready', () => connections++);
    const order = { ...(await api.orders.get.query({ orderId: await place('away-slow1') })), id: 'told-late' };
    way.stall();
    try {
      await createOrderCache(redis).publishUpdate(order);
    } finally {
      way.mend();
    }
    const cached = () => direct.client.hget(direct.name('order', 'told-late'), 'revision');
    await eventually('it is published', async () => (await cached()) === String(order.revision));
    expect(connections).toBe(0);
    await redis.close();
    await direct.close();
  });

  test('a Redis that hangs is said to be away once, and to be back once it answers', async () => {
    const said: string[] = [];
    const note = (_: unknown, text?: string) => void said.push(text ?? String(_));
    const redis = connectRedis(way.url, workers.databaseName, {
      ...workers.log,
      warn: note,
      info: note,
    } as typeof workers.log);
    await eventually('Redis', () => redis.usable);
    let tries = 0;
    redis.onBack(async () => {
      await redis.attempt((client) => client.ping());
      tries++;
    });
    way.stall();
    try {
      const first = redis.attempt((client) => client.ping());
      // Fails a while after the first, when that one's pause has begun.
      const second = redis.attempt(async (client) => [await first, await client.ping()]);
      expect(await Promise.all([first, second])).toEqual([undefined, undefined]);
      await eventually('two more tries', () => tries >= 2);
      expect(said).toEqual(['Redis is away: doing without']);
    } finally {
      way.mend();
    }
    await eventually('it is back', () => said.length > 1);
    expect(said).toEqual(['Redis is away: doing without', 'Redis is back']);
    await redis.close();
  });

  test('what changed meanwhile is published when it is back', async () => {
    const id = await place('away-told1');
    const direct = connectRedis(inject('infrastructure').redisUrl, workers.databaseName, workers.log);
    await eventually('Redis', () => direct.usable);
    const cached = () => direct.client.hget(direct.name('order', id), 'revision');
    expect(await cached()).toBe('2');
    way.cut();
    await authorize(id);
    await workers.fact(OrderConfirmed, id);
    expect(await cached()).toBe('2');
    way.mend();
    await eventually('revision 3 in Redis', async () => (await cached()) === '3');
    await direct.close();
  });
});

test('a gateway that stops cuts its watchers off, so that they come back elsewhere, and answers who else is there', async () => {
  const three = await testGateway(workers, { ...inject('infrastructure'), redisUrl: way.url });
  await three.ready;
  const id = await place('stopped-01');
  const watch = await watching(three.url, alice, id);
  await revision(watch, 2);
  await three.stop();
  await eventually('the end of the stream', () => watch.ended);
  expect(
    watch.events.some(({ event }) => event === 'return'),
    'not a polite end',
  ).toBe(false);
});
