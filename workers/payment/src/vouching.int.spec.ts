import { randomUUID } from 'node:crypto';
import { PaymentSecured, PaymentUnsecured } from '@orderflow/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { cancelled, confirmed, dispatched, eur, placed, reserved, retried, total } from './testing/facts.ts';
import { startWorld, type World } from './testing/world.ts';

const DECLINED = 'pm_card_visa_chargeDeclined';

let world: World;
beforeAll(async () => {
  world = await startWorld(inject('infrastructure'));
});
afterEach(() => world.reset());
afterAll(() => world?.close());

const unsecured = (orderId: string, code: string) =>
  world.bed.fact(PaymentUnsecured, orderId, ({ data }) => data.code === code);
const words = (orderId: string) =>
  world.said(orderId).filter((type) => type === 'payment.secured' || type === 'payment.unsecured');

describe('a confirmed order', () => {
  test('given its money is authorised, payment vouches for it, once for an event', async () => {
    const { orderId } = await world.authorised();
    const event = confirmed(orderId);
    await world.publish(event, event);
    expect((await world.bed.fact(PaymentSecured, orderId)).data).toEqual({ amount: total, version: 1 });
    await world.quiet();
    expect(words(orderId)).toEqual(['payment.secured']);
  });

  test('given it is captured already, too', async () => {
    const { orderId } = await world.captured();
    await world.publish(confirmed(orderId));
    expect((await world.bed.fact(PaymentSecured, orderId)).data.amount).toEqual(total);
  });

  test('given its card was declined, payment does not, whoever has said what; once another card is good, it does', async () => {
    const orderId = await world.order(DECLINED);
    await world.becomes(orderId, 'retry_due');
    await world.publish(confirmed(orderId));
    expect((await unsecured(orderId, 'not_authorized')).data.version).toBe(1);

    await world.publish(retried(orderId, 2));
    expect((await world.bed.fact(PaymentSecured, orderId)).data).toEqual({ amount: total, version: 2 });
  });

  test('given payment has never heard of it, it does not; once the order is known and paid, it does, and takes its money', async () => {
    const orderId = randomUUID();
    await world.publish(confirmed(orderId));
    await unsecured(orderId, 'unknown_order');
    expect((await world.stateOf(orderId))?.status).toBe('unknown');

    await world.publish(placed(orderId));
    await world.becomes(orderId, 'awaiting_stock');
    await world.publish(reserved(orderId, world.inMinutes(15)));
    expect((await world.bed.fact(PaymentSecured, orderId)).data.version).toBe(2);
    await world.publish(dispatched(orderId));
    await world.becomes(orderId, 'captured');
    expect(words(orderId)).toEqual(['payment.unsecured', 'payment.secured']);
  });

  test('given it is of more than was authorised, payment does not vouch for it', async () => {
    const { orderId } = await world.authorised();
    await world.publish(confirmed(orderId, eur(total.amount + 1)));
    await unsecured(orderId, 'other_amount');
  });
});

describe('an authorisation that payment has vouched for', () => {
  const vouched = async () => {
    const { orderId } = await world.authorised();
    await world.publish(confirmed(orderId));
    await world.bed.fact(PaymentSecured, orderId);
    return orderId;
  };

  test('given somebody cancels it at Stripe, the word is taken back', async () => {
    await world.listenToWebhooks();
    const orderId = await vouched();
    const { id } = await world.emulator.intent(orderId);
    await world.emulator.stripe.paymentIntents.cancel(id);
    expect((await unsecured(orderId, 'voided')).data.version).toBe(2);
    expect(words(orderId)).toEqual(['payment.secured', 'payment.unsecured']);
  });

  test('given its order is cancelled, nothing is taken back: everybody knows', async () => {
    const orderId = await vouched();
    await world.publish(cancelled(orderId));
    await world.becomes(orderId, 'voided');
    await world.publish(confirmed(orderId));
    await world.quiet();
    expect(words(orderId)).toEqual(['payment.secured']);
  });
});
