import { randomUUID } from 'node:crypto';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { accountsFixture, type Customer, PASSWORD } from '../testing/accounts.ts';
import { browserOf } from '../testing/browser.ts';
import { watching } from '../testing/client.ts';
import { breakableProxy } from '../testing/network.ts';
import { orderFor } from '../testing/orders.ts';
import { testGateway, tokenOf } from '../testing/processes.ts';

/** A second is meant; on a busy machine it may be more. The store alone would say so after ten. */
const SOONER_THAN_POLLING_MS = 5_000;

let workers: WorkerFixture;
/** Two replicas; the second one's way to Redis can be cut. */
let gateways: RunningGateway[];
let way: Awaited<ReturnType<typeof breakableProxy>>;
let shop: Awaited<ReturnType<typeof accountsFixture>>;

beforeAll(async () => {
  const infrastructure = inject('infrastructure');
  workers = await startWorkerFixture(infrastructure);
  shop = await accountsFixture();
  way = await breakableProxy(infrastructure.redisUrl);
  gateways = [
    await testGateway(workers, infrastructure, shop.env),
    await testGateway(workers, { ...infrastructure, redisUrl: way.url }, shop.env),
  ];
  await Promise.all(gateways.map(({ ready }) => ready));
});
afterAll(async () => {
  for (const gateway of gateways ?? []) await gateway.stop();
  await way?.close();
  await shop?.close();
  await workers?.close();
});

const [first, second] = [() => gateways[0] as RunningGateway, () => gateways[1] as RunningGateway];

/** A customer who watches an order on both replicas. */
async function watcher() {
  const customer = await shop.customer(first().url);
  const { order } = await customer.browser.trpc.orders.place.mutate(orderFor(randomUUID()));
  const cookie = customer.browser.cookieHeader();
  const streams = await Promise.all(gateways.map(({ url }) => watching(url, { cookie }, order.id)));
  await eventually('both have the order', () => streams.every(({ revisions }) => revisions.length > 0));
  return { customer, order, streams };
}
type Watcher = Awaited<ReturnType<typeof watcher>>;

async function endsSoon({ streams }: Pick<Watcher, 'streams'>, act: () => Promise<unknown>) {
  await act();
  await eventually('all streams end', () => streams.every(({ ended }) => ended), SOONER_THAN_POLLING_MS);
  for (const { events } of streams) {
    const last = events.at(-1);
    // Ended politely it would be taken for the end of the order, or come back.
    expect(last?.event).toBe('serialized-error');
    expect(last?.data).toContain('UNAUTHENTICATED');
  }
}

describe('what a session watches ends with the session, on every replica within a second', () => {
  const elsewhere = async ({ email }: Customer) => {
    const browser = browserOf(first().url);
    await browser.post('/auth/sign-in/email', { email, password: PASSWORD });
    return browser;
  };

  test('by signing out', async () => {
    const watched = await watcher();
    await endsSoon(watched, () => watched.customer.browser.post('/auth/sign-out'));
  });

  test('by being revoked from elsewhere', async () => {
    const watched = await watcher();
    const other = await elsewhere(watched.customer);
    await endsSoon(watched, () => other.post('/auth/revoke-other-sessions'));
    expect(await other.trpc.profile.get.query()).toMatchObject({ id: watched.customer.id });
  });

  test('by a new password', async () => {
    const watched = await watcher();
    const { email, browser } = watched.customer;
    await browser.post('/auth/request-password-reset', { email });
    const token = /password: (\S+)/i.exec((await shop.mail(email, 2)).text)?.[1];
    await endsSoon(watched, () => browser.post('/auth/reset-password', { token, newPassword: 'a brand new password' }));
  });

  test('by its time being up', async () => {
    const customer = await shop.customer(first().url);
    const { order } = await customer.browser.trpc.orders.place.mutate(orderFor(randomUUID()));
    const sessions = first().service.database.collection('auth_sessions');
    const until = Date.now() + 1_500;
    await sessions.updateOne({ userId: customer.id }, { $set: { expiresAt: new Date(until) } });
    const cookie = customer.browser.cookieHeader();
    const streams = await Promise.all(gateways.map(({ url }) => watching(url, { cookie }, order.id)));
    await endsSoon({ streams }, async () => {
      await eventually('its time is up', () => Date.now() >= until, 3_000);
    });
  });

  test('also where Redis is away', async () => {
    const watched = await watcher();
    way.cut();
    try {
      await endsSoon(watched, () => watched.customer.browser.post('/auth/sign-out'));
    } finally {
      way.mend();
    }
  });
});

test('another customer’s end, another session’s end and a new order end nothing', async () => {
  const watched = await watcher();
  const stranger = await shop.customer(first().url);
  await stranger.browser.post('/auth/sign-out');
  const other = browserOf(first().url);
  await other.post('/auth/sign-in/email', { email: watched.customer.email, password: PASSWORD });
  await other.post('/auth/sign-out');
  await watched.customer.browser.trpc.orders.cancel.mutate({ orderId: watched.order.id });
  await eventually('the news is there', () => watched.streams.every(({ revisions }) => revisions.length > 1));
  expect(watched.streams.map(({ ended }) => ended)).toEqual([false, false]);
  await Promise.all(watched.streams.map((stream) => stream.close()));
});

test('a bearer token watches on', async () => {
  const token = await tokenOf('alice');
  const browser = browserOf(second().url);
  const answer = await browser.post('/trpc/orders.place', orderFor(randomUUID()), { authorization: `Bearer ${token}` });
  const stream = await watching(second().url, token, answer.body.result.data.order.id);
  await eventually('the order is there', () => stream.revisions.length > 0);
  expect(stream.ended).toBe(false);
  await stream.close();
});
