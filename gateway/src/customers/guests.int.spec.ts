import { randomUUID } from 'node:crypto';
import { OrderClaimed, OrderPlaced } from '@orderflow/contracts';
import { startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { guestCustomerId } from '../access/guests.ts';
import { issueToken } from '../access/tokens.ts';
import type { RunningGateway } from '../start-gateway.ts';
import { accountsFixture, PASSWORD } from '../testing/accounts.ts';
import { browserOf } from '../testing/browser.ts';
import { clientOf, rawCall } from '../testing/client.ts';
import { orderFor } from '../testing/orders.ts';
import { TOKEN_SECRET, testGateway, tokenOf } from '../testing/processes.ts';

const SHOP = 'https://shop.example';

let workers: WorkerFixture;
let gateway: RunningGateway;
let shop: Awaited<ReturnType<typeof accountsFixture>>;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  shop = await accountsFixture();
  gateway = await testGateway(workers, inject('infrastructure'), { ...shop.env, SHOP_URL: SHOP });
  await gateway.ready;
});
afterAll(async () => {
  await gateway?.stop();
  await shop?.close();
  await workers?.close();
});

const somebody = () => `guest-${randomUUID()}@shop.example`;
async function guest(email = somebody(), browser = browserOf(gateway.url, { origin: SHOP })) {
  const input = orderFor(randomUUID(), { contact: { email }, locale: 'de' });
  const { order, trackingToken } = await browser.trpc.orders.place.mutate(input);
  return { email, browser, order, input, token: trackingToken as string };
}
const notFound = { data: { reason: 'ORDER_NOT_FOUND' } };

describe('a guest’s browser', () => {
  test('opens its own orders by a cookie, all of them, and nobody else’s', async () => {
    const one = await guest();
    const two = await guest(somebody(), one.browser);
    const other = await guest();
    for (const { order } of [one, two])
      expect((await one.browser.trpc.orders.get.query({ orderId: order.id })).id).toBe(order.id);
    await expect(one.browser.trpc.orders.get.query({ orderId: other.order.id })).rejects.toMatchObject(notFound);
    const cookie = one.browser.raw.at(-1);
    expect(cookie).toMatch(/^__Host-orderflow_guest=.*; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/);
  });

  test('keeps an order for as long as it can be returned, and longer', async () => {
    const { token } = await guest();
    const { iat = 0, exp = 0 } = decodeJwt(token);
    // What the settings are where nothing is set: 3 days to dispatch, 14 to deliver, 30 to return.
    expect((exp - iat) / 86_400).toBeGreaterThan(3 + 14 + 30);
  });

  test('gets no cookie for what another site’s page has ordered', async () => {
    const foreign = browserOf(gateway.url, { origin: 'https://evil.example' });
    const { token } = await guest(somebody(), foreign);
    expect(token).toBeDefined();
    expect(foreign.raw).toEqual([]);
  });

  test('takes the token of a mail’s link, once it comes from a page of ours, and forgets all', async () => {
    const { token, order } = await guest();
    const browser = browserOf(gateway.url, { origin: SHOP });
    for (const origin of ['https://evil.example', 'null', `${SHOP}:8443`]) {
      const refused = await browser.post('/auth/guest', { token }, { origin });
      expect(refused).toMatchObject({ status: 403, body: { error: { data: { reason: 'CSRF' } } } });
    }
    expect(browser.cookies.size).toBe(0);
    expect(await browser.post('/auth/guest', { token })).toMatchObject({ status: 200, body: { orderId: order.id } });
    expect((await browser.trpc.orders.get.query({ orderId: order.id })).id).toBe(order.id);
    expect((await browser.delete('/auth/guest')).status).toBe(204);
    expect(browser.cookies.size).toBe(0);
  });

  test.each([
    ['rubbish', async () => 'rubbish', 'UNAUTHENTICATED'],
    ['a customer’s token', () => tokenOf('alice'), 'UNAUTHENTICATED'],
    ['an expired one', () => expiredToken(), 'TOKEN_EXPIRED'],
  ])('does not take %s', async (_, make, reason) => {
    const browser = browserOf(gateway.url, { origin: SHOP });
    const answer = await browser.post('/auth/guest', { token: await make() });
    expect(answer).toMatchObject({ status: 401, body: { error: { data: { reason } } } });
    expect(browser.cookies.size).toBe(0);
  });

  test('may sign in: what is for accounts says so', async () => {
    const { browser } = await guest();
    const { orders, profile } = browser.trpc;
    for (const call of [() => orders.list.query(), () => profile.addresses.list.query()])
      await expect(call()).rejects.toMatchObject({ data: { reason: 'UNAUTHENTICATED' } });
  });

  test('still opens a link once somebody has signed in, and nothing once they have signed out', async () => {
    const { browser } = await shop.customer(gateway.url);
    const { token, order } = await guest();
    await expect(browser.trpc.orders.get.query({ orderId: order.id })).rejects.toMatchObject(notFound);
    await browser.post('/auth/guest', { token });
    expect((await browser.trpc.orders.get.query({ orderId: order.id })).id).toBe(order.id);
    await browser.post('/auth/sign-out');
    expect(browser.cookies.size).toBe(0);
  });

  test('stands in the audit by whose order it acts on', async () => {
    const one = await guest();
    await guest(somebody(), one.browser);
    await one.browser.trpc.orders.cancel.mutate({ orderId: one.order.id });
    const entry = await gateway.service.database.collection('audit').findOne({ subject: one.order.id });
    expect(entry).toMatchObject({ actor: `guest:${guestCustomerId(one.email)}`, outcome: 'done' });
  });
});

test('a token of the version before, signed with TOKEN_SECRET, opens its order', async () => {
  const { order, email } = await guest();
  const claims = { sub: guestCustomerId(email), role: 'guest', order: order.id, expiresIn: '30 days' } as const;
  const old = await issueToken(TOKEN_SECRET, claims);
  expect((await clientOf(gateway.url, old).orders.get.query({ orderId: order.id })).id).toBe(order.id);
});

const expiredToken = () =>
  issueToken(TOKEN_SECRET, { sub: 'guest:a', role: 'guest', order: randomUUID(), expiresIn: '-1 minute' });

describe('orders.sendTrackingLink', () => {
  const ask = (input: object) => clientOf(gateway.url).orders.sendTrackingLink.mutate(input as never);

  test('mails a link to the order’s own address, in its language, that opens it', async () => {
    const { order, email } = await guest();
    expect(await ask({ orderId: order.id, email })).toEqual({ sent: true });
    const mail = await shop.mail(email);
    expect(mail.subject).toBe(`Ihre Bestellung ${order.number}`);
    const link = shop.linkIn(mail);
    expect(`${link.origin}${link.pathname}${link.search}`).toBe(`${SHOP}/orders/${order.id}`);
    const browser = browserOf(gateway.url, { origin: SHOP });
    await browser.post('/auth/guest', { token: link.hash.replace('#token=', '') });
    expect((await browser.trpc.orders.get.query({ orderId: order.id })).id).toBe(order.id);
  });

  test('takes the number as people write it, and an id in its place', async () => {
    const written = [
      (order: { number: string }) => ` ${order.number.toLowerCase().replace('-', ' ')} `,
      (order: { number: string }) => order.number.replaceAll('0', 'o').replaceAll('1', 'l'),
      (order: { id: string }) => ` ${order.id.toUpperCase().replaceAll('-', ' ')} `,
    ];
    for (const write of written) {
      const { order, email } = await guest();
      await ask({ orderNumber: write(order), email: email.toUpperCase() });
      expect(shop.linkIn(await shop.mail(email)).pathname).toBe(`/orders/${order.id}`);
    }
  });

  test('mails an account’s owner a link without a token', async () => {
    const { browser, email } = await shop.customer(gateway.url);
    const { order } = await browser.trpc.orders.place.mutate(orderFor(randomUUID(), { contact: { email } }));
    await ask({ orderId: order.id, email });
    const link = shop.linkIn(await shop.mail(email, 2));
    expect([link.pathname, link.hash]).toEqual([`/orders/${order.id}`, '']);
  });

  test('says the same and mails nobody where address and order do not belong together', async () => {
    const [one, other] = [await guest(), await guest()];
    const inputs = [
      { orderId: one.order.id, email: other.email },
      { orderId: randomUUID(), email: one.email },
      { orderNumber: 'NONE-EVER', email: one.email },
      { orderId: one.order.id, email: somebody() },
    ];
    for (const input of inputs) expect(await ask(input)).toEqual({ sent: true });
    // The mail of a call that does send comes after those of the calls before.
    await ask({ orderId: other.order.id, email: other.email });
    await shop.mail(other.email);
    expect(await shop.mails(one.email)).toEqual([]);
    expect(await shop.mails(other.email)).toHaveLength(1);
  });

  test.each([
    ['neither number nor id', {}],
    ['both', { orderNumber: 'A', orderId: randomUUID() }],
  ])('%s: refused, naming the field', async (_, input) => {
    const answer = await rawCall(gateway.url, 'orders.sendTrackingLink', { ...input, email: somebody() });
    expect(answer).toMatchObject({ status: 400, error: { reason: 'INVALID_INPUT', field: 'orderNumber' } });
  });
});

describe('orders.claim', () => {
  test('makes the guest’s orders of the verified address the customer’s, once, and says so', async () => {
    const email = somebody();
    const [one, two, foreign] = [await guest(email.toUpperCase()), await guest(email), await guest()];
    const { browser, id } = await shop.customer(gateway.url, email);
    expect(await browser.trpc.orders.list.query()).toMatchObject({ orders: [] });
    expect(await browser.trpc.orders.claim.mutate({})).toEqual({ claimed: 2 });
    expect(await browser.trpc.orders.claim.mutate({})).toEqual({ claimed: 0 });

    const { orders } = await browser.trpc.orders.list.query();
    expect(orders.map((order) => order.id)).toEqual([two.order.id, one.order.id]);
    expect(orders.map(({ customerId }) => customerId)).toEqual([id, id]);
    const { entries } = await browser.trpc.orders.timeline.query({ orderId: one.order.id });
    expect(entries.map(({ type }) => type)).toEqual(['order.placed', 'order.claimed']);
    expect((await workers.fact(OrderClaimed, one.order.id)).data).toEqual({ customerId: id });
    expect((await workers.fact(OrderPlaced, foreign.order.id)).data.customerId).toBe(guestCustomerId(foreign.email));
    const audit = gateway.service.database.collection('audit');
    const entry = await audit.findOne({ actor: `customer:${id}` }, { sort: { _id: 1 } });
    expect(entry).toMatchObject({ action: 'orders.claim', effect: { orderIds: [two.order.id, one.order.id] } });
  });

  test('the guest’s link works on, and the same order sent again is the same', async () => {
    const placed = await guest();
    const { browser } = await shop.customer(gateway.url, placed.email);
    await browser.trpc.orders.claim.mutate({});
    expect((await placed.browser.trpc.orders.get.query({ orderId: placed.order.id })).id).toBe(placed.order.id);
    const again = await placed.browser.trpc.orders.place.mutate(placed.input);
    expect(again.order.id).toBe(placed.order.id);
  });

  test('ten times at once claims each order once', async () => {
    const placed = await guest();
    const { browser } = await shop.customer(gateway.url, placed.email);
    const claims = await Promise.all(Array.from({ length: 10 }, () => browser.trpc.orders.claim.mutate({})));
    expect(claims.reduce((sum, { claimed }) => sum + claimed, 0)).toBe(1);
    const { entries } = await browser.trpc.orders.timeline.query({ orderId: placed.order.id });
    expect(entries.filter(({ type }) => type === 'order.claimed')).toHaveLength(1);
  });

  test('what is held and declined with the order counts for the customer from here on', async () => {
    const placed = await guest();
    const orders = gateway.service.database.collection<{ _id: string; buyer: string[]; declinedBy: string[] }>(
      'orders',
    );
    const before = await orders.findOne({ _id: placed.order.id });
    await orders.updateOne({ _id: placed.order.id }, { $set: { declinedBy: before?.buyer ?? [] } });
    const { browser } = await shop.customer(gateway.url, placed.email);
    await browser.trpc.orders.claim.mutate({});
    const after = await orders.findOne({ _id: placed.order.id });
    for (const keys of [after?.buyer, after?.declinedBy]) {
      expect(keys).toEqual([...(before?.buyer ?? []), expect.stringMatching(/^customer:/)]);
    }
  });

  test('needs an address that is verified', async () => {
    const { email } = await guest();
    const { browser, id } = await shop.customer(gateway.url, somebody());
    const users = gateway.service.database.collection<{ _id: string }>('auth_users');
    await users.updateOne({ _id: id }, { $set: { email, emailVerified: false } });
    await expect(browser.trpc.orders.claim.mutate({})).rejects.toMatchObject({
      data: { reason: 'EMAIL_NOT_VERIFIED' },
    });
    const bearer = clientOf(gateway.url, await tokenOf('alice'));
    await expect(bearer.orders.claim.mutate({})).rejects.toMatchObject({ data: { reason: 'EMAIL_NOT_VERIFIED' } });
  });

  test('is not for staff or guests', async () => {
    const { token } = await guest();
    for (const one of [token, await tokenOf('carol', 'staff')]) {
      const answer = await rawCall(gateway.url, 'orders.claim', {}, { token: one });
      expect(answer).toMatchObject({ status: 403, error: { reason: 'FORBIDDEN' } });
    }
  });
});

test('an address that is verified leads back to the shop, where one signs in', async () => {
  const email = somebody();
  const browser = browserOf(gateway.url, { origin: SHOP });
  await browser.post('/auth/sign-up/email', { name: 'Ada', email, password: PASSWORD });
  const link = shop.linkIn(await shop.mail(email));
  expect(link.origin).toBe(SHOP);
  const answer = await browser.get(`${link.pathname}${link.search}`);
  expect(answer.status).toBe(302);
  expect(answer.headers.get('location')).toBe(`${SHOP}/sign-in?verified=1`);
  link.searchParams.set('token', 'rubbish');
  const refused = await browser.get(`${link.pathname}${link.search}`);
  expect(refused.headers.get('location')).toBe(`${SHOP}/sign-in?verified=1&error=INVALID_TOKEN`);
  link.searchParams.set('callbackURL', 'https://evil.example/');
  expect((await browser.get(`${link.pathname}${link.search}`)).status).toBe(403);
});
