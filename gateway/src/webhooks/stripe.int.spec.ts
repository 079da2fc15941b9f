import { randomUUID } from 'node:crypto';
import { type EventOf, OrderPlaced, StripeEvent } from '@orderflow/contracts';
import { signEvent, startStripe } from '@orderflow/emulator-stripe';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf, postWebhook } from '../testing/client.ts';
import { breakableProxy } from '../testing/network.ts';
import { orderFor } from '../testing/orders.ts';
import { STRIPE_SECRET, testGateway, tokenOf } from '../testing/processes.ts';

let workers: WorkerFixture;
let way: Awaited<ReturnType<typeof breakableProxy>>;
let gateway: RunningGateway;
let emulator: Awaited<ReturnType<typeof startStripe>>;
let orderId: string;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  way = await breakableProxy(workers.amqpUrl);
  emulator = await startStripe({ webhookSecret: STRIPE_SECRET });
  const over = { STRIPE_API_URL: emulator.url };
  gateway = await testGateway({ ...workers, amqpUrl: way.url }, inject('infrastructure'), over);
  await gateway.ready;
  await control({ webhookUrl: `${gateway.url}/webhooks/stripe` });
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  const { orders } = clientOf(gateway.url, await tokenOf('alice'));
  orderId = (await orders.place.mutate(orderFor('stripe-001'))).order.id;
});
afterAll(async () => {
  await emulator?.close();
  await gateway?.stop();
  await way?.close();
  await workers?.close();
});

const control = (switches: object) =>
  fetch(`${emulator.url}/_control`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(switches),
  });
const stripe = () => new Stripe('sk_test_1', { host: '127.0.0.1', port: emulator.port, protocol: 'http' });
const eventOf = (over: object = {}, object: object = {}) => ({
  id: `evt_${randomUUID()}`,
  object: 'event',
  type: 'payment_intent.payment_failed',
  created: Math.floor(Date.now() / 1_000),
  data: {
    object: { id: 'pi_1', object: 'payment_intent', metadata: { orderId }, client_secret: 'pi_1_secret', ...object },
  },
  ...over,
});
async function send(event: unknown, signature?: string) {
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  return postWebhook(gateway.url, 'stripe', body, { 'stripe-signature': signature ?? signEvent(STRIPE_SECRET, body) });
}
const published = () => workers.heard.filter(({ type }) => type === 'stripe.event') as EventOf<typeof StripeEvent>[];
const factOf = (id: string) => workers.fact(StripeEvent, orderId, ({ data }) => data.stripeEventId === id);
const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1_000) - seconds;

test("what Stripe sends becomes a fact in the order's trace, without anything secret", async () => {
  const placed = await workers.fact(OrderPlaced, orderId);
  const intent = await stripe().paymentIntents.create({
    amount: 3_915,
    currency: 'eur',
    capture_method: 'manual',
    confirm: true,
    payment_method: 'pm_card_threeDSecure2Required',
    return_url: 'https://shop.example/back',
    metadata: { orderId },
  });
  const event = await workers.fact(StripeEvent, orderId, ({ data }) => data.intentId === intent.id);
  expect(event).toMatchObject({ source: '/gateway', traceparent: placed.traceparent });
  expect(event.data).toMatchObject({ type: 'payment_intent.requires_action' });
  expect(JSON.stringify(event)).not.toContain('secret');
});

test.each([
  [
    'what was authorised',
    'amount_capturable_updated',
    { status: 'requires_capture', amount_capturable: 3_915 },
    'authorized',
  ],
  ['what was captured', 'succeeded', { status: 'succeeded', amount_received: 3_915 }, 'captured'],
])('of what we do ourselves the fact shows %s, unless something about it is odd', async (_, type, object, status) => {
  const shown = eventOf({ type: `payment_intent.${type}` }, { ...object, currency: 'eur' });
  const reviewed = eventOf({ type: `payment_intent.${type}` }, { ...object, currency: 'eur', review: 'prv_1' });
  const garbled = eventOf({ type: `payment_intent.${type}` }, { status: object.status, currency: 'eur' });
  for (const event of [shown, reviewed, garbled]) expect((await send(event)).status).toBe(200);

  expect((await factOf(shown.id)).data.shows).toEqual({ status, amount: { amount: 3_915, currency: 'EUR' } });
  expect((await factOf(reviewed.id)).data).not.toHaveProperty('shows');
  expect((await factOf(garbled.id)).data).not.toHaveProperty('shows');
});

test('a refund names itself and its payment', async () => {
  const about = { id: 're_1', object: 'refund', payment_intent: 'pi_9' };
  const event = eventOf({ type: 'refund.updated' }, about);
  expect(await send(event)).toEqual({ status: 200, body: { received: true } });
  expect((await factOf(event.id)).data).toEqual({
    stripeEventId: event.id,
    type: 'refund.updated',
    intentId: 'pi_9',
    stripeRefundId: 're_1',
  });
});

describe('a refund made by hand at Stripe, which names no order', () => {
  test('is told of the order that its payment is for', async () => {
    const { id } = await stripe().paymentIntents.create({
      amount: 3_915,
      currency: 'eur',
      confirm: true,
      payment_method: 'pm_card_visa',
      return_url: 'https://shop.example/back',
      metadata: { orderId },
    });
    const refund = await stripe().refunds.create({ payment_intent: id, amount: 100 });
    const event = await workers.fact(StripeEvent, orderId, ({ data }) => data.stripeRefundId === refund.id);
    expect(event.data).toMatchObject({ type: 'refund.created', intentId: id });
  });

  test('and whose payment cannot be asked for, is to be sent again', async () => {
    await control({ outage: true });
    const about = { id: 're_2', object: 'refund', payment_intent: 'pi_9', metadata: {} };
    expect((await send(eventOf({ type: 'refund.failed' }, about))).status).toBe(503);
    await control({ outage: false });
  });
});

test.each([
  ['dispute', 'charge.dispute.created'],
  ['review', 'review.opened'],
])('a %s names no order; it is told of the order that its payment is for', async (object, type) => {
  const { id } = await stripe().paymentIntents.create({
    ...{ amount: 3_915, currency: 'eur', confirm: true, payment_method: 'pm_card_visa' },
    ...{ return_url: 'https://shop.example/back', metadata: { orderId } },
  });
  const event = eventOf({ type }, { id: `${object}_1`, object, payment_intent: id, metadata: {} });
  expect((await send(event)).status).toBe(200);
  expect((await factOf(event.id)).data).toMatchObject({ type, intentId: id });
});

test('a payout that failed is for staff to look at, once, until they have settled it', async () => {
  const { ops } = clientOf(gateway.url, await tokenOf('carol', 'staff'));
  const payout = { id: 'po_1', object: 'payout', amount: 12_300, currency: 'eur', failure_message: 'Account closed' };
  const event = eventOf({ type: 'payout.failed' }, { ...payout, metadata: {} });
  expect((await Promise.all([send(event), send(event)])).map(({ status }) => status)).toEqual([200, 200]);
  const { alerts } = await ops.alerts.list.query();
  expect(alerts).toMatchObject([
    { alertId: event.id, text: expect.stringMatching(/€123.00 \(po_1\).*Account closed/) },
  ]);
  expect(await ops.health.query()).toMatchObject({ green: false, alerts: 1 });
  await ops.alerts.settle.mutate({ alertId: event.id, reason: 'A new account is on file' });
  expect((await ops.alerts.list.query()).alerts).toEqual([]);
});

test('an event that is sent three times at once is the same fact', async () => {
  const event = eventOf();
  const answers = await Promise.all([send(event), send(event), send(event)]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  const all = await eventually('all three', () => {
    const events = published().filter(({ data }) => data.stripeEventId === event.id);
    return events.length === 3 && events;
  });
  expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  expect(new Set(all.map(({ time }) => time)).size).toBe(1);
});

describe('taken and left at that', () => {
  test.each([
    ['an unknown type', { type: 'customer.created' }, {}],
    ['a type that is no news', { type: 'payment_intent.created' }, {}],
    ["somebody else's intent", {}, { metadata: {} }],
    ['an order id that is none', {}, { metadata: { orderId: 'ord-1' } }],
    ['an order that we do not know', {}, { metadata: { orderId: randomUUID() } }],
    [
      'a refund of a payment that is not ours',
      { type: 'refund.failed' },
      { object: 'refund', payment_intent: 'pi_9', metadata: {} },
    ],
    ['a charge without an intent', { type: 'charge.refunded' }, { object: 'charge', payment_intent: null }],
  ])('%s', async (_, over, object) => {
    const event = eventOf(over, object);
    expect(await send(event)).toEqual({ status: 200, body: { received: true, followed: false } });
    expect(published().some(({ data }) => data.stripeEventId === event.id)).toBe(false);
  });
});

describe('refused, and nothing is published', () => {
  const body = JSON.stringify({ id: 'evt_1' });
  test.each([
    ['no signature', ''],
    ['rubbish', 't=1,v1=abc'],
    ['an empty signature', 't=1,v1='],
    ['half a signature', 't=1,v1'],
    ['a signature of no bytes of a signature', `t=1,v1=${'é'.repeat(64)}`],
    ["another secret's signature", signEvent('whsec_another', body)],
    ['an old signature', signEvent(STRIPE_SECRET, body, secondsAgo(360))],
    ['a signature from the future', signEvent(STRIPE_SECRET, body, secondsAgo(-360))],
    ["another body's signature", signEvent(STRIPE_SECRET, '{}')],
  ])('%s: 401', async (_, signature) => {
    const before = published().length;
    expect((await send(body, signature)).status).toBe(401);
    expect(published()).toHaveLength(before);
  });

  const NOT_TIMES = [
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
    8_640_000_000_001,
    253_402_300_800,
    -1,
    1.5,
    1e300,
  ];
  const rows: [string, string, string][] = [
    ['not JSON', '{', 'body'],
    ['an intent with a path in it', JSON.stringify(eventOf({}, { id: 'pi_1/../../v1/charges' })), 'data.object.id'],
    ['no object', JSON.stringify({ id: 'evt_1', type: 'refund.failed', created: 1, data: {} }), 'data.object'],
    ...NOT_TIMES.map((created): [string, string, string] => [
      `created ${created}`,
      JSON.stringify(eventOf({ created })),
      'created',
    ]),
  ];
  test.each(rows)('%s, though signed: 400', async (_, malformed, field) => {
    expect(await send(malformed)).toMatchObject({ status: 400, body: { error: { field } } });
  });
});

test('what became of webhooks is counted', async () => {
  await send(eventOf());
  await send('{}', 'rubbish');
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toMatch(/orderflow_webhooks_total\{provider="stripe",outcome="taken",service="gateway"\} [1-9]/);
  expect(metrics).toMatch(
    /orderflow_webhooks_total\{provider="stripe",outcome="unauthorised",service="gateway"\} [1-9]/,
  );
});

test('while the broker is away Stripe is asked to try again', async () => {
  way.cut();
  await eventually('the loss is noticed', () => gateway.service.publisher.unavailable !== undefined);
  const event = eventOf();
  expect((await send(event)).status).toBe(503);
  way.mend();
  await eventually('it is taken', async () => (await send(event)).status === 200);
  await factOf(event.id);
});
