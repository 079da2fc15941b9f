import { randomUUID } from 'node:crypto';
import { deadQueue, PaymentAuthorized, PaymentCaptured, PaymentDeclined, PaymentVoided } from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { eventually } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { hasOrderEnded } from './payment.ts';
import * as facts from './testing/events.ts';
import { type PaymentFixture, startPaymentFixture } from './testing/payment-fixture.ts';

let fixture: PaymentFixture;
let publish: PaymentFixture['publish'];

beforeAll(async () => {
  fixture = await startPaymentFixture(inject('infrastructure'));
  publish = fixture.publish;
});
afterEach(() => fixture.reset());
afterAll(() => fixture.close());

const { placed, reserved, rejected, cancelled, cancelRequested, dispatched, retried, total } = facts;

describe('a payment', () => {
  test.each([
    ['placed, then reserved', [placed, reserved]],
    ['reserved, then placed', [reserved, placed]],
  ] as const)('is authorised for the total of the order: %s', async (_, [first, second]) => {
    const orderId = randomUUID();
    await publish(first(orderId));
    await eventually('the first fact', () => fixture.stateOf(orderId));
    await publish(second(orderId));

    const { data } = await fixture.workers.fact(PaymentAuthorized, orderId);
    expect(data.amount).toEqual(total);
    const [intent, ...others] = await fixture.emulator.intents(orderId);
    expect(others).toEqual([]);
    expect(intent).toMatchObject({ status: 'requires_capture', amount: 2_975, currency: 'eur' });
    expect(await fixture.stateOf(orderId)).toMatchObject({ status: 'authorized', ...data, intentId: intent?.id });
  });

  test('is authorised once when both facts come at once', async () => {
    const orderIds = Array.from({ length: 10 }, () => randomUUID());
    await publish(...orderIds.flatMap((orderId) => [placed(orderId), reserved(orderId)]));
    for (const orderId of orderIds) {
      await fixture.workers.fact(PaymentAuthorized, orderId);
      expect(await fixture.emulator.intents(orderId)).toHaveLength(1);
    }
  });

  test('is not needed when stock is short', async () => {
    const orderId = randomUUID();
    await publish(placed(orderId));
    await fixture.becomes(orderId, 'awaiting_stock');
    await publish(rejected(orderId));
    await fixture.becomes(orderId, 'not_needed');
    await publish(reserved(orderId));
    await fixture.quiet();
    expect(await fixture.stateOf(orderId)).toEqual({ status: 'not_needed', reason: 'out of stock' });
    expect(await fixture.emulator.intents(orderId)).toEqual([]);
  });

  test('whose authorisation is not the total is voided and dead-lettered', async () => {
    const orderId = randomUUID();
    await fixture.emulator.pay(orderId, 1_000, 'manual', `pi:${orderId}:1`);
    await publish(placed(orderId), reserved(orderId));
    const message = await fixture.workers.deadLettered('payment');
    expect(message.properties.headers?.['x-error-message']).toContain('€10.00 instead of €29.75');
    expect(await fixture.emulator.intents(orderId)).toMatchObject([{ status: 'canceled' }]);
  });
});

describe('a decline', () => {
  const declining = 'pm_card_visa_chargeDeclinedInsufficientFunds';

  test('lets the customer try another card on the same intent, while the stock is held', async () => {
    const orderId = await fixture.order(declining);
    const { data } = await fixture.workers.fact(PaymentDeclined, orderId);
    const { payUntil, intentId } = await fixture.becomes(orderId, 'retry_due');
    expect(data).toMatchObject({ code: 'insufficient_funds', attempt: 1, attemptsLeft: 4, final: false });
    expect(data.retryUntil).toBe(payUntil);
    await publish(retried(orderId, 2));
    expect((await fixture.workers.fact(PaymentAuthorized, orderId)).data).toMatchObject({ amount: total, intentId });
    expect(await fixture.emulator.intents(orderId)).toMatchObject([{ id: intentId, status: 'requires_capture' }]);
    expect(await fixture.emulator.calls(`path=/confirm&idempotencyKey=pi:${orderId}:2`)).toHaveLength(1);
  });

  test('is final after the fifth, and then the intent can no longer be paid', async () => {
    const orderId = await fixture.order(declining);
    for (const attempt of [2, 3, 4, 5]) {
      await fixture.workers.fact(PaymentDeclined, orderId, ({ data }) => data.attempt === attempt - 1);
      await publish(retried(orderId, attempt, 'pm_card_chargeDeclinedExpiredCard'));
    }
    const last = await fixture.workers.fact(PaymentDeclined, orderId, ({ data }) => data.attempt === 5);
    expect(last.data).toMatchObject({ code: 'expired_card', attemptsLeft: 0, final: true });
    expect(last.data).not.toHaveProperty('retryUntil');
    await publish(retried(orderId, 6));
    // Closed once the intent is cancelled, which may come after all else is quiet.
    expect(await fixture.becomes(orderId, 'declined')).toMatchObject({ attempt: 5 });
    await fixture.quiet();
    expect(await fixture.stateOf(orderId)).toMatchObject({ status: 'declined', attempt: 5 });
    expect(await fixture.emulator.intents(orderId)).toMatchObject([{ status: 'canceled' }]);
    expect(fixture.said(orderId)).toEqual(Array(5).fill('payment.declined'));
  });

  test('of a payment method that nobody has leaves no intent; the next attempt makes it', async () => {
    const orderId = await fixture.order('pm_card_that_nobody_has');
    expect((await fixture.workers.fact(PaymentDeclined, orderId)).data).toMatchObject({
      final: false,
      code: 'resource_missing',
    });
    await publish(retried(orderId, 2));
    await fixture.workers.fact(PaymentAuthorized, orderId);
    expect(await fixture.emulator.intents(orderId)).toHaveLength(1);
  });

  test('is followed by one attempt when the retry comes twice, and before the decline is noted', async () => {
    const orderId = randomUUID();
    await publish(retried(orderId, 2), retried(orderId, 2));
    await publish(placed(orderId, declining), reserved(orderId));
    await fixture.workers.fact(PaymentAuthorized, orderId);
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.declined', 'payment.authorized']);
    expect(await fixture.emulator.intents(orderId)).toHaveLength(1);
  });
});

describe('when Stripe fails', () => {
  test('twice and then works, the card is authorised once', async () => {
    await fixture.emulator.control({ failNext: 2, match: '/v1/payment_intents' });
    const { orderId } = await fixture.authorised();
    expect(await fixture.emulator.intents(orderId)).toHaveLength(1);
  });

  test('after it authorised, the authorisation is found, not repeated', async () => {
    await fixture.emulator.control({ failAfter: 1, failAfterWith: 500 });
    const { orderId } = await fixture.authorised();
    expect(await fixture.emulator.intents(orderId)).toHaveLength(1);
  });

  test('after it captured, the capture is found, not repeated', async () => {
    const { orderId } = await fixture.authorised();
    await fixture.emulator.control({ failAfter: 1, failAfterWith: 500, match: '/capture' });
    await publish(dispatched(orderId));
    expect((await fixture.workers.fact(PaymentCaptured, orderId)).data.amount).toEqual(total);
    expect(await fixture.emulator.intents(orderId)).toMatchObject([{ status: 'succeeded', amount_received: 2_975 }]);
  });

  test('after it confirmed a second card, that is found, not repeated', async () => {
    const orderId = await fixture.order('pm_card_visa_chargeDeclined');
    const { intentId } = await fixture.becomes(orderId, 'retry_due');
    await fixture.emulator.control({ failAfter: 1, failAfterWith: 500, match: '/confirm' });
    await publish(retried(orderId, 2));
    await fixture.workers.fact(PaymentAuthorized, orderId);
    const calls = await fixture.emulator.calls(`path=/${intentId}/confirm`);
    expect(calls.map(({ idempotencyKey }) => idempotencyKey)).toEqual(Array(2).fill(`pi:${orderId}:2`));
  });
});

describe('a capture', () => {
  test('happens once, however often the parcel leaves', async () => {
    const { orderId } = await fixture.authorised();
    const event = dispatched(orderId);
    await publish(event, event, event, dispatched(orderId));
    const { data } = await fixture.workers.fact(PaymentCaptured, orderId);
    expect(data).toEqual({ amount: total, because: 'dispatched' });
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.authorized', 'payment.captured']);
    expect(await fixture.emulator.intents(orderId)).toMatchObject([{ status: 'succeeded', amount_received: 2_975 }]);
  });

  test('is of the whole amount at the first parcel; later parcels change nothing', async () => {
    const { orderId, captured } = await fixture.captured();
    expect(captured).toEqual(total);
    await publish(dispatched(orderId, '2'));
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.authorized', 'payment.captured']);
  });

  test('waits for the authorisation', async () => {
    const orderId = randomUUID();
    await publish(dispatched(orderId));
    await publish(placed(orderId), reserved(orderId));
    await fixture.workers.fact(PaymentCaptured, orderId);
  });

  test('of a payment that was declined is dead-lettered: a parcel left unpaid', async () => {
    const orderId = await fixture.order('pm_card_visa_chargeDeclined');
    await fixture.becomes(orderId, 'retry_due');
    await publish(retried(orderId, 5, 'pm_card_visa_chargeDeclined'));
    await fixture.becomes(orderId, 'declined');
    await publish(dispatched(orderId));
    const message = await fixture.workers.deadLettered('payment');
    expect(message.properties.headers?.['x-error-message']).toBe('a parcel left although its payment is declined');
  });

  test.each([
    ['before its order was known', async () => randomUUID(), 'not_needed'],
    ['once it was authorised', async () => (await fixture.authorised()).orderId, 'voided'],
    ['once it was captured', async () => (await fixture.captured()).orderId, 'captured'],
  ] as const)(
    'of a payment that was cancelled with its order, %s, is ignored: nothing is kept',
    async (_, given, status) => {
      const orderId = await given();
      await publish(cancelled(orderId));
      await eventually('the end', async () => {
        const state = await fixture.stateOf(orderId);
        return state?.status === status && hasOrderEnded(state);
      });
      await fixture.quiet();
      const before = fixture.said(orderId);
      await publish(dispatched(orderId, '2'));
      await fixture.quiet();
      expect(fixture.said(orderId)).toEqual(before);
      expect((await fixture.workers.channel.checkQueue(deadQueue('payment'))).messageCount).toBe(0);
    },
  );

  test('of a payment that is being voided, since its order was cancelled, waits and is ignored', async () => {
    const { orderId } = await fixture.authorised();
    fixture.after('cancel', async () => {
      await publish(dispatched(orderId));
      await eventually('the capture', async () => {
        const calls = await fixture.emulator.calls(`path=/capture&idempotencyKey=capture:${orderId}`);
        return calls.length > 0;
      });
    });
    await publish(cancelled(orderId));
    await fixture.becomes(orderId, 'voided');
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.authorized', 'payment.voided']);
    expect((await fixture.workers.channel.checkQueue(deadQueue('payment'))).messageCount).toBe(0);
  });

  test('of an authorisation that is gone at Stripe is dead-lettered', async () => {
    const { orderId, intentId } = await fixture.authorised();
    await fixture.emulator.stripe.paymentIntents.cancel(intentId);
    await publish(dispatched(orderId));
    const message = await fixture.workers.deadLettered('payment');
    expect(message.properties.headers?.['x-error-message']).toContain('is gone');
  });
});

describe('a cancellation', () => {
  test.each([
    ['before it is confirmed', (orderId: string) => cancelRequested(orderId, 'pending')],
    ['once nothing can leave any more', cancelled],
  ] as const)('%s voids the authorisation', async (_, fact) => {
    const { orderId } = await fixture.authorised();
    await publish(fact(orderId));
    expect((await fixture.workers.fact(PaymentVoided, orderId)).data).toEqual({
      amount: total,
      reason: 'changed my mind',
    });
    expect(await fixture.emulator.intents(orderId)).toMatchObject([{ status: 'canceled' }]);
  });

  test('that is only asked for once the order is confirmed changes nothing: delivery answers first', async () => {
    const { orderId } = await fixture.authorised();
    await publish(cancelRequested(orderId, 'confirmed'));
    await fixture.quiet();
    expect(await fixture.stateOf(orderId)).toMatchObject({ status: 'authorized' });
  });

  test('before anything else keeps the card from ever being charged', async () => {
    const orderId = randomUUID();
    await publish(cancelled(orderId));
    await fixture.becomes(orderId, 'not_needed');
    await publish(placed(orderId), reserved(orderId));
    await fixture.quiet();
    expect(await fixture.stateOf(orderId)).toEqual({ status: 'not_needed', reason: 'changed my mind' });
    expect(await fixture.emulator.intents(orderId)).toEqual([]);
  });

  test('between the two facts does so too', async () => {
    const orderId = randomUUID();
    await publish(placed(orderId));
    await fixture.becomes(orderId, 'awaiting_stock');
    await publish(cancelled(orderId));
    await fixture.becomes(orderId, 'not_needed');
    await publish(reserved(orderId));
    await fixture.quiet();
    expect(await fixture.emulator.intents(orderId)).toEqual([]);
    expect(fixture.said(orderId)).toEqual([]);
  });

  test.each([
    ['between two attempts', 'pm_card_visa_chargeDeclined', 'retry_due'],
    ['while the bank asks the customer', 'pm_card_authenticationRequired', 'action_required'],
  ] as const)('%s cancels the open intent; another card comes too late', async (_, method, status) => {
    const orderId = await fixture.order(method);
    await fixture.becomes(orderId, status);
    await publish(cancelRequested(orderId, 'pending'));
    await fixture.becomes(orderId, 'not_needed');
    await publish(retried(orderId, 2));
    await fixture.quiet();
    expect(await fixture.emulator.intents(orderId)).toMatchObject([{ status: 'canceled', amount_capturable: 0 }]);
    expect(fixture.said(orderId)).not.toContain('payment.authorized');
  });

  test('after the capture gives everything back', async () => {
    const { orderId, intentId } = await fixture.captured();
    await publish(cancelled(orderId));
    await eventually('the refund', async () => fixture.said(orderId).includes('payment.refunded'));
    const state = await fixture.becomes(orderId, 'captured');
    expect(state).toMatchObject({ ended: 'changed my mind', refunds: [{ amount: total, status: 'succeeded' }] });
    const { data } = await fixture.emulator.stripe.refunds.list({ payment_intent: intentId });
    expect(data.map(({ amount }) => amount)).toEqual([eur(2_975).amount]);
  });
});

describe.each([
  ['cancelled', cancelled, 'requested_by_customer'],
  ['expired', facts.expired, 'abandoned'],
] as const)('an order that is %s before it was paid', (_, fact, cancellation_reason) => {
  const ends = async (orderId: string) => {
    await publish(fact(orderId));
    await fixture.becomes(orderId, 'not_needed');
    await fixture.quiet();
  };

  test.each([
    ['awaiting_stock', placed],
    ['awaiting_order', reserved],
  ] as const)('while it is %s leaves nothing at Stripe', async (status, first) => {
    const orderId = randomUUID();
    await publish(first(orderId));
    await fixture.becomes(orderId, status);
    await ends(orderId);
    expect(fixture.said(orderId)).toEqual([]);
    expect(await fixture.emulator.intents(orderId)).toEqual([]);
  });

  test.each([
    ['retry_due', 'pm_card_visa_chargeDeclined', 'payment.declined'],
    ['action_required', 'pm_card_authenticationRequired', 'payment.action_required'],
  ] as const)(
    'while it is %s has its intent cancelled for that reason, and voids nothing',
    async (status, method, said) => {
      const orderId = await fixture.order(method);
      await fixture.becomes(orderId, status);
      await ends(orderId);
      expect(fixture.said(orderId)).toEqual([said]);
      expect(await fixture.emulator.intents(orderId)).toMatchObject([{ status: 'canceled', cancellation_reason }]);
    },
  );
});
