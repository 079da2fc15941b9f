import { randomUUID } from 'node:crypto';
import { PaymentRefunded, PaymentVoided } from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  cancelled,
  cancelRequested,
  dispatched,
  eur,
  expired,
  nudged,
  refundRequested,
  retried,
  total,
} from './testing/facts.ts';
import { startWorld, type World } from './testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld(inject('infrastructure'));
});
afterEach(() => world.reset());
afterAll(() => world.close());

const intentOf = (orderId: string) => world.emulator.intent(orderId);

describe('cancel against authorise', () => {
  test('while the card is being authorised finds the authorisation and voids it', async () => {
    let orderId = '';
    world.after('pay', async () => {
      await world.publish(cancelled(orderId));
      await world.becomes(orderId, 'voided');
    });
    orderId = await world.order();
    await world.bed.fact(PaymentVoided, orderId);
    await world.quiet();
    expect(world.said(orderId)).toEqual(['payment.voided']);
    expect((await intentOf(orderId)).status).toBe('canceled');
  });

  test('that closes the payment unseen, while the card is being authorised, has the loser void it', async () => {
    let orderId = '';
    world.after('pay', () => world.put(orderId, { status: 'not_needed', reason: 'changed my mind' }));
    orderId = await world.order();
    expect((await world.bed.fact(PaymentVoided, orderId)).data.reason).toBe('changed my mind');
    await world.quiet();
    expect(world.said(orderId)).toEqual(['payment.voided']);
    expect((await intentOf(orderId)).status).toBe('canceled');
  });

  test('between an authorisation that got no answer and its next try has the next try void it', async () => {
    let orderId = '';
    world.after('pay', async () => {
      await world.put(orderId, { status: 'not_needed', reason: 'changed my mind' });
      throw new Error('the process died here');
    });
    orderId = await world.order();
    await world.bed.fact(PaymentVoided, orderId);
    expect((await intentOf(orderId)).status).toBe('canceled');
  });

  test('while a second card is being authorised voids that', async () => {
    const orderId = await world.order('pm_card_visa_chargeDeclined');
    await world.becomes(orderId, 'retry_due');
    world.after('pay', async () => {
      await world.publish(cancelRequested(orderId, 'pending'));
      await world.becomes(orderId, 'voided');
    });
    await world.publish(retried(orderId, 2));
    await world.bed.fact(PaymentVoided, orderId);
    await world.quiet();
    expect(world.said(orderId)).toEqual(['payment.declined', 'payment.voided']);
    expect((await intentOf(orderId)).status).toBe('canceled');
  });

  test('that has cancelled the intent, but not said so yet, is waited for by a second card', async () => {
    const orderId = await world.order('pm_card_visa_chargeDeclined');
    await world.becomes(orderId, 'retry_due');
    world.after('cancel', async () => {
      await world.publish(retried(orderId, 2));
      await eventually('the attempt', async () => {
        const calls = await world.emulator.calls(`path=/confirm&idempotencyKey=pi:${orderId}:2`);
        return calls.length > 0;
      });
    });
    await world.publish(cancelled(orderId));
    await world.becomes(orderId, 'not_needed');
    await world.quiet();
    expect(world.said(orderId)).toEqual(['payment.declined']);
  });
});

describe('cancel against capture', () => {
  test('gives back what was captured in the same moment, and says both', async () => {
    const { orderId, intentId } = await world.authorised();
    world.after('capture', async () => {
      await world.publish(cancelled(orderId));
      await world.becomes(orderId, 'captured');
    });
    await world.publish(dispatched(orderId));
    await eventually('the refund', () => world.said(orderId).includes('payment.refunded'));
    await world.quiet();
    expect(world.said(orderId)).toEqual(['payment.authorized', 'payment.captured', 'payment.refunded']);
    expect((await world.emulator.stripe.refunds.list({ payment_intent: intentId })).data).toHaveLength(1);
  });
});

describe("webhook before the API's reply", () => {
  test('authorises once, and the reply changes nothing', async () => {
    let orderId = '';
    world.after('pay', async () => {
      await world.publish(nudged(orderId, (await intentOf(orderId)).id, 'payment_intent.amount_capturable_updated'));
      await world.becomes(orderId, 'authorized');
    });
    orderId = await world.order();
    await world.becomes(orderId, 'authorized');
    await world.quiet();
    expect(world.said(orderId)).toEqual(['payment.authorized']);
  });

  test('of a second attempt is not taken for news of the first', async () => {
    const orderId = await world.order('pm_card_authenticationRequired');
    const { intentId } = await world.becomes(orderId, 'action_required');
    world.after('pay', async () => {
      await world.publish(nudged(orderId, intentId));
      await eventually('the nudge', async () => (await world.bed.channel.checkQueue('payment')).messageCount === 0);
    });
    await world.publish(retried(orderId, 2, 'pm_card_visa_chargeDeclined'));
    const { attempt } = await world.becomes(orderId, 'retry_due');
    await world.quiet();
    expect(attempt).toBe(2);
    expect(world.said(orderId)).toEqual(['payment.action_required', 'payment.declined']);
  });
});

describe('duplicate webhook three times at once', () => {
  test('authorises once', async () => {
    const orderId = await world.order('pm_card_authenticationRequired');
    const { intentId } = await world.becomes(orderId, 'action_required');
    await world.emulator.authenticate(intentId, 'succeed');
    const event = nudged(orderId, intentId);
    // Three times the same event, and three that Stripe sent under ids of their own.
    await world.publish(
      event,
      event,
      event,
      nudged(orderId, intentId),
      nudged(orderId, intentId),
      nudged(orderId, intentId),
    );
    await world.becomes(orderId, 'authorized');
    await world.quiet();
    expect(world.said(orderId)).toEqual(['payment.action_required', 'payment.authorized']);
  });

  test('doubled, delayed and in any order from Stripe itself, it is one authorisation and one refund', async () => {
    await world.listenToWebhooks();
    await world.emulator.control({ webhooks: { duplicate: true, reorder: 0.5, delay: 20 } });
    const orderId = await world.order('pm_card_authenticationRequired');
    const { intentId } = await world.becomes(orderId, 'action_required');
    await world.emulator.authenticate(intentId, 'succeed');
    await world.becomes(orderId, 'authorized');
    await world.publish(dispatched(orderId));
    await world.becomes(orderId, 'captured');
    await world.publish(refundRequested(orderId, eur(500)));
    await world.bed.fact(PaymentRefunded, orderId);
    await world.quiet();
    expect(world.said(orderId)).toEqual([
      'payment.action_required',
      'payment.authorized',
      'payment.captured',
      'payment.refunded',
    ]);
  });
});

describe('decline after success', () => {
  test('a webhook of a decline that comes after another card was authorised changes nothing', async () => {
    await world.listenToWebhooks();
    const orderId = await world.order('pm_card_visa_chargeDeclined');
    await world.becomes(orderId, 'retry_due');
    const stale = await eventually('the webhook of the decline', () =>
      world.webhooks.find((one) => one.orderId === orderId && one.type === 'payment_intent.payment_failed'),
    );
    await world.publish(retried(orderId, 2));
    const { intentId } = await world.becomes(orderId, 'authorized');
    await stale.publish();
    await world.publish(nudged(orderId, intentId, 'payment_intent.payment_failed'));
    await world.quiet();
    expect(await world.stateOf(orderId)).toMatchObject({ status: 'authorized' });
    expect(world.said(orderId)).toEqual(['payment.declined', 'payment.authorized']);
  });
});

describe('two cancels', () => {
  test('void once', async () => {
    const { orderId } = await world.authorised();
    await world.publish(cancelRequested(orderId, 'pending'), cancelRequested(orderId, 'pending'), cancelled(orderId));
    expect((await world.bed.fact(PaymentVoided, orderId)).data.amount).toEqual(total);
    await world.quiet();
    expect(world.said(orderId)).toEqual(['payment.authorized', 'payment.voided']);
    expect((await intentOf(orderId)).status).toBe('canceled');
  });

  test('refund once', async () => {
    const { orderId, intentId } = await world.captured();
    await world.publish(cancelled(orderId), cancelled(orderId), expired(orderId));
    await world.bed.fact(PaymentRefunded, orderId);
    await world.quiet();
    expect(world.said(orderId)).toEqual(['payment.authorized', 'payment.captured', 'payment.refunded']);
    expect((await world.emulator.stripe.refunds.list({ payment_intent: intentId })).data).toHaveLength(1);
  });
});

describe('refund retried after a timeout', () => {
  test.each([
    ['the answer was lost on the way', { failAfter: 2, failAfterWith: 'close' }],
    ['Stripe answered 500 after it had refunded', { failAfter: 1, failAfterWith: 500 }],
    ['Stripe was down before it could', { failNext: 1 }],
  ])('%s: the customer gets the money once', async (_, switches) => {
    const { orderId, intentId } = await world.captured();
    await world.emulator.control({ ...switches, match: '"refundId"' });
    await world.publish(refundRequested(orderId, eur(1_000)));
    expect((await world.bed.fact(PaymentRefunded, orderId)).data.totalRefunded).toEqual(eur(1_000));
    const { data } = await world.emulator.stripe.refunds.list({ payment_intent: intentId });
    expect(data.map(({ amount }) => amount)).toEqual([1_000]);
  });

  test('the process dies between the refund and its commit: it is found, long after the key was forgotten', async () => {
    const { orderId, intentId } = await world.captured();
    const refundId = randomUUID();
    const metadata = { orderId, refundId };
    await world.emulator.stripe.refunds.create({ payment_intent: intentId, amount: 1_000, metadata });
    await world.publish(refundRequested(orderId, eur(1_000), refundId));
    expect((await world.bed.fact(PaymentRefunded, orderId)).data).toMatchObject({ refundId, amount: eur(1_000) });
    expect((await world.emulator.stripe.refunds.list({ payment_intent: intentId })).data).toHaveLength(1);
  });
});

describe('a process that dies after Stripe has done what was asked, before it is noted', () => {
  const died = async () => {
    throw new Error('the process died here');
  };

  test('of a final decline: the order still fails for that decline', async () => {
    const orderId = await world.order('pm_card_visa_chargeDeclined');
    for (const attempt of [2, 3, 4, 5]) {
      await eventually('the decline', () => world.said(orderId).length === attempt - 1);
      if (attempt === 5) world.after('cancel', died);
      await world.publish(retried(orderId, attempt, 'pm_card_chargeDeclinedExpiredCard'));
    }
    expect(await world.becomes(orderId, 'declined')).toMatchObject({ attempt: 5, code: 'expired_card' });
    await world.quiet();
    expect(world.said(orderId)).toEqual(Array(5).fill('payment.declined'));
  });

  test.each([
    ['pay', ['payment.authorized']],
    ['capture', ['payment.authorized', 'payment.captured']],
    ['cancel', ['payment.authorized', 'payment.voided']],
    ['refund', ['payment.authorized', 'payment.captured', 'payment.refunded']],
  ] as const)('of %s: it is done and said once', async (call, said) => {
    world.after(call, died);
    const { orderId, intentId } = call === 'refund' ? await world.captured() : await world.authorised();
    if (call === 'capture') await world.publish(dispatched(orderId));
    if (call === 'cancel' || call === 'refund') await world.publish(cancelled(orderId));
    await eventually('all of it', () => world.said(orderId).length === said.length);
    await world.quiet();
    expect(world.said(orderId)).toEqual(said);
    expect(await world.emulator.intents(orderId)).toHaveLength(1);
    const refunds = (await world.emulator.stripe.refunds.list({ payment_intent: intentId })).data;
    expect(refunds).toHaveLength(call === 'refund' ? 1 : 0);
  });
});
