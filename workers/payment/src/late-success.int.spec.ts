import { PaymentAuthorized, PaymentExpired } from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { expired, retried, stripeReported } from './testing/events.ts';
import { type PaymentFixture, startPaymentFixture } from './testing/payment-fixture.ts';

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await startPaymentFixture(inject('infrastructure'));
});
afterEach(() => fixture.reset());
afterAll(() => fixture.close());

const intentOf = (orderId: string) => fixture.emulator.intent(orderId);

describe('expiry against late success', () => {
  const challenged = async () => {
    const orderId = await fixture.order('pm_card_authenticationRequired');
    return { orderId, ...(await fixture.becomes(orderId, 'action_required')) };
  };

  test('the customer approves while we ask Stripe, before we cancel: nothing stays authorised', async () => {
    const { orderId, intentId } = await challenged();
    fixture.after('look', () => fixture.emulator.authenticate(intentId, 'succeed'));
    fixture.workers.clock.advance(31 * 60_000);
    await fixture.workers.fact(PaymentExpired, orderId);
    await fixture.becomes(orderId, 'voided');
    expect(await intentOf(orderId)).toMatchObject({ status: 'canceled', amount_capturable: 0 });
    await fixture.publish(stripeReported(orderId, intentId, 'payment_intent.amount_capturable_updated'));
    await fixture.quiet();
    expect(fixture.said(orderId)).not.toContain('payment.authorized');
  });

  test('the success is committed while the expiry asks Stripe: the order is paid, not expired', async () => {
    const { orderId, intentId } = await challenged();
    fixture.after('look', async () => {
      await fixture.emulator.authenticate(intentId, 'succeed');
      await fixture.publish(stripeReported(orderId, intentId));
      await fixture.becomes(orderId, 'authorized');
      throw new Error('the process died here');
    });
    fixture.workers.clock.advance(31 * 60_000);
    await fixture.workers.fact(PaymentAuthorized, orderId);
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.action_required', 'payment.authorized']);
    expect((await intentOf(orderId)).status).toBe('requires_capture');
  });

  test('the success is committed between the question and what follows from it: the order is paid, and stays so', async () => {
    const { orderId, intentId } = await challenged();
    fixture.after('look', async () => {
      await fixture.emulator.authenticate(intentId, 'succeed');
      await fixture.publish(stripeReported(orderId, intentId));
      await fixture.becomes(orderId, 'authorized');
    });
    fixture.workers.clock.advance(31 * 60_000);
    await fixture.becomes(orderId, 'authorized');
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.action_required', 'payment.authorized']);
    expect((await intentOf(orderId)).status).toBe('requires_capture');
  });

  test('the success comes after the expiry, while its cancel is on its way: given back, and never confirmed', async () => {
    const { orderId, intentId } = await challenged();
    fixture.after('look', async () => {
      fixture.after('look', async () => {
        await fixture.emulator.authenticate(intentId, 'succeed');
        await fixture.publish(stripeReported(orderId, intentId));
        await fixture.becomes(orderId, 'voided');
      });
    });
    fixture.workers.clock.advance(31 * 60_000);
    await fixture.becomes(orderId, 'voided');
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.action_required', 'payment.expired', 'payment.voided']);
    expect(await intentOf(orderId)).toMatchObject({ status: 'canceled', amount_capturable: 0 });
  });

  test('the process dies before and after its cancel: the intent is cancelled, and the expiry said once', async () => {
    const { orderId } = await challenged();
    const died = async () => {
      throw new Error('the process died here');
    };
    fixture.after('cancel', died);
    fixture.after('look', async () => {
      fixture.after('look', died);
      await died();
    });
    fixture.workers.clock.advance(31 * 60_000);
    await fixture.becomes(orderId, 'expired');
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.action_required', 'payment.expired']);
    expect((await intentOf(orderId)).status).toBe('canceled');
  });

  test('the order expired before the success is heard of: it is given back', async () => {
    const { orderId, intentId } = await challenged();
    await fixture.emulator.authenticate(intentId, 'succeed');
    await fixture.publish(expired(orderId), stripeReported(orderId, intentId));
    await eventually('an end', async () => (await intentOf(orderId)).status === 'canceled');
    await fixture.quiet();
    expect(await fixture.stateOf(orderId)).toMatchObject({ status: 'voided' });
  });

  test('a second card is being authorised when the time is over: one of the two wins, and Stripe agrees', async () => {
    const orderId = await fixture.order('pm_card_visa_chargeDeclined');
    await fixture.becomes(orderId, 'retry_due');
    fixture.after('pay', async () => {
      fixture.workers.clock.advance(16 * 60_000);
      await eventually('the deadline', async () => (await fixture.stateOf(orderId))?.status !== 'retry_due');
    });
    await fixture.publish(retried(orderId, 2));
    await fixture.becomes(orderId, 'authorized');
    await fixture.quiet();
    expect(fixture.said(orderId)).toEqual(['payment.declined', 'payment.authorized']);
    expect((await intentOf(orderId)).status).toBe('requires_capture');
  });
});

describe('final decline against late success', () => {
  /** The last challenge has failed, but whoever holds its client secret may still confirm with another card. */
  const lastOneFails = async (interrupt: (orderId: string, intentId: string) => Promise<unknown>) => {
    const orderId = await fixture.order('pm_card_authenticationRequired');
    await fixture.becomes(orderId, 'action_required');
    await fixture.publish(retried(orderId, 5, 'pm_card_authenticationRequired'));
    const { intentId } = await eventually('the last attempt', async () => {
      const state = await fixture.becomes(orderId, 'action_required');
      return state.attempt === 5 && state;
    });
    await fixture.emulator.authenticate(intentId, 'fail');
    fixture.after('look', () => interrupt(orderId, intentId));
    await fixture.publish(stripeReported(orderId, intentId));
    return orderId;
  };
  const succeeds = async (orderId: string, intentId: string) => {
    await fixture.emulator.stripe.paymentIntents.confirm(intentId, { payment_method: 'pm_card_visa' });
    await fixture.publish(stripeReported(orderId, intentId, 'payment_intent.amount_capturable_updated'));
  };

  test('the success is committed between the question and what follows from it: the order is paid, and stays so', async () => {
    const orderId = await lastOneFails(async (id, intentId) => {
      await succeeds(id, intentId);
      await fixture.becomes(id, 'authorized');
    });
    await fixture.becomes(orderId, 'authorized');
    await fixture.quiet();
    expect(fixture.said(orderId).slice(2)).toEqual(['payment.authorized']);
    expect((await intentOf(orderId)).status).toBe('requires_capture');
  });

  test('the success comes after the decline, while its cancel is on its way: given back, and never confirmed', async () => {
    const orderId = await lastOneFails(async (id, intentId) => {
      fixture.after('look', async () => {
        await succeeds(id, intentId);
        await fixture.becomes(id, 'voided');
      });
    });
    await fixture.becomes(orderId, 'voided');
    await fixture.quiet();
    expect(fixture.said(orderId).slice(2)).toEqual(['payment.declined', 'payment.voided']);
    expect((await intentOf(orderId)).status).toBe('canceled');
  });
});
