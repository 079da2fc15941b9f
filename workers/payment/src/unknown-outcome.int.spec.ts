import { randomUUID } from 'node:crypto';
import { InventoryReserved, PaymentAuthorized } from '@orderflow/contracts';
import { eventFor, eventually } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { stripeCards } from './adapters/stripe-cards.ts';
import { placed, reserved, total } from './testing/events.ts';
import { type PaymentFixture, startPaymentFixture } from './testing/payment-fixture.ts';

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await startPaymentFixture(inject('infrastructure'));
});
afterEach(() => fixture.reset());
afterAll(() => fixture.close());

const died = async () => {
  throw new Error('the process died here');
};
/** What was asked of Stripe about anything, in order. */
const asked = async () =>
  (await fixture.emulator.calls('')).map(({ method, path }) => `${method} ${path.replace(/pi_\w+/, ':id')}`);
const keysOf = async (orderId: string) =>
  (await fixture.emulator.calls(`orderId=${orderId}`)).map(({ idempotencyKey }) => idempotencyKey);
/** Tries that failed, by class: `dependency` is what the circuit counts. */
const failures = async () => {
  const { values } = await fixture.workers.metrics.failed.get();
  const count = (kind: string) =>
    values.filter(({ labels }) => labels.class === kind).reduce((sum, { value }) => sum + value, 0);
  return { dependency: count('dependency'), transient: count('transient') };
};
/** What failed while this ran. */
async function failuresDuring(work: () => Promise<void>) {
  const before = await failures();
  await work();
  const after = await failures();
  return { dependency: after.dependency - before.dependency, transient: after.transient - before.transient };
}

/** Pages of Stripe's lists have a hundred at most. */
const OTHERS = 500;

describe('given 500 orders of others in the last minutes', () => {
  beforeAll(async () => {
    const { paymentIntents } = fixture.emulator.stripe;
    let left = OTHERS;
    const client = async () => {
      while (left-- > 0)
        await paymentIntents.create({ amount: 100, currency: 'eur', metadata: { orderId: randomUUID() } });
    };
    await Promise.all(Array.from({ length: 20 }, client));
  }, 120_000);

  test('a commit that misses after Stripe has answered costs one look at the intent, and lists nothing', async () => {
    const orderId = randomUUID();
    await fixture.publish(placed(orderId));
    const state = await fixture.becomes(orderId, 'awaiting_stock');
    await fixture.emulator.forgetCalls();
    fixture.after('pay', () => fixture.put(orderId, { ...state }));
    const failed = await failuresDuring(async () => {
      await fixture.publish(reserved(orderId, fixture.inMinutes(15)));
      await fixture.becomes(orderId, 'authorized');
    });
    expect(await asked()).toEqual(['POST /v1/payment_intents', 'GET /v1/payment_intents/:id']);
    expect(failed).toEqual({ dependency: 0, transient: 0 });
    expect(await fixture.emulator.found(orderId)).toHaveLength(1);
  });

  test('both facts of twenty orders at once make twenty intents, one call each, and list nothing', async () => {
    const orderIds = Array.from({ length: 20 }, () => randomUUID());
    await fixture.emulator.forgetCalls();
    const failed = await failuresDuring(async () => {
      await fixture.publish(...orderIds.flatMap((id) => [placed(id), reserved(id, fixture.inMinutes(15))]));
      for (const orderId of orderIds) await fixture.becomes(orderId, 'authorized');
    });
    expect(await asked()).toEqual(Array(20).fill('POST /v1/payment_intents'));
    expect(failed).toEqual({ dependency: 0, transient: 0 });
  });

  test('a process that dies after Stripe has answered: the same key gives the same intent, and nothing is listed', async () => {
    const orderId = randomUUID();
    await fixture.publish(placed(orderId));
    await fixture.becomes(orderId, 'awaiting_stock');
    await fixture.emulator.forgetCalls();
    fixture.after('pay', died);
    await fixture.publish(reserved(orderId, fixture.inMinutes(15)));
    await fixture.becomes(orderId, 'authorized');
    const create = 'POST /v1/payment_intents';
    expect(await asked()).toEqual([create, create, 'GET /v1/payment_intents/:id']);
    expect(await keysOf(orderId)).toEqual(Array(2).fill(`pi:${orderId}:1`));
    expect(await fixture.emulator.found(orderId)).toHaveLength(1);
  });

  test('an answer that was lost: the same key brings it back, though search does not know the intent yet', async () => {
    await fixture.emulator.control({ failAfter: 2, searchLag: 60_000, match: '"orderId"' });
    const orderId = await fixture.order();
    await fixture.becomes(orderId, 'authorized');
    expect(new Set(await keysOf(orderId))).toEqual(new Set([`pi:${orderId}:1`]));
    await fixture.emulator.control({ searchLag: 0 });
    expect(await fixture.emulator.found(orderId)).toHaveLength(1);
  });
});

test('a try so long ago that Stripe has forgotten its key is searched for, and not repeated', async () => {
  const orderId = randomUUID();
  await fixture.publish(placed(orderId));
  await fixture.becomes(orderId, 'awaiting_stock');
  await fixture.emulator.forgetCalls();
  fixture.after('pay', async () => {
    await fixture.emulator.control({ keyLife: 0 });
    await died();
  });
  const { data } = reserved(orderId, fixture.inMinutes(3 * 24 * 60));
  const yesterday = new Date(fixture.workers.clock.now().getTime() - 24 * 3_600_000);
  await fixture.publish(eventFor(InventoryReserved, orderId, data, { time: yesterday }));
  await fixture.workers.fact(PaymentAuthorized, orderId);
  expect(await asked()).toEqual([
    'POST /v1/payment_intents',
    'GET /v1/payment_intents/search',
    'GET /v1/payment_intents/:id',
  ]);
  expect(await fixture.emulator.intents(orderId)).toHaveLength(1);
});

test('while the same request is under way elsewhere it is tried again, and the circuit counts nothing', async () => {
  const orderId = randomUUID();
  await fixture.publish(placed(orderId));
  await fixture.becomes(orderId, 'awaiting_stock');
  await fixture.emulator.control({ latency: 1_000, match: orderId });
  const request = { orderId, attempt: 1, amount: total, paymentMethod: 'pm_card_visa' };
  const elsewhere = stripeCards(fixture.emulator.config).pay({
    ...request,
    earlier: { forgotten: false, searchable: false },
  });
  await eventually('the other one', async () => (await keysOf(orderId)).length === 1);
  const failed = await failuresDuring(async () => {
    await fixture.publish(reserved(orderId, fixture.inMinutes(15)));
    await fixture.becomes(orderId, 'authorized');
  });
  expect(await elsewhere).toMatchObject({ status: 'authorized' });
  expect(failed.dependency).toBe(0);
  expect(failed.transient).toBeGreaterThan(0);
  expect(await fixture.emulator.intents(orderId)).toHaveLength(1);
});

test('a rate limit that lasts makes payments wait, and opens no circuit', async () => {
  await fixture.emulator.control({ failNext: 12, failWith: 429, match: '"orderId"' });
  const failed = await failuresDuring(async () => {
    const orderIds = await Promise.all(Array.from({ length: 4 }, () => fixture.order()));
    for (const orderId of orderIds) await fixture.becomes(orderId, 'authorized');
  });
  expect(failed).toEqual({ dependency: 0, transient: 12 });
});
