import { randomUUID } from 'node:crypto';
import { createLog } from '@orderflow/runtime';
import { eventually } from '@orderflow/runtime/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRateLimit } from '../access/rate-limit.ts';
import { createCatalogueCache } from '../catalogue/catalogue-cache.ts';
import { createOrderCache } from '../orders/order-cache.ts';
import { createOrderChanges } from '../orders/order-changes.ts';
import type { OrderRecord } from '../orders/order-record.ts';
import { redisServers } from '../testing/redis-servers.ts';
import { connectRedis, type OptionalRedis } from './redis.ts';

/** A sentinel that was not run for two seconds, on a busy machine, does nothing for thirty (TILT); then it elects. */
const ELECTION_MS = 90_000;
const timeout = 3 * ELECTION_MS;
/** Enough that every node of a cluster has some of their keys. */
const ORDERS = 12;
const LIMITS = {
  perMinute: 1,
  guestOrdersPerHour: 1,
  signInsPerHour: 1,
  accountMailsPerHour: 1,
  secret: 'what hides whom we count',
};

let servers: ReturnType<typeof redisServers>;
let connections: OptionalRedis[] = [];

beforeEach(() => {
  servers = redisServers();
});
afterEach(async () => {
  await Promise.all(connections.map(({ close }) => close()));
  connections = [];
  await servers.close();
});

async function connected(url: string): Promise<OptionalRedis> {
  const redis = connectRedis(url, 'replicas', createLog('test', 'silent'));
  connections.push(redis);
  await eventually('usable', () => redis.usable && redis.subscriber.status === 'ready', 20_000);
  return redis;
}

/** What one gateway writes, another hears, finds and counts. A command that a busy machine holds up is done without, so it is tried again. */
async function works(one: OptionalRedis, other: OptionalRedis): Promise<void> {
  const changes = createOrderChanges(other);
  const cache = createOrderCache(one);
  for (let n = 0; n < ORDERS; n += 1) {
    await eventually('the other hears and finds it', async () => {
      const id = randomUUID();
      const heard = await changes.subscribe(id);
      await cache.publishUpdate({ id, revision: 1 } as OrderRecord);
      const isHeard = await heard.news(AbortSignal.timeout(2_000));
      heard.end();
      return isHeard && (await other.client.hget(other.name('order', id), 'revision')) === '1';
    });
  }
  await eventually('both know one generation', async () => {
    const generation = await createCatalogueCache(one).generation();
    return generation !== undefined && (await createCatalogueCache(other).generation()) === generation;
  });
  for (let n = 0; n < ORDERS; n += 1) {
    await eventually('the other counts it', async () => {
      const who = randomUUID();
      await createRateLimit(one, LIMITS).identity(who);
      const refused = await createRateLimit(other, LIMITS)
        .identity(who)
        .catch((error) => error.reason);
      return refused === 'RATE_LIMITED';
    });
  }
}

const writes = (redis: OptionalRedis, key: string) => () =>
  redis.attempt((client) => client.set(redis.name(key), 'x')).then((answer) => answer === 'OK');

test('sentinels say which Redis is the primary, and after its end which is the next', { timeout }, async () => {
  const { primary, replica, sentinels } = await servers.watched('orders');
  const url = `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/orders`;
  const [one, other] = [await connected(url), await connected(url)];
  await works(one, other);
  const watched = await createOrderChanges(other).subscribe('watched');

  await primary.kill();
  await eventually('it is noticed', () => !one.usable);
  await Promise.all(
    [one, other].map((redis) => eventually('the next takes writes', writes(redis, 'next'), ELECTION_MS)),
  );

  expect(await replica.client.role()).toMatchObject(['master', expect.anything(), expect.anything()]);
  // Whoever watched before looks once, and hears again.
  expect(await watched.news(AbortSignal.timeout(10_000))).toBe(true);
  await eventually('subscriptions go on', () => other.subscriber.status === 'ready', 20_000);
  await works(one, other);
});

test('a primary that hangs is left for the next one', { timeout }, async () => {
  const { primary, sentinels } = await servers.watched('orders');
  const one = await connected(`redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/orders`);

  primary.hang();

  await eventually('the next takes writes', writes(one, 'next'), ELECTION_MS);
});

test('a cluster keeps each order where its key belongs; of one that is lost its replica has the keys', {
  timeout,
}, async () => {
  const { first, second, third } = await servers.cluster();
  const url = `redis+cluster://127.0.0.1:${second.port},127.0.0.1:${third.port}`;
  const [one, other] = [await connected(url), await connected(url)];
  await works(one, other);
  for (const { client } of [first, second, third]) expect(await client.dbsize()).toBeGreaterThan(0);
  const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

  await first.kill();
  for (const key of keys) await eventually(`${key} is written`, writes(one, key), ELECTION_MS);

  expect(one.isBackFor(60_000)).toBe(true);
  await eventually('others reach the replica too', writes(other, 'a'), ELECTION_MS);
  await works(one, other);
});
