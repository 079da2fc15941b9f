import { randomUUID } from 'node:crypto';
import {
  OrderSettled,
  PaymentCaptured,
  PaymentDisputed,
  PaymentReviewed,
  PaymentSecured,
  PaymentUnsecured,
} from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { eventFor } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { confirmed, dispatched, refundRequested, stripeReported, total } from './testing/events.ts';
import { type PaymentFixture, startPaymentFixture } from './testing/payment-fixture.ts';

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await startPaymentFixture(inject('infrastructure'));
});
afterEach(() => fixture.reset());
afterAll(() => fixture?.close());

const settled = (orderId: string, kind: 'unpaid' | 'review' | 'timeout') =>
  eventFor(OrderSettled, orderId, { settleId: randomUUID(), kind, reason: 'a discount' });
const secured = (orderId: string, version: number) =>
  fixture.workers.fact(PaymentSecured, orderId, ({ data }) => data.version === version);
const unsecured = (orderId: string, version: number) =>
  fixture.workers.fact(PaymentUnsecured, orderId, ({ data }) => data.version === version);

/** An order that is to be sent, and that payment vouches for. */
async function vouchedFor() {
  const { orderId, intentId } = await fixture.authorised();
  await fixture.publish(confirmed(orderId));
  await secured(orderId, 1);
  return { orderId, intentId };
}

describe('a part captured by hand at Stripe', () => {
  test('is what was captured; payment vouches no more, until staff accept it', async () => {
    const { orderId, intentId } = await vouchedFor();
    await fixture.emulator.stripe.paymentIntents.capture(intentId, { amount_to_capture: 100 });
    await fixture.publish(stripeReported(orderId, intentId));
    const { data } = await fixture.workers.fact(PaymentCaptured, orderId);
    expect(data).toEqual({ amount: eur(100), because: 'by_hand' });
    expect((await unsecured(orderId, 2)).data.code).toBe('other_amount');

    await fixture.publish(settled(orderId, 'timeout'), settled(orderId, 'unpaid'));
    expect((await secured(orderId, 3)).data.amount).toEqual(eur(100));
    await fixture.publish(dispatched(orderId));
    await fixture.quiet();
    expect(fixture.said(orderId).filter((type) => type === 'payment.captured')).toHaveLength(1);
  });

  test('given the parcel was faster than the news, is recorded all the same, once', async () => {
    const { orderId, intentId } = await vouchedFor();
    await fixture.emulator.stripe.paymentIntents.capture(intentId, { amount_to_capture: 100 });
    await fixture.publish(dispatched(orderId));
    expect((await fixture.workers.fact(PaymentCaptured, orderId)).data).toEqual({
      amount: eur(100),
      because: 'by_hand',
    });
    expect((await unsecured(orderId, 2)).data.code).toBe('other_amount');
  });

  test('and all of it captured by hand is captured, by hand', async () => {
    const { orderId, intentId } = await vouchedFor();
    await fixture.emulator.stripe.paymentIntents.capture(intentId);
    await fixture.publish(stripeReported(orderId, intentId));
    expect((await fixture.workers.fact(PaymentCaptured, orderId)).data).toEqual({ amount: total, because: 'by_hand' });
    await fixture.quiet();
    expect(fixture.said(orderId)).not.toContain('payment.unsecured');
  });
});

test('a review by Radar takes our word back, and its end gives it again', async () => {
  const { orderId, intentId } = await vouchedFor();
  const review = await fixture.emulator.openReview(intentId);
  await fixture.publish(stripeReported(orderId, intentId), stripeReported(orderId, intentId));
  expect((await unsecured(orderId, 2)).data.code).toBe('under_review');

  await fixture.emulator.closeReview(review.id);
  await fixture.publish(stripeReported(orderId, intentId));
  await secured(orderId, 3);
  const reviews = fixture.workers.heard.filter(
    ({ type, subject }) => type === PaymentReviewed.type && subject === orderId,
  );
  expect([...new Map(reviews.map(({ id, data }) => [id, data])).values()]).toEqual([
    { reviewId: review.id, open: true, reason: 'rule' },
    { reviewId: review.id, open: false, reason: 'approved' },
  ]);
});

test('what staff accepted is not accepted for the next doubt', async () => {
  const { orderId, intentId } = await vouchedFor();
  await fixture.emulator.openReview(intentId);
  await fixture.publish(stripeReported(orderId, intentId));
  await unsecured(orderId, 2);
  await fixture.publish(settled(orderId, 'review'));
  await secured(orderId, 3);
  await fixture.publish(dispatched(orderId));
  await fixture.becomes(orderId, 'captured');
  await fixture.emulator.dispute(intentId);
  await fixture.publish(stripeReported(orderId, intentId));
  expect((await unsecured(orderId, 4)).data.code).toBe('disputed');
});

test('what the bank takes back is not given back again; won, it is ours to give', async () => {
  const { orderId, intentId } = await fixture.captured();
  const { id: disputeId } = await fixture.emulator.dispute(intentId);
  await fixture.publish(stripeReported(orderId, intentId));
  const open = await fixture.workers.fact(PaymentDisputed, orderId);
  expect(open.data).toMatchObject({ disputeId, amount: total, status: 'open', withdrawn: true, reason: 'fraudulent' });

  await fixture.publish(refundRequested(orderId, eur(100)));
  await fixture.quiet();
  expect(fixture.said(orderId)).toContain('payment.refund_failed');

  await fixture.emulator.closeDispute(disputeId, 'won');
  await fixture.publish(stripeReported(orderId, intentId));
  await fixture.workers.fact(PaymentDisputed, orderId, ({ data }) => data.status === 'won' && !data.withdrawn);
  await fixture.publish(refundRequested(orderId, eur(100)));
  await fixture.quiet();
  expect(fixture.said(orderId)).toContain('payment.refunded');
});
