import { randomUUID } from 'node:crypto';
import { PaymentRefunded, PaymentRefundFailed } from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { eventually } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { cancelled, dispatched, refundRequested, stripeReported, total } from './testing/events.ts';
import { type PaymentFixture, startPaymentFixture } from './testing/payment-fixture.ts';

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await startPaymentFixture(inject('infrastructure'));
});
afterEach(() => fixture.reset());
afterAll(() => fixture.close());

const atStripe = async (payment_intent: string) =>
  (await fixture.emulator.stripe.refunds.list({ payment_intent, limit: 100 })).data;
/** The facts about one refund, as they were said. */
const outcome = (orderId: string, refundId: string) => ({
  refunded: () => fixture.workers.fact(PaymentRefunded, orderId, ({ data }) => data.refundId === refundId),
  failed: () => fixture.workers.fact(PaymentRefundFailed, orderId, ({ data }) => data.refundId === refundId),
});

describe('a refund', () => {
  test('in part, then of the rest: each is said with what has been given back in all', async () => {
    const { orderId, intentId } = await fixture.captured();
    const [first, second] = [randomUUID(), randomUUID()];
    await fixture.publish(refundRequested(orderId, eur(1_000), first));
    const one = await outcome(orderId, first).refunded();
    expect(one.data).toMatchObject({ amount: eur(1_000), reason: 'broken', totalRefunded: eur(1_000) });
    expect(one.data.lines).toEqual([{ sku: 'MUG-RED', quantity: 2 }]);
    await fixture.publish(refundRequested(orderId, eur(1_975), second));
    expect((await outcome(orderId, second).refunded()).data.totalRefunded).toEqual(total);
    expect((await atStripe(intentId)).map(({ amount }) => amount)).toEqual([1_975, 1_000]);
  });

  test('is made once for its refund id, however often it is asked for', async () => {
    const { orderId, intentId } = await fixture.captured();
    const refundId = randomUUID();
    const asked = () => refundRequested(orderId, eur(1_000), refundId);
    const same = asked();
    await fixture.publish(same, same, asked(), asked());
    await outcome(orderId, refundId).refunded();
    await fixture.quiet();
    expect(fixture.said(orderId).filter((type) => type === 'payment.refunded')).toHaveLength(1);
    expect(await atStripe(intentId)).toHaveLength(1);
  });

  test('waits for the capture', async () => {
    const { orderId } = await fixture.authorised();
    const refundId = randomUUID();
    await fixture.publish(refundRequested(orderId, eur(500), refundId));
    await fixture.publish(dispatched(orderId));
    await outcome(orderId, refundId).refunded();
    expect(fixture.said(orderId)).toEqual(['payment.authorized', 'payment.captured', 'payment.refunded']);
  });

  test.each([
    ['more than was captured', eur(2_976), 'amount_too_large'],
    ['in another currency', { amount: 100, currency: 'USD' }, 'currency_mismatch'],
    ['of nothing', eur(0), 'amount_zero'],
  ])('%s is refused as a fact, and Stripe is not asked', async (_, amount, code) => {
    const { orderId, intentId } = await fixture.captured();
    const refundId = randomUUID();
    await fixture.publish(refundRequested(orderId, amount, refundId));
    expect((await outcome(orderId, refundId).failed()).data).toMatchObject({ code, totalRefunded: eur(0) });
    expect(await atStripe(intentId)).toEqual([]);
    expect(await fixture.emulator.calls(`idempotencyKey=refund:${refundId}`)).toEqual([]);
  });

  test('where nothing was captured is refused as a fact', async () => {
    const orderId = randomUUID();
    await fixture.publish(cancelled(orderId));
    await fixture.becomes(orderId, 'not_needed');
    const refundId = randomUUID();
    await fixture.publish(refundRequested(orderId, eur(500), refundId));
    expect((await outcome(orderId, refundId).failed()).data.code).toBe('nothing_captured');
  });
});

describe('the sum of all refunds', () => {
  test('is never more than was captured, also when ten are asked for at once', async () => {
    const { orderId, intentId } = await fixture.captured();
    const refundIds = Array.from({ length: 10 }, () => randomUUID());
    await fixture.publish(...refundIds.map((refundId) => refundRequested(orderId, eur(700), refundId)));
    await eventually('ten answers', () => fixture.said(orderId).length === 12);
    const made = await atStripe(intentId);
    expect(made).toHaveLength(4);
    const state = await fixture.becomes(orderId, 'captured');
    const succeeded = state.refunds.filter(({ status }) => status === 'succeeded');
    expect(succeeded.map(({ stripeRefundId }) => stripeRefundId).sort()).toEqual(made.map(({ id }) => id).sort());
    expect(fixture.said(orderId).filter((type) => type === 'payment.refund_failed')).toHaveLength(6);
  });

  test('counts what is pending, and what was given back by hand at Stripe', async () => {
    await fixture.emulator.control({ refundSettle: 3_600_000 });
    const { orderId, intentId } = await fixture.captured('pm_card_pendingRefund');
    await fixture.emulator.stripe.refunds.create({ payment_intent: intentId, amount: 1_000 });
    const refundId = randomUUID();
    await fixture.publish(refundRequested(orderId, eur(2_000), refundId));
    expect((await outcome(orderId, refundId).failed()).data.code).toBe('amount_too_large');
    expect(await fixture.becomes(orderId, 'captured')).toMatchObject({
      refunds: [
        { status: 'pending', amount: eur(1_000) },
        { refundId, status: 'failed' },
      ],
    });
  });
});

describe('the end of an order that waits for other refunds', () => {
  test('does not wait for ever for one that is at Stripe, and whose event is late: it gives back the rest', async () => {
    const { orderId, intentId } = await fixture.captured();
    const refundId = randomUUID();
    const metadata = { orderId, refundId };
    await fixture.emulator.stripe.refunds.create({ payment_intent: intentId, amount: 1_000, metadata });
    await fixture.publish(cancelled(orderId));
    const { data } = await fixture.workers.fact(PaymentRefunded, orderId);
    expect(data).toMatchObject({ amount: eur(1_975), totalRefunded: eur(1_975), cause: 'order_ended' });
    await fixture.publish(refundRequested(orderId, eur(1_000), refundId));
    expect((await outcome(orderId, refundId).refunded()).data.totalRefunded).toEqual(total);
    expect((await atStripe(intentId)).map(({ amount }) => amount)).toEqual([1_975, 1_000]);
  });

  test('and finds each time that another was faster, says in the end that it has failed', async () => {
    const { orderId, intentId } = await fixture.captured();
    const byHand = async () => {
      fixture.after('look', byHand);
      await fixture.emulator.stripe.refunds.create({ payment_intent: intentId, amount: 1 });
    };
    fixture.after('look', byHand);
    await fixture.publish(cancelled(orderId));
    const { data } = await fixture.workers.fact(PaymentRefundFailed, orderId);
    expect(data).toMatchObject({ amount: eur(2_972), code: 'amount_too_large', totalRefunded: eur(3) });
    expect(await fixture.becomes(orderId, 'captured')).toMatchObject({ ended: 'changed my mind' });
    expect(await atStripe(intentId)).toHaveLength(4);
  });
});

describe('a refund that takes its time', () => {
  const pending = async () => {
    await fixture.emulator.control({ refundSettle: 3_600_000 });
    const { orderId, intentId } = await fixture.captured('pm_card_pendingRefund');
    const refundId = randomUUID();
    await fixture.publish(refundRequested(orderId, eur(1_000), refundId));
    const state = await eventually('a pending refund', async () => {
      const now = await fixture.becomes(orderId, 'captured');
      return now.refunds.length > 0 && now;
    });
    expect(state.refunds).toMatchObject([{ refundId, status: 'pending' }]);
    return { orderId, intentId, refundId, stripeRefundId: state.refunds[0]?.stripeRefundId ?? '' };
  };

  test('is said when Stripe says so by webhook', async () => {
    const { orderId, intentId, refundId, stripeRefundId } = await pending();
    expect(fixture.said(orderId)).not.toContain('payment.refunded');
    await fixture.emulator.settleRefund(stripeRefundId, 'succeeded');
    await fixture.publish(stripeReported(orderId, intentId, 'refund.updated'));
    expect((await outcome(orderId, refundId).refunded()).data.totalRefunded).toEqual(eur(1_000));
    expect(await fixture.becomes(orderId, 'captured')).not.toHaveProperty('refundsAt');
  });

  test('is asked for every hour when no webhook comes', async () => {
    const { orderId, refundId, stripeRefundId } = await pending();
    const { refundsAt } = await fixture.becomes(orderId, 'captured');
    fixture.workers.clock.advance(3_601_000);
    await eventually('another look', async () => (await fixture.becomes(orderId, 'captured')).refundsAt !== refundsAt);
    await fixture.emulator.settleRefund(stripeRefundId, 'succeeded');
    fixture.workers.clock.advance(3_601_000);
    await outcome(orderId, refundId).refunded();
  });

  test('and fails is said as failed, and may be asked for again under another id', async () => {
    const { orderId, intentId, refundId, stripeRefundId } = await pending();
    await fixture.emulator.settleRefund(stripeRefundId, 'failed');
    await fixture.publish(stripeReported(orderId, intentId, 'refund.failed'));
    const { data } = await outcome(orderId, refundId).failed();
    expect(data).toMatchObject({ amount: eur(1_000), code: 'expired_or_canceled_card', totalRefunded: eur(0) });
    await fixture.publish(refundRequested(orderId, total));
    await eventually('the other', async () => (await fixture.becomes(orderId, 'captured')).refunds.length === 2);
    expect(await atStripe(intentId)).toHaveLength(2);
  });

  test('and fails after it had succeeded takes the total down again', async () => {
    await fixture.emulator.control({ refundSettle: 3_600_000 });
    const { orderId, intentId } = await fixture.captured('pm_card_refundFail');
    const refundId = randomUUID();
    await fixture.publish(refundRequested(orderId, eur(1_000), refundId));
    expect((await outcome(orderId, refundId).refunded()).data.totalRefunded).toEqual(eur(1_000));
    const [refund] = await atStripe(intentId);
    await fixture.emulator.settleRefund(refund?.id ?? '', 'failed');
    await fixture.publish(stripeReported(orderId, intentId, 'refund.failed'));
    expect((await outcome(orderId, refundId).failed()).data.totalRefunded).toEqual(eur(0));
  });
});
