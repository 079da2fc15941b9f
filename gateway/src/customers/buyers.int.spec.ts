import { randomUUID } from 'node:crypto';
import { cardOf, InventoryReserved, type Order, PaymentAuthorized, PaymentDeclined } from '@orderflow/contracts';
import { startStripe } from '@orderflow/emulator-stripe';
import type { Service } from '@orderflow/runtime';
import { eventFor, eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf } from '../testing/client.ts';
import { orderFor } from '../testing/orders.ts';
import { testGateway, testOrderProcess, tokenOf } from '../testing/processes.ts';

/** As a shop has them by default. */
const DEFAULTS = { FREE_DECLINES: '3', UNPAID_UNITS: '30', UNPAID_SHARE_PERCENT: '20', TRUST_PROXY: '1' };
const DECLINED = 'pm_card_visa_chargeDeclined';
const MUG = 'MUG-ENAMEL-RED';
/** Of the seed's 60; one buyer may hold a fifth. */
const MUGS = { all: 60, most: 12 };

let workers: WorkerFixture;
let emulator: Awaited<ReturnType<typeof startStripe>>;
let gateways: RunningGateway[];
let orderProcess: Service;
let fingerprint: string;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  emulator = await startStripe();
  const stripe = new Stripe('sk_test_orderflow', {
    protocol: 'http',
    host: '127.0.0.1',
    port: new URL(emulator.url).port,
  });
  fingerprint = cardOf((await stripe.paymentMethods.retrieve(DECLINED)).card?.fingerprint) ?? 'none';
  const env = { ...DEFAULTS, STRIPE_API_URL: emulator.url };
  gateways = [
    await testGateway(workers, inject('infrastructure'), env),
    await testGateway(workers, inject('infrastructure'), env),
  ];
  orderProcess = await testOrderProcess(workers, inject('infrastructure'));
  for (const { ready, service } of gateways) {
    await ready;
    await eventually('the broker', () => service.publisher.unavailable === undefined);
  }
  await setStock(MUGS.all);
});
afterAll(async () => {
  for (const gateway of gateways ?? []) await gateway.stop();
  await orderProcess?.stop();
  await emulator?.close();
  await workers?.close();
});

const now = () => ({ time: new Date() });
const collection = () => workers.database.collection('orders');
const setStock = (stock: number) =>
  workers.database.collection('products').updateOne({ _id: MUG } as never, { $set: { stock } });

interface Answer {
  readonly order?: Order | undefined;
  readonly token?: string | undefined;
  readonly reason?: string | undefined;
  readonly field?: string | undefined;
  readonly wait?: number | undefined;
}

let addresses = 0;
/** Somebody whom the shop has never seen: the documentation's network (RFC 3849), a /64 each. */
const newAddress = () => `2001:db8:0:${(++addresses).toString(16)}::1`;
const newEmail = () => `ada-${randomUUID()}@example.com`;

async function call(procedure: string, input: object, from: { address: string; token?: string; at?: number }) {
  const response = await fetch(`${gateways[from.at ?? 0]?.url}/trpc/${procedure}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': from.address,
      ...(from.token ? { authorization: `Bearer ${from.token}` } : {}),
    },
    body: JSON.stringify(input),
  });
  const { result, error } = (await response.json()) as {
    result?: { data: { order: Order; trackingToken?: string } };
    error?: { data: { reason: string; field?: string; retryAfterSeconds?: number } };
  };
  if (error) expect(Number(response.headers.get('retry-after') ?? 0)).toBe(error.data.retryAfterSeconds ?? 0);
  return error
    ? { reason: error.data.reason, field: error.data.field, wait: error.data.retryAfterSeconds }
    : { order: result?.data.order, token: result?.data.trackingToken };
}

const place = (
  from: { address?: string; email?: string; token?: string; at?: number },
  { sku = MUG, quantity = 1, paymentMethod = DECLINED, key = randomUUID() as string } = {},
): Promise<Answer> =>
  call(
    'orders.place',
    orderFor(key, {
      lines: [{ sku, quantity }],
      paymentMethod,
      contact: { email: from.email ?? newEmail() },
    }),
    { address: newAddress(), ...from },
  );

/** What inventory and payment say of the order, once it is known here. */
async function declines({ id }: Order, { attempt = 1, card = cardOf(randomUUID()) } = {}): Promise<void> {
  const parcels = [{ parcelId: '1', warehouse: 'BERLIN', lines: [{ sku: MUG, quantity: 1 }] }];
  const holdUntil = new Date(Date.now() + 900_000).toISOString();
  const refusal = { code: 'generic_decline', message: 'Your card was declined.' };
  const more = { attempt, attemptsLeft: 5 - attempt, final: false, retryUntil: holdUntil, ...(card && { card }) };
  const lines = [{ sku: MUG, quantity: 1 }];
  if (attempt === 1)
    await workers.publisher.publish([eventFor(InventoryReserved, id, { lines, parcels, holdUntil }, now())]);
  await workers.publisher.publish([eventFor(PaymentDeclined, id, { ...refusal, ...more }, now())]);
  await eventually('the decline', async () => {
    const found = await collection().findOne({ _id: id } as never);
    return (found?.declines ?? []).length === attempt;
  });
}

/** All that a buyer manages to place while every card is declined. */
async function test60(from: () => Parameters<typeof place>[0]): Promise<{ placed: number; refused: Answer[] }> {
  const answers: Answer[] = [];
  for (let i = 0; i < 60; i++) {
    const answer = await place(from(), { sku: 'PENCILS-HB-12' });
    answers.push(answer);
    if (answer.order) await declines(answer.order);
  }
  return { placed: answers.filter(({ order }) => order).length, refused: answers.filter(({ reason }) => reason) };
}

/** A slow machine lets a delay of ten seconds pass, or the next one of thirty, and then one card more is taken. */
function between(placed: number, least: number, most: number): void {
  expect(placed).toBeGreaterThanOrEqual(least);
  expect(placed).toBeLessThanOrEqual(most);
}

const heldBy = (answers: readonly Answer[]) =>
  answers.reduce((sum, { order }) => sum + (order?.lines[0]?.quantity ?? 0), 0);

describe('sixty declined cards', () => {
  const limited = { reason: 'RATE_LIMITED', field: 'paymentMethod' };

  test('from one address, with another mailbox each, are a dozen', async () => {
    const address = newAddress();
    const { placed, refused } = await test60(() => ({ address }));
    between(placed, 12, 15);
    for (const one of refused) expect(one).toMatchObject({ ...limited, wait: expect.any(Number) });
    // The same network, another machine.
    expect(await place({ address: address.replace(/1$/, 'abcd') })).toMatchObject(limited);
    expect((await place({ email: newEmail() })).order).toBeDefined();
  });

  test('from one mailbox, dotted and tagged differently from another address each, are three', async () => {
    const name = randomUUID().replaceAll('-', '');
    let count = 0;
    const { placed, refused } = await test60(() => {
      count += 1;
      return { email: `${name.slice(0, (count % 20) + 1)}.${name.slice((count % 20) + 1)}+${count}@gmail.com` };
    });
    between(placed, 3, 6);
    for (const one of refused) expect(one).toMatchObject(limited);
  });

  test('of one customer, with another address and mailbox each, are three', async () => {
    const token = await tokenOf(`tester-${randomUUID()}`);
    between((await test60(() => ({ token }))).placed, 3, 6);
  });
});

describe('cards that are tried at once', () => {
  test('from one address are a dozen, over all replicas', async () => {
    const address = newAddress();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => place({ address, at: i % 2 }, { sku: 'NOTEBOOK-A5-DOT' })),
    );
    expect(answers.filter(({ order }) => order).length).toBeLessThanOrEqual(12);
    expect(answers.filter(({ reason }) => reason !== undefined && reason !== 'RATE_LIMITED')).toEqual([]);
  });

  test('in one replica are exactly a dozen: those that come too late do not keep the others out', async () => {
    const address = newAddress();
    const answers = await Promise.all(Array.from({ length: 40 }, () => place({ address }, { sku: 'NOTEBOOK-A5-DOT' })));
    expect(answers.filter(({ order }) => order)).toHaveLength(12);
  });

  test('of the same order sent several times are one', async () => {
    const from = { address: newAddress(), email: newEmail() };
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 8 }, () => place(from, { key })));
    expect(new Set(answers.map(({ order }) => order?.id)).size).toBe(1);
  });

  test('leave nothing behind', async () => {
    await eventually('no claims', async () => (await workers.database.collection('claims').countDocuments()) === 0);
  });
});

describe('stock that nobody has paid for', () => {
  const tooMuch = { reason: 'TOO_MUCH_UNPAID', field: 'lines.0.quantity', wait: expect.any(Number) };

  test('is a fifth of a SKU for one address: twenty-four orders with declined cards do not empty it', async () => {
    const address = newAddress();
    const answers: Answer[] = [];
    for (let i = 0; i < 24; i++) answers.push(await place({ address }, { quantity: 2 + (i % 2) }));
    expect(heldBy(answers)).toBeLessThanOrEqual(MUGS.most);
    expect(heldBy(answers)).toBeGreaterThan(MUGS.most - 3);
    expect(answers.at(-1)).toMatchObject(tooMuch);
    expect((await place({}, { quantity: 3 })).order).toBeDefined();
  });

  test('is so also when all come at once', async () => {
    const address = newAddress();
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, i) => place({ address, at: i % 2 }, { quantity: 3 })),
    );
    expect(heldBy(answers)).toBeLessThanOrEqual(MUGS.most);
  });

  test('is thirty items for one customer', async () => {
    const token = await tokenOf(`hoarder-${randomUUID()}`);
    const more = { sku: 'PENCILS-HB-12', quantity: 20 };
    expect((await place({ token }, more)).order).toBeDefined();
    expect((await place({ token }, { sku: 'NOTEBOOK-A6-PLAIN', quantity: 10 })).order).toBeDefined();
    const refused = { reason: 'TOO_MUCH_UNPAID', field: 'lines' };
    expect(await place({ token }, { sku: 'NOTEBOOK-A5-DOT', quantity: 1 })).toMatchObject(refused);
  });

  test('counts no longer once it is paid', async () => {
    const from = { address: newAddress(), email: newEmail() };
    const { order } = await place(from, { quantity: MUGS.most });
    if (!order) throw new Error('not placed');
    expect(await place(from, { quantity: 1 })).toMatchObject(tooMuch);
    const parcels = [{ parcelId: '1', warehouse: 'BERLIN', lines: [{ sku: MUG, quantity: MUGS.most }] }];
    const soon = new Date(Date.now() + 900_000).toISOString();
    await workers.publisher.publish([
      eventFor(InventoryReserved, order.id, { lines: parcels[0]?.lines ?? [], parcels, holdUntil: soon }),
      eventFor(PaymentAuthorized, order.id, { amount: order.total, captureBefore: soon, intentId: 'pi_1' }),
    ]);
    await eventually('the order is paid', async () => {
      return (await collection().findOne({ _id: order.id } as never))?.status === 'confirmed';
    });
    expect((await place(from, { quantity: 1 })).order).toBeDefined();
  });

  test('may be more in one order, which then has one attempt to pay', async () => {
    const from = { address: newAddress(), email: newEmail() };
    const { order, token } = await place(from, { quantity: 40 });
    const id = order?.id as string;
    const placed = await eventually('the fact', () =>
      workers.heard.find((one) => one.type === 'order.placed' && one.subject === id),
    );
    expect(placed.data).toMatchObject({ singleAttempt: true });
    await collection().updateOne({ _id: id } as never, {
      $set: { paymentDue: { need: 'challenge', attempt: 1, until: new Date(Date.now() + 60_000).toISOString() } },
    });
    const again = { orderId: id, paymentMethod: 'pm_card_visa' };
    const retry = await call('orders.retryPayment', again, { ...from, ...(token && { token }) });
    expect(retry).toMatchObject({ reason: 'NO_ATTEMPTS_LEFT' });
    expect(await place(from, { quantity: 1 })).toMatchObject(tooMuch);
    const small = await place({}, { quantity: 2 });
    expect((await collection().findOne({ _id: small.order?.id } as never))?.singleAttempt).toBeUndefined();
  });
});

describe('another card for the same order', () => {
  test('waits longer and longer, and counts for whoever tries it', async () => {
    const from = { address: newAddress(), email: newEmail() };
    const { order, token } = await place(from, { sku: 'PENCILS-HB-12' });
    if (!order || !token) throw new Error('not placed');
    const elsewhere = newAddress();
    const retry = () =>
      call('orders.retryPayment', { orderId: order.id, paymentMethod: DECLINED }, { address: elsewhere, token });
    await declines(order);
    for (const attempt of [2, 3]) {
      expect(await retry()).not.toHaveProperty('reason');
      await declines(order, { attempt });
    }
    const { wait = 0, ...refused } = (await retry()) as Answer;
    expect(refused).toEqual({ reason: 'RATE_LIMITED', field: 'paymentMethod' });
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(10);
    const stored = await collection().findOne({ _id: order.id } as never);
    expect(stored?.buyer).toHaveLength(3);
    expect(stored?.declinedBy).toHaveLength(6);
  });

  test('of somebody with two declined cards is taken at once', async () => {
    const from = { address: newAddress(), email: newEmail() };
    const first = await place(from);
    await declines(first.order as Order);
    const second = await place(from);
    await declines(second.order as Order);
    expect((await place(from, { paymentMethod: 'pm_card_visa' })).order).toBeDefined();
  });
});

test('a card that was declined for others is known again by whoever had one declined', async () => {
  const card = fingerprint;
  for (let i = 0; i < 3; i++) await declines((await place({}, { sku: 'PENCILS-HB-12' })).order as Order, { card });
  const from = { address: newAddress(), email: newEmail() };
  await declines((await place(from, { sku: 'PENCILS-HB-12' })).order as Order);
  const refused = { reason: 'RATE_LIMITED', field: 'paymentMethod' };
  expect(await place(from, { paymentMethod: DECLINED })).toMatchObject(refused);
  expect((await place(from, { paymentMethod: 'pm_card_visa' })).order).toBeDefined();
});

test('staff are told who may be testing cards', async () => {
  const ops = clientOf(gateways[0]?.url ?? '', await tokenOf('carol', 'staff')).ops;
  const { green, declines: counted } = await ops.health.query();
  expect(green).toBe(false);
  expect(counted.cards).toBeGreaterThan(12);
  expect(counted.suspects.filter(({ by, declines }) => by === 'address' && declines >= 12)).toHaveLength(1);
  const metrics = await (await fetch(`${gateways[0]?.url}/metrics`)).text();
  expect(metrics).toMatch(/orderflow_buyers_refused_total\{why="declines",by="address"[^}]*\} [1-9]/);
  expect(metrics).toMatch(/orderflow_buyers_refused_total\{why="unpaid",by="address"[^}]*\} [1-9]/);
});
