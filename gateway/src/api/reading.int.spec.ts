import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { issueToken } from '../access/tokens.ts';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf, rawCall } from '../testing/client.ts';
import { orderFor } from '../testing/orders.ts';
import { TOKEN_SECRET, testGateway, tokenOf } from '../testing/processes.ts';

const NOBODYS = '01a204cb-b25e-7e7a-9b23-8211823ed014';

let workers: WorkerFixture;
let gateway: RunningGateway;
let alice: ReturnType<typeof clientOf>;
let staff: ReturnType<typeof clientOf>;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  gateway = await testGateway(workers, inject('infrastructure'));
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  alice = clientOf(gateway.url, await tokenOf('alice'));
  staff = clientOf(gateway.url, await tokenOf('sam', 'staff'));
});
afterAll(async () => {
  await gateway?.stop();
  await workers?.close();
});

const get = (orderId: string, token?: string) =>
  rawCall(gateway.url, 'orders.get', { orderId }, { method: 'GET', ...(token === undefined ? {} : { token }) });

describe('who may read an order', () => {
  test('its owner and staff; for everybody else it does not exist', async () => {
    const { order } = await alice.orders.place.mutate(orderFor('reading-01'));
    const orderId = order.id;
    expect(await alice.orders.get.query({ orderId })).toEqual(order);
    expect(await staff.orders.get.query({ orderId })).toEqual(order);
    expect((await alice.orders.timeline.query({ orderId })).entries).toMatchObject([{ type: 'order.placed' }]);

    const bob = await tokenOf('bob');
    const [foreign, unknown] = [await get(orderId, bob), await get(NOBODYS, bob)];
    expect(foreign).toMatchObject({ status: 404, error: { reason: 'ORDER_NOT_FOUND', field: 'orderId' } });
    expect(foreign.text).toBe(unknown.text);
    const timeline = clientOf(gateway.url, bob).orders.timeline.query({ orderId });
    await expect(timeline).rejects.toMatchObject({ data: { reason: 'ORDER_NOT_FOUND' } });
  });

  test.each([
    ['no token', async () => undefined, 'UNAUTHENTICATED'],
    ['an expired token', () => tokenOf('alice', 'customer', '-1 minute'), 'TOKEN_EXPIRED'],
    [
      "a token of another secret's",
      () => issueToken('x'.repeat(32), { sub: 'alice', role: 'customer', expiresIn: '1h' }),
      'UNAUTHENTICATED',
    ],
    ['rubbish', async () => 'rubbish', 'UNAUTHENTICATED'],
    ['a token without a signature', async () => unsigned(), 'UNAUTHENTICATED'],
    ['an account without a name', () => tokenOf(''), 'UNAUTHENTICATED'],
    ['an account of spaces', () => tokenOf('  '), 'UNAUTHENTICATED'],
    ['staff without a name', () => tokenOf('', 'staff'), 'UNAUTHENTICATED'],
    ["an account that poses as a guest's", () => tokenOf('guest:1234'), 'UNAUTHENTICATED'],
    [
      'an unknown role',
      () => issueToken(TOKEN_SECRET, { sub: 'a', role: 'root' as never, expiresIn: '1h' }),
      'UNAUTHENTICATED',
    ],
  ])('%s is not let in', async (_, token, reason) => {
    expect(await get(NOBODYS, await token())).toMatchObject({ status: 401, error: { code: 'UNAUTHORIZED', reason } });
  });

  test('a bad token is refused where none would do', async () => {
    const answer = await rawCall(gateway.url, 'orders.place', orderFor('reading-02'), { token: 'rubbish' });
    expect(answer).toMatchObject({ status: 401, error: { reason: 'UNAUTHENTICATED' } });
  });

  test('staff places no orders', async () => {
    await expect(staff.orders.place.mutate(orderFor('reading-03'))).rejects.toMatchObject({
      data: { reason: 'FORBIDDEN' },
    });
  });
});

test("a customer's orders, newest first, page by page", async () => {
  const carol = clientOf(gateway.url, await tokenOf('carol'));
  const ids: string[] = [];
  for (const key of ['listed-01', 'listed-02', 'listed-03'])
    ids.push((await carol.orders.place.mutate(orderFor(key))).order.id);
  const first = await carol.orders.list.query({ limit: 2 });
  const second = await carol.orders.list.query({ limit: 2, cursor: first.nextCursor as string });
  expect([...first.orders, ...second.orders].map(({ id }) => id)).toEqual(ids.toReversed());
  expect(second.nextCursor).toBeUndefined();
  expect((await carol.orders.list.query({ status: 'delivered' })).orders).toEqual([]);
  expect((await staff.orders.list.query({ limit: 3, status: 'pending' })).orders.map(({ id }) => id)).toEqual(
    ids.toReversed(),
  );
});

test('an order that is placed while somebody pages is on no later page, and no page shows one twice', async () => {
  const frank = clientOf(gateway.url, await tokenOf('frank'));
  const place = async (key: string) => (await frank.orders.place.mutate(orderFor(key))).order.id;
  const ids = [await place('paged-001'), await place('paged-002'), await place('paged-003')];
  const first = await frank.orders.list.query({ limit: 1 });
  await place('paged-004');
  const rest = await frank.orders.list.query({ cursor: first.nextCursor as string });
  expect([...first.orders, ...rest.orders].map(({ id }) => id)).toEqual(ids.toReversed());
});

test.each(['rubbish', '', 17, { $gt: '' }])('a page after %j is refused', async (cursor) => {
  const answer = await rawCall(
    gateway.url,
    'orders.list',
    { cursor },
    { method: 'GET', token: await tokenOf('alice') },
  );
  expect(answer).toMatchObject({
    status: 400,
    error: { code: 'BAD_REQUEST', reason: 'INVALID_INPUT', field: 'cursor' },
  });
});

describe('the catalogue', () => {
  test('is for anyone, with availability', async () => {
    const anyone = clientOf(gateway.url).catalog;
    const all = await anyone.list.query();
    expect(all.products.length).toBeGreaterThanOrEqual(30);
    const [first, second] = all.products;
    expect(await anyone.get.query({ sku: first?.sku as string })).toMatchObject({ ...first });
    const page = await anyone.list.query({ limit: 1, cursor: first?.sku as string });
    expect(page).toEqual({ products: [second], unreadable: [], nextCursor: second?.sku });
    const kitchen = await anyone.list.query({ category: 'Kitchen' });
    expect(new Set(kitchen.products.map(({ category }) => category))).toEqual(new Set(['Kitchen']));
    expect(await anyone.get.query({ sku: 'PRINT-HARBOUR-LTD' })).toMatchObject({ available: 2 });
  });

  test('refuses what it does not have', async () => {
    const answer = await rawCall(gateway.url, 'catalog.get', { sku: 'NO-SUCH' }, { method: 'GET' });
    expect(answer).toMatchObject({ status: 404, error: { reason: 'UNKNOWN_PRODUCT', field: 'sku' } });
  });

  test('is seeded once, however many replicas start at once', async () => {
    const replicas = await Promise.all([1, 2, 3].map(() => testGateway(workers, inject('infrastructure'))));
    await Promise.all(replicas.map(({ ready }) => ready));
    expect(await workers.database.collection('products').countDocuments()).toBe(31);
    await Promise.all(replicas.map(({ stop }) => stop()));
  });
});

describe('what is not there', () => {
  test.each(['orders.destroy', 'orders', 'orders.place'])('GET %s', async (procedure) => {
    const answer = await rawCall(gateway.url, procedure, {}, { method: 'GET' });
    expect(answer).toMatchObject({ status: 404, error: { reason: 'UNKNOWN_PROCEDURE' } });
  });

  test('a page outside the API', async () => {
    expect((await fetch(`${gateway.url}/wp-login.php`)).status).toBe(404);
  });
});

test('who calls too often is told when to come back', async () => {
  const limited = await testGateway(workers, inject('infrastructure'), {
    RATE_LIMIT_PER_MINUTE: '3',
    MONGODB_DATABASE: `${workers.databaseName}_l`,
  });
  await limited.ready;
  const dave = await tokenOf('dave');
  const call = (token: string) => rawCall(limited.url, 'orders.list', { limit: 1 }, { method: 'GET', token });
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await call(dave)).status);
  expect(statuses).toEqual([200, 200, 200]);

  const { status, error, headers } = await call(dave);
  expect({ status, reason: error.reason, code: error.code }).toEqual({
    status: 429,
    reason: 'RATE_LIMITED',
    code: 'TOO_MANY_REQUESTS',
  });
  expect(error.retryAfterSeconds).toBeGreaterThan(0);
  expect(headers.get('retry-after')).toBe(String(error.retryAfterSeconds));
  expect((await call(await tokenOf('erin'))).status, 'another customer is not held up').toBe(200);

  await limited.service.database.dropDatabase();
  await limited.stop();
});

test.each(['/metrics', '/webhooks/stripe', '/webhooks/carrier'])('%s is limited for each address', async (path) => {
  const limited = await testGateway(workers, inject('infrastructure'), {
    TRUST_PROXY: '1',
    RATE_LIMIT_PER_MINUTE: '1',
    MONGODB_DATABASE: `${workers.databaseName}_m${path.replaceAll('/', '')}`,
  });
  await limited.ready;
  const call = (address: string) =>
    fetch(`${limited.url}${path}`, {
      method: path === '/metrics' ? 'GET' : 'POST',
      headers: { 'x-forwarded-for': address, 'content-type': 'application/json' },
    });
  const statuses = [];
  for (let i = 0; i < 10; i++) statuses.push((await call('9.9.9.9')).status);
  expect(statuses).not.toContain(429);
  const refused = await call('9.9.9.9');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ error: { data: { reason: 'RATE_LIMITED' } } });
  expect((await call('8.8.8.8')).status, 'another address is not held up').not.toBe(429);
  await limited.service.database.dropDatabase();
  await limited.stop();
});

describe('an address is', () => {
  /** Tells whether each call, with the X-Forwarded-For given, was let through; three are in a minute. */
  async function callsFrom(trustProxy: string, forwarded: readonly string[]) {
    const limited = await testGateway(workers, inject('infrastructure'), {
      TRUST_PROXY: trustProxy,
      RATE_LIMIT_PER_MINUTE: '3',
      MONGODB_DATABASE: `${workers.databaseName}_p${trustProxy}`,
    });
    await limited.ready;
    const statuses: number[] = [];
    for (const chain of forwarded) {
      const headers = { 'x-forwarded-for': chain };
      statuses.push((await fetch(`${limited.url}/trpc/catalog.list`, { headers })).status);
    }
    await limited.service.database.dropDatabase();
    await limited.stop();
    return statuses;
  }

  test('what the one proxy of ours says, whatever its client claims', async () => {
    const forged = ['1.1.1.1, 9.9.9.9', '2.2.2.2, 9.9.9.9', '3.3.3.3, 9.9.9.9', '4.4.4.4, 9.9.9.9'];
    expect(await callsFrom('1', [...forged, '1.1.1.1, 8.8.8.8'])).toEqual([200, 200, 200, 429, 200]);
  });

  test('the same with any port, and in any part of one /64 of IPv6', async () => {
    const ports = ['7.7.7.7:1', '7.7.7.7:2', '::ffff:7.7.7.7', '7.7.7.7:4'];
    expect(await callsFrom('1', ports)).toEqual([200, 200, 200, 429]);
    const hosts = ['2001:db8::1', '[2001:db8::2]:443', '2001:db8:0:0:ffff::3', '2001:db8::4', '2001:db8:0:1::1'];
    expect(await callsFrom('1', hosts)).toEqual([200, 200, 200, 429, 200]);
  });

  test('whoever connects, where there is no proxy', async () => {
    expect(await callsFrom('0', ['1.1.1.1', '2.2.2.2', '3.3.3.3', '4.4.4.4'])).toEqual([200, 200, 200, 429]);
  });
});

test('health and metrics are on the port of the API too', async () => {
  expect(await (await fetch(`${gateway.url}/health/live`)).json()).toEqual({ live: true });
  expect(await (await fetch(`${gateway.url}/health/ready`)).json()).toMatchObject({ ready: true });
  expect(await (await fetch(`${gateway.url}/metrics`)).text()).toContain('orderflow_publishes_total');
});

function unsigned(): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = { sub: 'sam', role: 'staff', iss: 'orderflow', aud: 'orderflow', exp: 4_000_000_000 };
  return `${encode({ alg: 'none' })}.${encode(payload)}.`;
}
