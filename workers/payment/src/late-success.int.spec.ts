import { PaymentAuthorized, PaymentExpired } from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { expired, nudged, retried } from './testing/facts.ts';
import { startWorld, type World } from './testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld(inject('infrastructure'));
});
afterEach(() => world.reset());
afterAll(() => world.close());

const intentOf = (orderId: string) => world.emulator.intent(orderId);

describe('expiry against late success', () => {
  const challenged = async () => {
    const orderId = await world.order('pm_card_authenticationRequired');
    return { orderId, ...(await world.becomes(orderId, 'action_required')) };
  };

  test('the customer approves while we ask Stripe, before we cancel: nothing stays authorised', async () => {
    const { orderId, intentId } = await challenged();
    world.after('look', () => world.emulator.authenticate(intentId, 'succeed'));
    world.bed.clock.advance(31 * 60_000);
    await world.bed.fact(PaymentExpired, orderId);
    await world.becomes(orderId, 'voided');
    expect(await intentOf(orderId)).toMatchObject({ status: 'canceled', amount_capturable: 0 });
    await world.publish(nudged(orderId, intentId, 'payment_intent.amount_capturable_updated'));
    await world.quiet();
    expect(world.said(orderId)).not.toContain('payment.authorized');
  });

  test('the success is committed while the expiry asks Stripe: the order is paid, not expired', async () => {
    const { orderId, intentId } = await challenged();
    world.after('look', async () => {
      await world.emulator.authenticate(intentId, 'succeed');
      await world.publish(nudged(orderId, intentId));
      await world.becomes(orderId, 'authorized');
      throw new Error('the process died here');
    });
    world.bed.clock.advance(31 * 60_000);
    await world.bed.fact(PaymentAuthorized, orderId);
    await world.quiet();
    expect(world.said(orderId)).toEqual(['payment.action_required', 'payment.authorized']);
    expect((await intentOf(orderId)).status).toBe('requires_capture');
  });

  test('the success is committed between the question and what follows from it: the order is paid, and stays so', async () => {
    const { orderId, intentId } = await challenged();
    world.after('look', async () => {
      await world.emulator.authenticate(intentId, 'succeed');
      await world.publish(nudged(orderId, intentId));
      await world.becomes(orderId, 'authorized');
    });
    world.bed.clock.advance(31 * 60_000);
    await world.becomes(orderId, 'authorized');
    await world.quiet();
    expect(world.said(orderId)).toEqual(['payment.action_required', 'payment.authorized']);
    expect((await intentOf(orderId)).status).toBe('requires_capture');
  });

  test('the success comes after the expiry, while its cancel is on its way: given back, and never confirmed', async () => {
    const { orderId, intentId } = await challenged();
    world.after('look', async () => {
      world.after('look', async () => {
        await world.emulator.authenticate(intentId, 'succeed');
        await world.publish(nudged(orderId, intentId));
        await world.becomes(orderId, 'voided');
      });
    });
    world.bed.clock.advance(31 * 60_000);
    await world.becomes(orderId, 'voided');
    await world.quiet();
    expect(world.said(orderId)).toEqual(['payment.action_required', 'payment.expired', 'payment.voided']);
    expect(await intentOf(orderId)).toMatchObject({ status: 'canceled', amount_capturable: 0 });
  });

  test('the process dies before and after its cancel: the intent is cancelled, and the expiry said once', async () => {
    const { orderId } = await challenged();
    const died = async () => {
      throw new Error('the process died here');
    };
    world.after('cancel', died);
    world.after('look', async () => {
      world.after('look', died);
      await died();
    });
    world.bed.clock.advance(31 * 60_000);
    await world.becomes(orderId, 'expired');
    await world.quiet();
    expect(world.said(orderId)).toEqual(['payment.action_required', 'payment.expired']);
    expect((await intentOf(orderId)).status).toBe('canceled');
  });

  test('the order expired before the success is heard of: it is given back', async () => {
    const { orderId, intentId } = await challenged();
    await world.emulator.authenticate(intentId, 'succeed');
    await world.publish(expired(orderId), nudged(orderId, intentId));
    await eventually('an end', async () => (await intentOf(orderId)).status === 'canceled');
    await world.quiet();
    expect(await world.stateOf(orderId)).toMatchObject({ status: 'voided' });
  });

  test('a second card is being authorised when the time is over: one of the two wins, and Stripe agrees', async () => {
    const orderId = await world.order('pm_card_visa_chargeDeclined');
    await world.becomes(orderId, 'retry_due');
    world.after('pay', async () => {
      world.bed.clock.advance(16 * 60_000);
      await eventually('the deadline', async () => (await world.stateOf(orderId))?.status !== 'retry_due');
    });
    await world.publish(retried(orderId, 2));
    await world.becomes(orderId, 'authorized');
    await world.quiet();
    expect(world.said(orderId)).toEqual(['payment.declined', 'payment.authorized']);
    expect((await intentOf(orderId)).status).toBe('requires_capture');
  });
});

describe('final decline against late success', () => {
  /** The last challenge has failed, but whoever holds its client secret may still confirm with another card. */
  const lastOneFails = async (interrupt: (orderId: string, intentId: string) => Promise<unknown>) => {
    const orderId = await world.order('pm_card_authenticationRequired');
    await world.becomes(orderId, 'action_required');
    await world.publish(retried(orderId, 5, 'pm_card_authenticationRequired'));
    const { intentId } = await eventually('the last attempt', async () => {
      const state = await world.becomes(orderId, 'action_required');
      return state.attempt === 5 && state;
    });
    await world.emulator.authenticate(intentId, 'fail');
    world.after('look', () => interrupt(orderId, intentId));
    await world.publish(nudged(orderId, intentId));
    return orderId;
  };
  const succeeds = async (orderId: string, intentId: string) => {
    await world.emulator.stripe.paymentIntents.confirm(intentId, { payment_method: 'pm_card_visa' });
    await world.publish(nudged(orderId, intentId, 'payment_intent.amount_capturable_updated'));
  };

  test('the success is committed between the question and what follows from it: the order is paid, and stays so', async () => {
    const orderId = await lastOneFails(async (id, intentId) => {
      await succeeds(id, intentId);
      await world.becomes(id, 'authorized');
    });
    await world.becomes(orderId, 'authorized');
    await world.quiet();
    expect(world.said(orderId).slice(2)).toEqual(['payment.authorized']);
    expect((await intentOf(orderId)).status).toBe('requires_capture');
  });

  test('the success comes after the decline, while its cancel is on its way: given back, and never confirmed', async () => {
    const orderId = await lastOneFails(async (id, intentId) => {
      world.after('look', async () => {
        await succeeds(id, intentId);
        await world.becomes(id, 'voided');
      });
    });
    await world.becomes(orderId, 'voided');
    await world.quiet();
    expect(world.said(orderId).slice(2)).toEqual(['payment.declined', 'payment.voided']);
    expect((await intentOf(orderId)).status).toBe('canceled');
  });
});
