import { randomUUID } from 'node:crypto';
import {
  PaymentActionRequired,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentDeclined,
  PaymentExpired,
  PaymentVoided,
} from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { cancelled, expired, placed, reserved, retried, stripeReported } from './testing/events.ts';
import { type PaymentFixture, startPaymentFixture } from './testing/payment-fixture.ts';

let fixture: PaymentFixture;
const MINUTE = 60_000;
const advance = (minutes: number) => fixture.workers.clock.advance(minutes * MINUTE);
/** Authorisations lapse so long from now by our clock, which is ahead of Stripe's here; they are captured 12 hours before. */
const lapseIn = (hours: number, more: object = {}) => {
  const aheadMs = fixture.workers.clock.now().getTime() - Date.now();
  return fixture.emulator.control({ captureWindow: hours * 3_600 + Math.round(aheadMs / 1_000), ...more });
};
const challenging = 'pm_card_authenticationRequired';
const declining = 'pm_card_visa_chargeDeclined';

beforeAll(async () => {
  fixture = await startPaymentFixture(inject('infrastructure'));
});
beforeEach(() => fixture.listenToWebhooks());
afterEach(() => fixture.reset());
afterAll(() => fixture.close());

describe('3-D Secure', () => {
  test('makes the hold longer, once, and tells which intent is to be answered', async () => {
    const orderId = await fixture.order(challenging);
    const { data } = await fixture.workers.fact(PaymentActionRequired, orderId);
    const { payUntil, intentId } = await fixture.becomes(orderId, 'action_required');
    expect(data).toEqual({ attempt: 1, intentId, deadline: payUntil });
    expect(Date.parse(payUntil) - fixture.workers.clock.now().getTime()).toBeGreaterThan(29 * MINUTE);
    await fixture.emulator.authenticate(intentId, 'fail');
    const declined = await fixture.becomes(orderId, 'retry_due');
    await fixture.publish(retried(orderId, 2, challenging));
    const second = await fixture.workers.fact(PaymentActionRequired, orderId, (event) => event.data.attempt === 2);
    expect(second.data).toEqual({ attempt: 2, intentId, deadline: declined.payUntil });
  });

  test('success: the customer approves, and the webhook brings it', async () => {
    const orderId = await fixture.order(challenging);
    const { intentId } = await fixture.becomes(orderId, 'action_required');
    await fixture.emulator.authenticate(intentId, 'succeed');
    expect((await fixture.workers.fact(PaymentAuthorized, orderId)).data.intentId).toBe(intentId);
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.action_required', 'payment.authorized']);
  });

  test('failure: a challenge that is refused is a decline, and another card may be tried', async () => {
    const orderId = await fixture.order(challenging);
    const { intentId } = await fixture.becomes(orderId, 'action_required');
    await fixture.emulator.authenticate(intentId, 'fail');
    const { data } = await fixture.workers.fact(PaymentDeclined, orderId);
    expect(data).toMatchObject({ code: 'payment_intent_authentication_failure', attempt: 1, final: false });
    await fixture.publish(retried(orderId, 2));
    expect((await fixture.workers.fact(PaymentAuthorized, orderId)).data.intentId).toBe(intentId);
  });

  test('abandon: nobody answers; the intent is cancelled when the longer hold ends, not before', async () => {
    const orderId = await fixture.order(challenging);
    await fixture.becomes(orderId, 'action_required');
    advance(16);
    await fixture.publish(stripeReported(orderId, (await fixture.becomes(orderId, 'action_required')).intentId));
    await fixture.quiet();
    await fixture.becomes(orderId, 'action_required');
    advance(15);
    await fixture.workers.fact(PaymentExpired, orderId);
    await fixture.becomes(orderId, 'expired');
    expect(await fixture.emulator.intents(orderId)).toMatchObject([
      { status: 'canceled', cancellation_reason: 'abandoned' },
    ]);
  });

  test('the customer takes another card instead of answering', async () => {
    const orderId = await fixture.order(challenging);
    const { intentId } = await fixture.becomes(orderId, 'action_required');
    await fixture.publish(retried(orderId, 2));
    expect((await fixture.workers.fact(PaymentAuthorized, orderId)).data.intentId).toBe(intentId);
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.action_required', 'payment.authorized']);
  });
});

test('a declined card keeps the stock for three minutes more, not for the rest of the hold', async () => {
  const orderId = await fixture.order(declining);
  await fixture.becomes(orderId, 'retry_due');
  advance(3.1);
  await fixture.workers.fact(PaymentExpired, orderId);
  await fixture.becomes(orderId, 'expired');
  expect(await fixture.emulator.intents(orderId)).toMatchObject([
    { status: 'canceled', cancellation_reason: 'abandoned' },
  ]);
});

test('an order that holds more than a buyer may holds it until its card is answered', async () => {
  const orderId = randomUUID();
  const { data, ...event } = placed(orderId, declining);
  const inAQuarter = new Date(fixture.workers.clock.now().getTime() + 15 * MINUTE).toISOString();
  await fixture.publish({ ...event, data: { ...data, singleAttempt: true } }, reserved(orderId, inAQuarter));
  const said = await fixture.workers.fact(PaymentDeclined, orderId);
  expect(said.data).toMatchObject({ final: true, attemptsLeft: 0, card: expect.stringMatching(/^[0-9a-f]{32}$/) });
  await fixture.becomes(orderId, 'declined');
});

describe('expiry asks Stripe first', () => {
  test('authorised: the order is confirmed, although nobody had told us', async () => {
    await fixture.emulator.control({ webhookUrl: null });
    const orderId = await fixture.order(challenging);
    const { intentId } = await fixture.becomes(orderId, 'action_required');
    await fixture.emulator.authenticate(intentId, 'succeed');
    advance(31);
    await fixture.workers.fact(PaymentAuthorized, orderId);
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.action_required', 'payment.authorized']);
  });

  test('processing: it is waited for, and asked again every minute', async () => {
    await fixture.emulator.control({ processingSettle: 3_600_000, webhookUrl: null });
    const orderId = await fixture.order('pm_card_processing');
    const { intentId, lookAt } = await fixture.becomes(orderId, 'processing');
    advance(16);
    const later = await eventually('another look', async () => {
      const state = await fixture.becomes(orderId, 'processing');
      return state.lookAt > lookAt && state;
    });
    expect(Date.parse(later.lookAt)).toBeGreaterThan(Date.parse(later.payUntil));
    await fixture.emulator.process(intentId, 'succeed');
    advance(1.1);
    await fixture.workers.fact(PaymentAuthorized, orderId);
  });

  test('processing, and then declined with no time left: it has expired', async () => {
    await fixture.emulator.control({ processingSettle: 3_600_000, webhookUrl: null });
    const orderId = await fixture.order('pm_card_processingDeclined');
    const { intentId } = await fixture.becomes(orderId, 'processing');
    advance(16);
    await fixture.emulator.process(intentId, 'fail');
    advance(1.1);
    await fixture.workers.fact(PaymentExpired, orderId);
    await fixture.becomes(orderId, 'expired');
    expect(await fixture.emulator.intents(orderId)).toMatchObject([{ status: 'canceled' }]);
  });

  test('nothing: the intent is cancelled, and a retry that comes then is ignored', async () => {
    const orderId = await fixture.order(declining);
    await fixture.becomes(orderId, 'retry_due');
    advance(16);
    await fixture.workers.fact(PaymentExpired, orderId);
    await fixture.publish(retried(orderId, 2), expired(orderId));
    await fixture.becomes(orderId, 'expired');
    await fixture.quiet();
    expect(await fixture.stateOf(orderId)).toMatchObject({ status: 'expired' });
    expect(fixture.said(orderId)).toEqual(['payment.declined', 'payment.expired']);
    expect(await fixture.emulator.intents(orderId)).toMatchObject([{ status: 'canceled' }]);
  });

  test('nothing was ever asked for: it has expired all the same', async () => {
    const orderId = randomUUID();
    await fixture.publish(reserved(orderId, fixture.inMinutes(15)));
    await fixture.becomes(orderId, 'awaiting_order');
    advance(16);
    await fixture.workers.fact(PaymentExpired, orderId);
    await fixture.publish(placed(orderId));
    await fixture.quiet();
    expect(await fixture.emulator.intents(orderId)).toEqual([]);
  });

  test('stock that is heard of after its hold has ended charges nobody', async () => {
    const orderId = randomUUID();
    await fixture.publish(placed(orderId));
    await fixture.becomes(orderId, 'awaiting_stock');
    await fixture.publish(reserved(orderId, fixture.inMinutes(-1)));
    await fixture.workers.fact(PaymentExpired, orderId);
    expect(await fixture.emulator.intents(orderId)).toEqual([]);
  });
});

describe('another card', () => {
  const processed = async () => {
    await fixture.emulator.control({ processingSettle: 3_600_000 });
    const orderId = await fixture.order('pm_card_processing');
    return { orderId, ...(await fixture.becomes(orderId, 'processing')) };
  };

  test('while Stripe processes the first is not tried, neither then nor later; that one answers for both', async () => {
    const { orderId, intentId, method } = await processed();
    await fixture.publish(retried(orderId, 2));
    await fixture.quiet();
    expect(await fixture.becomes(orderId, 'processing')).toMatchObject({ intentId, method, attempt: 2 });
    await fixture.emulator.process(intentId, 'succeed');
    expect(await fixture.becomes(orderId, 'authorized')).toMatchObject({ intentId });
    await fixture.quiet();
    expect(await fixture.emulator.calls(`idempotencyKey=pi:${orderId}:2`)).toEqual([]);
    expect(fixture.said(orderId)).toEqual(['payment.processing', 'payment.processing', 'payment.authorized']);
  });

  test('may be tried once the first, which was processed, is declined', async () => {
    const { orderId, intentId } = await processed();
    await fixture.publish(retried(orderId, 2));
    await fixture.quiet();
    await fixture.emulator.process(intentId, 'fail');
    // Of the attempt that order-process waits for, or the customer could not try another card.
    expect((await fixture.workers.fact(PaymentDeclined, orderId)).data).toMatchObject({ attempt: 2, final: false });
    await fixture.publish(retried(orderId, 3));
    expect(await fixture.becomes(orderId, 'authorized')).toMatchObject({ intentId, attempt: 3 });
  });
});

describe('an authorisation that is about to lapse', () => {
  test('is captured before captureBefore, parcel or not', async () => {
    await lapseIn(13);
    const { orderId, captureAt, captureBefore } = await fixture.authorised();
    expect(Date.parse(captureBefore) - Date.parse(captureAt)).toBe(12 * 3_600_000);
    advance(61);
    expect((await fixture.workers.fact(PaymentCaptured, orderId)).data.because).toBe('lapsing');
  });

  test('and has lapsed already is voided', async () => {
    await lapseIn(13, { webhookUrl: null });
    const { orderId, intentId } = await fixture.authorised();
    await fixture.emulator.stripe.paymentIntents.cancel(intentId);
    advance(61);
    await fixture.workers.fact(PaymentVoided, orderId);
  });
});

describe('paid after the end', () => {
  test.each([
    ['cancelled', cancelled],
    ['expired', expired],
  ] as const)('of an order that is %s: what was being processed is given back, never revived', async (_, fact) => {
    await fixture.emulator.control({ processingSettle: 3_600_000 });
    const orderId = await fixture.order('pm_card_processing');
    const { intentId } = await fixture.becomes(orderId, 'processing');
    await fixture.publish(fact(orderId));
    await fixture.becomes(orderId, 'closing');
    await fixture.emulator.process(intentId, 'succeed');
    await fixture.workers.fact(PaymentVoided, orderId);
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.processing', 'payment.voided']);
    expect(await fixture.emulator.intents(orderId)).toMatchObject([{ status: 'canceled' }]);
  });

  test('of an order that is cancelled: what was being processed, and is declined, was never there to be given back', async () => {
    await fixture.emulator.control({ processingSettle: 3_600_000 });
    const orderId = await fixture.order('pm_card_processing');
    const { intentId } = await fixture.becomes(orderId, 'processing');
    await fixture.publish(cancelled(orderId));
    await fixture.becomes(orderId, 'closing');
    await fixture.emulator.process(intentId, 'fail');
    await fixture.becomes(orderId, 'not_needed');
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.processing']);
    const gone = { status: 'canceled', cancellation_reason: 'requested_by_customer' };
    expect(await fixture.emulator.intents(orderId)).toMatchObject([gone]);
  });

  test('is given back although no webhook tells of it', async () => {
    await fixture.emulator.control({ processingSettle: 3_600_000, webhookUrl: null });
    const orderId = await fixture.order('pm_card_processing');
    const { intentId } = await fixture.becomes(orderId, 'processing');
    await fixture.publish(cancelled(orderId));
    await fixture.becomes(orderId, 'closing');
    await fixture.emulator.process(intentId, 'succeed');
    advance(1.1);
    await fixture.workers.fact(PaymentVoided, orderId);
  });

  test.each([
    ['cancelled', 'not_needed', cancelled],
    ['expired', 'not_needed', expired],
  ] as const)('of an order that is %s: money that a webhook tells of is given back', async (_, status, fact) => {
    const orderId = randomUUID();
    await fixture.publish(fact(orderId));
    await fixture.becomes(orderId, status);
    const { id } = await fixture.emulator.pay(orderId, 2_975, 'manual');
    await fixture.publish(stripeReported(orderId, id, 'payment_intent.amount_capturable_updated'));
    await fixture.workers.fact(PaymentVoided, orderId);
    expect(await fixture.emulator.intents(orderId)).toMatchObject([{ status: 'canceled' }]);
  });

  test('of an order that is cancelled: even what was captured is refunded in full', async () => {
    const orderId = randomUUID();
    await fixture.publish(cancelled(orderId));
    await fixture.becomes(orderId, 'not_needed');
    const { id } = await fixture.emulator.pay(orderId, 2_975, 'automatic');
    await fixture.publish(stripeReported(orderId, id, 'payment_intent.succeeded'), stripeReported(orderId, id));
    await eventually('the refund', () => fixture.said(orderId).includes('payment.refunded'));
    await fixture.quiet();
    const { data } = await fixture.emulator.stripe.refunds.list({ payment_intent: id });
    expect(data).toMatchObject([{ amount: 2_975, status: 'succeeded' }]);
  });
});

describe('a webhook', () => {
  test('about an unknown order, an unknown intent, or the intent of another order changes nothing', async () => {
    const { orderId, intentId } = await fixture.authorised();
    const other = await fixture.authorised();
    await fixture.publish(
      stripeReported(randomUUID(), intentId),
      stripeReported(orderId, 'pi_nobody'),
      stripeReported(orderId, other.intentId),
    );
    await fixture.quiet();
    expect(await fixture.stateOf(orderId)).toMatchObject({ status: 'authorized', intentId });
    expect(fixture.said(orderId)).toEqual(['payment.authorized']);
    expect(await fixture.emulator.intents(other.orderId)).toMatchObject([{ status: 'requires_capture' }]);
  });

  test('that tells of an authorisation which lapsed at Stripe has it noted as voided', async () => {
    await lapseIn(13, { webhookUrl: null });
    const { orderId, intentId } = await fixture.authorised();
    await fixture.emulator.stripe.paymentIntents.cancel(intentId);
    await fixture.publish(stripeReported(orderId, intentId, 'payment_intent.canceled'));
    await fixture.workers.fact(PaymentVoided, orderId);
  });
});
