import { randomUUID } from 'node:crypto';
import {
  InventoryRejected,
  InventoryReserved,
  OrderCancelled,
  OrderPlaced,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentDeclined,
  PaymentVoided,
  ShipmentDispatched,
} from '@orderflow/contracts';
import type { Aggregates } from '@orderflow/runtime';
import { eventFor, eventually, type TestBed, testBed } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Cards } from './adapters/cards.ts';
import { stripeCards } from './adapters/stripe-cards.ts';
import type { Payment } from './decide-payment.ts';
import { handlers } from './handlers/index.ts';
import { paymentAggregates } from './payment-store.ts';
import { startEmulator } from './testing/stripe-emulator.ts';
import { payment } from './worker.ts';

let bed: TestBed;
let emulator: Awaited<ReturnType<typeof startEmulator>>;
let aggregates: Aggregates<Payment>;
let cards: Cards;
/** Called once, with the card authorised and the answer not yet handled. */
let whileAuthorising: (() => Promise<unknown>) | undefined;
const patient = { retry: { delaysMs: [20, 50], maxAttempts: 200 } };

beforeAll(async () => {
  emulator = await startEmulator();
  bed = await testBed(inject('infrastructure'));
  aggregates = paymentAggregates(bed.database);
  const stripe = stripeCards(emulator.config);
  cards = {
    ...stripe,
    authorize: async (request) => {
      const result = await stripe.authorize(request);
      const interrupt = whileAuthorising;
      whileAuthorising = undefined;
      await interrupt?.();
      return result;
    },
  };
  const parts = { deps: { cards }, aggregates, handlers };
  await bed.run(payment, parts, patient);
  await bed.run(payment, parts, patient);
});
afterEach(() => emulator.reset());
afterAll(async () => {
  await bed.close();
  await emulator.close();
});

const eur = (amount: number) => ({ amount, currency: 'EUR' });
const placed = (orderId: string, paymentMethod = 'pm_card_visa') =>
  eventFor(OrderPlaced, orderId, {
    customerId: 'alice',
    lines: [{ sku: 'MUG-RED', quantity: 2, name: 'Mug', unitPrice: eur(1_000) }],
    subtotal: eur(2_000),
    shipping: eur(500),
    tax: eur(475),
    total: eur(2_975),
    address: { name: 'Alice', line1: 'Weg 1', postalCode: '10115', city: 'Berlin', country: 'DE' },
    contact: { email: 'alice@example.com' },
    shippingMethod: 'standard',
    paymentMethod,
    cancelUntil: '2026-01-01T12:01:00.000Z',
  });
const reserved = (orderId: string) =>
  eventFor(InventoryReserved, orderId, {
    lines: [{ sku: 'MUG-RED', quantity: 2 }],
    holdUntil: '2026-01-01T12:15:00.000Z',
  });
const rejected = (orderId: string) =>
  eventFor(InventoryRejected, orderId, { shortages: [{ sku: 'MUG-RED', requested: 2, available: 1 }] });
const dispatched = (orderId: string) =>
  eventFor(ShipmentDispatched, orderId, {
    shipmentId: 'S1',
    carrier: 'Parcels',
    trackingNumber: 'T1',
    trackingUrl: 'https://parcels.example/T1',
    scanAt: '2026-01-01T13:00:00.000Z',
  });
const cancelled = (orderId: string) => eventFor(OrderCancelled, orderId, { reason: 'changed my mind' });

const publish = (...events: Parameters<TestBed['publisher']['publish']>[0]) => bed.publisher.publish(events);
const stateOf = async (orderId: string) => (await aggregates.load(orderId, 'none'))?.state;
const becomes = (orderId: string, status: Payment['status']) =>
  eventually(`payment ${status}`, async () => (await stateOf(orderId))?.status === status);
const said = (orderId: string) => bed.heard.filter((e) => e.subject === orderId && e.source === '/payment');
/** Every event about the order has been handled, retries included. */
const settled = () =>
  eventually('an empty queue', async () => {
    const names = ['payment', 'payment.retry.20', 'payment.retry.50'];
    const counts = await Promise.all(names.map((name) => bed.channel.checkQueue(name)));
    const handling = (await bed.metrics.inFlight.get()).values.reduce((sum, { value }) => sum + value, 0);
    return handling === 0 && counts.every(({ messageCount }) => messageCount === 0);
  });
const authorise = async (orderId: string, method?: string) => {
  await publish(placed(orderId, method));
  await becomes(orderId, 'awaiting_stock');
  await publish(reserved(orderId));
};

describe('a payment', () => {
  test.each([
    ['placed, then reserved', [placed, reserved]],
    ['reserved, then placed', [reserved, placed]],
  ] as const)('is authorised for the total of the order: %s', async (_, [first, second]) => {
    const orderId = randomUUID();
    await publish(first(orderId));
    await eventually('the first fact', () => stateOf(orderId));
    await publish(second(orderId));

    const { data } = await bed.fact(PaymentAuthorized, orderId);
    expect(data.amount).toEqual(eur(2_975));
    const [intent, ...others] = await emulator.intents(orderId);
    expect(others).toEqual([]);
    expect(intent).toMatchObject({ status: 'requires_capture', amount: 2_975, currency: 'eur' });
    expect(await stateOf(orderId)).toMatchObject({ status: 'authorized', intentId: intent?.id, ...data });
  });

  test('is authorised once when both facts come at once', async () => {
    const orderIds = Array.from({ length: 10 }, () => randomUUID());
    await publish(...orderIds.flatMap((orderId) => [placed(orderId), reserved(orderId)]));
    for (const orderId of orderIds) {
      await bed.fact(PaymentAuthorized, orderId);
      expect(await emulator.intents(orderId)).toHaveLength(1);
    }
  });

  test('is declined as a fact, and final', async () => {
    const orderId = randomUUID();
    await authorise(orderId, 'pm_card_visa_chargeDeclinedInsufficientFunds');
    const { data } = await bed.fact(PaymentDeclined, orderId);
    expect(data).toMatchObject({ code: 'insufficient_funds', attempt: 1, attemptsLeft: 0, final: true });
    expect(await stateOf(orderId)).toMatchObject({ status: 'declined', code: 'insufficient_funds' });
  });

  test('is declined when the card wants 3-D Secure, and its intent is cancelled', async () => {
    const orderId = randomUUID();
    await authorise(orderId, 'pm_card_authenticationRequired');
    expect((await bed.fact(PaymentDeclined, orderId)).data.code).toBe('authentication_required');
    expect(await emulator.intents(orderId)).toMatchObject([{ status: 'canceled' }]);
  });

  test('is not needed when stock is short', async () => {
    const orderId = randomUUID();
    await publish(rejected(orderId));
    await becomes(orderId, 'not_needed');
    await publish(placed(orderId));
    await settled();
    expect(await stateOf(orderId)).toEqual({ status: 'not_needed', reason: 'out of stock' });
    expect(await emulator.intents(orderId)).toEqual([]);
  });

  test('whose authorisation is not the total is voided and parked', async () => {
    const orderId = randomUUID();
    await emulator.stripe.paymentIntents.create({
      amount: 1_000,
      currency: 'eur',
      capture_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_visa',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      metadata: { orderId },
    });
    await emulator.control({ failNext: 1 });
    await authorise(orderId);
    const message = await bed.parked('payment');
    expect(message.properties.headers?.['x-error-message']).toContain('€10.00 instead of €29.75');
    expect(await emulator.intents(orderId)).toMatchObject([{ status: 'canceled' }]);
  });
});

describe('when Stripe fails', () => {
  test('twice and then works, the card is authorised once', async () => {
    const orderId = randomUUID();
    await emulator.control({ failNext: 2, match: orderId });
    await authorise(orderId);
    await bed.fact(PaymentAuthorized, orderId);
    expect(await emulator.intents(orderId)).toHaveLength(1);
  });

  test('after it authorised, the authorisation is found, not repeated', async () => {
    const orderId = randomUUID();
    await emulator.control({ failAfter: 1, failAfterWith: 500, match: orderId });
    await authorise(orderId);
    await bed.fact(PaymentAuthorized, orderId);
    expect(await emulator.intents(orderId)).toHaveLength(1);
  });

  test('after it captured, the capture is found, not repeated', async () => {
    const orderId = randomUUID();
    await authorise(orderId);
    await bed.fact(PaymentAuthorized, orderId);
    await emulator.control({ failAfter: 1, failAfterWith: 500, match: '/capture' });
    await publish(dispatched(orderId));
    expect((await bed.fact(PaymentCaptured, orderId)).data.amount).toEqual(eur(2_975));
    expect(await emulator.intents(orderId)).toMatchObject([{ status: 'succeeded', amount_received: 2_975 }]);
  });
});

describe('a capture', () => {
  test('happens once, however often the parcel leaves', async () => {
    const orderId = randomUUID();
    await authorise(orderId);
    await bed.fact(PaymentAuthorized, orderId);
    const event = dispatched(orderId);
    await publish(event, event, event, dispatched(orderId));
    await bed.fact(PaymentCaptured, orderId);
    await settled();
    expect(new Set(said(orderId).map(({ id }) => id)).size).toBe(2);
    const captures = await emulator.calls(`path=/capture&idempotencyKey=capture:${orderId}`);
    expect(captures.length).toBeGreaterThan(0);
    expect(await emulator.intents(orderId)).toMatchObject([{ status: 'succeeded', amount_received: 2_975 }]);
  });

  test('waits for the authorisation', async () => {
    const orderId = randomUUID();
    await publish(dispatched(orderId));
    await authorise(orderId);
    await bed.fact(PaymentCaptured, orderId);
  });

  test('of a payment that was voided is parked: a parcel left unpaid', async () => {
    const orderId = randomUUID();
    await publish(cancelled(orderId));
    await becomes(orderId, 'not_needed');
    await publish(dispatched(orderId));
    const message = await bed.parked('payment');
    expect(message.properties.headers?.['x-error-message']).toBe('a parcel left although its payment is not_needed');
  });
});

describe('a cancellation', () => {
  test('before anything else keeps the card from ever being charged', async () => {
    const orderId = randomUUID();
    await publish(cancelled(orderId));
    await becomes(orderId, 'not_needed');
    await publish(placed(orderId), reserved(orderId));
    await settled();
    expect(await stateOf(orderId)).toEqual({ status: 'not_needed', reason: 'changed my mind' });
    expect(await emulator.intents(orderId)).toEqual([]);
  });

  test('between the two facts does so too', async () => {
    const orderId = randomUUID();
    await publish(placed(orderId));
    await becomes(orderId, 'awaiting_stock');
    await publish(cancelled(orderId));
    await becomes(orderId, 'not_needed');
    await publish(reserved(orderId));
    await settled();
    expect(await emulator.intents(orderId)).toEqual([]);
    expect(said(orderId)).toEqual([]);
  });

  test('after the authorisation voids it', async () => {
    const orderId = randomUUID();
    await authorise(orderId);
    await bed.fact(PaymentAuthorized, orderId);
    await publish(cancelled(orderId), cancelled(orderId));
    expect((await bed.fact(PaymentVoided, orderId)).data).toEqual({ amount: eur(2_975), reason: 'changed my mind' });
    await settled();
    expect(said(orderId).map(({ type }) => type)).toEqual(['payment.authorized', 'payment.voided']);
    expect(await emulator.intents(orderId)).toMatchObject([{ status: 'canceled' }]);
  });

  test('while the card is being authorised finds the authorisation and voids it', async () => {
    const orderId = randomUUID();
    whileAuthorising = async () => {
      await publish(cancelled(orderId));
      await becomes(orderId, 'voided');
    };
    await authorise(orderId);
    await bed.fact(PaymentVoided, orderId);
    await settled();
    expect(said(orderId).map(({ type }) => type)).toEqual(['payment.voided']);
    expect(await emulator.intents(orderId)).toMatchObject([{ status: 'canceled' }]);
  });

  test('that closes the payment unseen, while the card is being authorised, has the loser void it', async () => {
    const orderId = randomUUID();
    whileAuthorising = async () => {
      const loaded = await aggregates.load(orderId, 'none');
      const to: Payment = { status: 'not_needed', reason: 'changed my mind' };
      await aggregates.commit({ id: orderId, from: loaded, to, eventId: randomUUID(), say: [] });
    };
    await authorise(orderId);
    expect((await bed.fact(PaymentVoided, orderId)).data.reason).toBe('changed my mind');
    expect(await stateOf(orderId)).toMatchObject({ status: 'voided' });
    expect(said(orderId).map(({ type }) => type)).toEqual(['payment.voided']);
    expect(await emulator.intents(orderId)).toMatchObject([{ status: 'canceled' }]);
  });

  test('between an authorisation that got no answer and its next try has the next try void it', async () => {
    const orderId = randomUUID();
    whileAuthorising = async () => {
      const loaded = await aggregates.load(orderId, 'none');
      const to: Payment = { status: 'not_needed', reason: 'changed my mind' };
      await aggregates.commit({ id: orderId, from: loaded, to, eventId: randomUUID(), say: [] });
      throw new Error('the process died here');
    };
    await authorise(orderId);
    await bed.fact(PaymentVoided, orderId);
    expect(await emulator.intents(orderId)).toMatchObject([{ status: 'canceled' }]);
  });

  test('after the capture changes nothing', async () => {
    const orderId = randomUUID();
    await authorise(orderId);
    await bed.fact(PaymentAuthorized, orderId);
    await publish(dispatched(orderId));
    await bed.fact(PaymentCaptured, orderId);
    await publish(cancelled(orderId));
    await settled();
    expect(await stateOf(orderId)).toMatchObject({ status: 'captured' });
    expect(await emulator.intents(orderId)).toMatchObject([{ status: 'succeeded' }]);
  });
});
