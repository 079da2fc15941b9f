import { randomUUID } from 'node:crypto';
import { PaymentRefunded, PaymentVoided } from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { eventually } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  cancelled,
  cancelRequested,
  dispatched,
  expired,
  refundRequested,
  retried,
  stripeReported,
  total,
} from './testing/events.ts';
import { type PaymentFixture, startPaymentFixture } from './testing/payment-fixture.ts';

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await startPaymentFixture(inject('infrastructure'));
});
afterEach(() => fixture.reset());
afterAll(() => fixture.close());

const intentOf = (orderId: string) => fixture.emulator.intent(orderId);

describe('cancel against authorise', () => {
  test('while the card is being authorised finds the authorisation and voids it', async () => {
    let orderId = '';
    fixture.after('pay', async () => {
      await fixture.publish(cancelled(orderId));
      await fixture.becomes(orderId, 'voided');
    });
    orderId = await fixture.order();
    await fixture.workers.fact(PaymentVoided, orderId);
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.voided']);
    expect((await intentOf(orderId)).status).toBe('canceled');
  });

  test('that closes the payment unseen, while the card is being authorised, has the loser void it', async () => {
    let orderId = '';
    fixture.after('pay', () => fixture.put(orderId, { status: 'not_needed', reason: 'changed my mind' }));
    orderId = await fixture.order();
    expect((await fixture.workers.fact(PaymentVoided, orderId)).data.reason).toBe('changed my mind');
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.voided']);
    expect((await intentOf(orderId)).status).toBe('canceled');
  });

  test('between an authorisation that got no answer and its next try has the next try void it', async () => {
    let orderId = '';
    fixture.after('pay', async () => {
      await fixture.put(orderId, { status: 'not_needed', reason: 'changed my mind' });
      throw new Error('the process died here');
    });
    orderId = await fixture.order();
    await fixture.workers.fact(PaymentVoided, orderId);
    expect((await intentOf(orderId)).status).toBe('canceled');
  });

  test('while a second card is being authorised voids that', async () => {
    const orderId = await fixture.order('pm_card_visa_chargeDeclined');
    await fixture.becomes(orderId, 'retry_due');
    fixture.after('pay', async () => {
      await fixture.publish(cancelRequested(orderId, 'pending'));
      await fixture.becomes(orderId, 'voided');
    });
    await fixture.publish(retried(orderId, 2));
    await fixture.workers.fact(PaymentVoided, orderId);
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.declined', 'payment.voided']);
    expect((await intentOf(orderId)).status).toBe('canceled');
  });

  test('that has cancelled the intent, but not said so yet, is waited for by a second card', async () => {
    const orderId = await fixture.order('pm_card_visa_chargeDeclined');
    await fixture.becomes(orderId, 'retry_due');
    fixture.after('cancel', async () => {
      await fixture.publish(retried(orderId, 2));
      await eventually('the attempt', async () => {
        const calls = await fixture.emulator.calls(`path=/confirm&idempotencyKey=pi:${orderId}:2`);
        return calls.length > 0;
      });
    });
    await fixture.publish(cancelled(orderId));
    await fixture.becomes(orderId, 'not_needed');
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.declined']);
  });
});

describe('cancel against capture', () => {
  test('gives back what was captured in the same moment, and says both', async () => {
    const { orderId, intentId } = await fixture.authorised();
    fixture.after('capture', async () => {
      await fixture.publish(cancelled(orderId));
      await fixture.becomes(orderId, 'captured');
    });
    await fixture.publish(dispatched(orderId));
    await eventually('the refund', () => fixture.said(orderId).includes('payment.refunded'));
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.authorized', 'payment.captured', 'payment.refunded']);
    expect((await fixture.emulator.stripe.refunds.list({ payment_intent: intentId })).data).toHaveLength(1);
  });
});

describe("webhook before the API's reply", () => {
  test('authorises once, and the reply changes nothing', async () => {
    let orderId = '';
    fixture.after('pay', async () => {
      await fixture.publish(
        stripeReported(orderId, (await intentOf(orderId)).id, 'payment_intent.amount_capturable_updated'),
      );
      await fixture.becomes(orderId, 'authorized');
    });
    orderId = await fixture.order();
    await fixture.becomes(orderId, 'authorized');
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.authorized']);
  });

  test('of a second attempt is not taken for news of the first', async () => {
    const orderId = await fixture.order('pm_card_authenticationRequired');
    const { intentId } = await fixture.becomes(orderId, 'action_required');
    fixture.after('pay', async () => {
      await fixture.publish(stripeReported(orderId, intentId));
      await eventually(
        'the webhook',
        async () => (await fixture.workers.channel.checkQueue('payment')).messageCount === 0,
      );
    });
    await fixture.publish(retried(orderId, 2, 'pm_card_visa_chargeDeclined'));
    const { attempt } = await fixture.becomes(orderId, 'retry_due');
    await fixture.quiet();
    expect(attempt).toBe(2);
    expect(fixture.said(orderId)).toEqual(['payment.action_required', 'payment.declined']);
  });
});

describe('duplicate webhook three times at once', () => {
  test('authorises once', async () => {
    const orderId = await fixture.order('pm_card_authenticationRequired');
    const { intentId } = await fixture.becomes(orderId, 'action_required');
    await fixture.emulator.authenticate(intentId, 'succeed');
    const event = stripeReported(orderId, intentId);
    // Three times the same event, and three that Stripe sent under ids of their own.
    await fixture.publish(
      event,
      event,
      event,
      stripeReported(orderId, intentId),
      stripeReported(orderId, intentId),
      stripeReported(orderId, intentId),
    );
    await fixture.becomes(orderId, 'authorized');
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.action_required', 'payment.authorized']);
  });

  test('doubled, delayed and in any order from Stripe itself, it is one authorisation and one refund', async () => {
    await fixture.listenToWebhooks();
    await fixture.emulator.control({ webhooks: { duplicate: true, reorder: 0.5, delay: 20 } });
    const orderId = await fixture.order('pm_card_authenticationRequired');
    const { intentId } = await fixture.becomes(orderId, 'action_required');
    await fixture.emulator.authenticate(intentId, 'succeed');
    await fixture.becomes(orderId, 'authorized');
    await fixture.publish(dispatched(orderId));
    await fixture.becomes(orderId, 'captured');
    await fixture.publish(refundRequested(orderId, eur(500)));
    await fixture.workers.fact(PaymentRefunded, orderId);
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual([
      'payment.action_required',
      'payment.authorized',
      'payment.captured',
      'payment.refunded',
    ]);
  });
});

describe('decline after success', () => {
  test('a webhook of a decline that comes after another card was authorised changes nothing', async () => {
    await fixture.listenToWebhooks();
    const orderId = await fixture.order('pm_card_visa_chargeDeclined');
    await fixture.becomes(orderId, 'retry_due');
    const stale = await eventually('the webhook of the decline', () =>
      fixture.webhooks.find((one) => one.orderId === orderId && one.type === 'payment_intent.payment_failed'),
    );
    await fixture.publish(retried(orderId, 2));
    const { intentId } = await fixture.becomes(orderId, 'authorized');
    await stale.publish();
    await fixture.publish(stripeReported(orderId, intentId, 'payment_intent.payment_failed'));
    await fixture.quiet();
    expect(await fixture.stateOf(orderId)).toMatchObject({ status: 'authorized' });
    expect(fixture.said(orderId)).toEqual(['payment.declined', 'payment.authorized']);
  });
});

describe('two cancels', () => {
  test('void once', async () => {
    const { orderId } = await fixture.authorised();
    await fixture.publish(cancelRequested(orderId, 'pending'), cancelRequested(orderId, 'pending'), cancelled(orderId));
    expect((await fixture.workers.fact(PaymentVoided, orderId)).data.amount).toEqual(total);
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.authorized', 'payment.voided']);
    expect((await intentOf(orderId)).status).toBe('canceled');
  });

  test('refund once', async () => {
    const { orderId, intentId } = await fixture.captured();
    await fixture.publish(cancelled(orderId), cancelled(orderId), expired(orderId));
    await fixture.workers.fact(PaymentRefunded, orderId);
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.authorized', 'payment.captured', 'payment.refunded']);
    expect((await fixture.emulator.stripe.refunds.list({ payment_intent: intentId })).data).toHaveLength(1);
  });
});

describe('refund retried after a timeout', () => {
  test.each([
    ['the answer was lost on the way', { failAfter: 2, failAfterWith: 'close' }],
    ['Stripe answered 500 after it had refunded', { failAfter: 1, failAfterWith: 500 }],
    ['Stripe was down before it could', { failNext: 1 }],
  ])('%s: the customer gets the money once', async (_, switches) => {
    const { orderId, intentId } = await fixture.captured();
    await fixture.emulator.control({ ...switches, match: '"refundId"' });
    await fixture.publish(refundRequested(orderId, eur(1_000)));
    expect((await fixture.workers.fact(PaymentRefunded, orderId)).data.totalRefunded).toEqual(eur(1_000));
    const { data } = await fixture.emulator.stripe.refunds.list({ payment_intent: intentId });
    expect(data.map(({ amount }) => amount)).toEqual([1_000]);
  });

  test('the process dies between the refund and its commit: it is found, long after the key was forgotten', async () => {
    const { orderId, intentId } = await fixture.captured();
    const refundId = randomUUID();
    const metadata = { orderId, refundId };
    await fixture.emulator.stripe.refunds.create({ payment_intent: intentId, amount: 1_000, metadata });
    await fixture.publish(refundRequested(orderId, eur(1_000), refundId));
    expect((await fixture.workers.fact(PaymentRefunded, orderId)).data).toMatchObject({ refundId, amount: eur(1_000) });
    expect((await fixture.emulator.stripe.refunds.list({ payment_intent: intentId })).data).toHaveLength(1);
  });
});

describe('a process that dies after Stripe has done what was asked, before it is noted', () => {
  const died = async () => {
    throw new Error('the process died here');
  };

  test('of a final decline: the order still fails for that decline', async () => {
    const orderId = await fixture.order('pm_card_visa_chargeDeclined');
    for (const attempt of [2, 3, 4, 5]) {
      await eventually('the decline', () => fixture.said(orderId).length === attempt - 1);
      if (attempt === 5) fixture.after('cancel', died);
      await fixture.publish(retried(orderId, attempt, 'pm_card_chargeDeclinedExpiredCard'));
    }
    expect(await fixture.becomes(orderId, 'declined')).toMatchObject({ attempt: 5, code: 'expired_card' });
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(Array(5).fill('payment.declined'));
  });

  test.each([
    ['pay', ['payment.authorized']],
    ['capture', ['payment.authorized', 'payment.captured']],
    ['cancel', ['payment.authorized', 'payment.voided']],
    ['refund', ['payment.authorized', 'payment.captured', 'payment.refunded']],
  ] as const)('of %s: it is done and said once', async (call, said) => {
    fixture.after(call, died);
    const { orderId, intentId } = call === 'refund' ? await fixture.captured() : await fixture.authorised();
    if (call === 'capture') await fixture.publish(dispatched(orderId));
    if (call === 'cancel' || call === 'refund') await fixture.publish(cancelled(orderId));
    await eventually('all of it', () => fixture.said(orderId).length === said.length);
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(said);
    expect(await fixture.emulator.intents(orderId)).toHaveLength(1);
    const refunds = (await fixture.emulator.stripe.refunds.list({ payment_intent: intentId })).data;
    expect(refunds).toHaveLength(call === 'refund' ? 1 : 0);
  });
});
