import { randomUUID } from 'node:crypto';
import { PaymentSecured, PaymentUnsecured } from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { cancelled, confirmed, dispatched, placed, reserved, retried, total } from './testing/events.ts';
import { type PaymentFixture, startPaymentFixture } from './testing/payment-fixture.ts';

const DECLINED = 'pm_card_visa_chargeDeclined';

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await startPaymentFixture(inject('infrastructure'));
});
afterEach(() => fixture.reset());
afterAll(() => fixture?.close());

const unsecured = (orderId: string, code: string) =>
  fixture.workers.fact(PaymentUnsecured, orderId, ({ data }) => data.code === code);
const words = (orderId: string) =>
  fixture.said(orderId).filter((type) => type === 'payment.secured' || type === 'payment.unsecured');

describe('a confirmed order', () => {
  test('given its money is authorised, payment vouches for it, once for an event', async () => {
    const { orderId } = await fixture.authorised();
    const event = confirmed(orderId);
    await fixture.publish(event, event);
    expect((await fixture.workers.fact(PaymentSecured, orderId)).data).toEqual({ amount: total, version: 1 });
    await fixture.quiet();
    expect(words(orderId)).toEqual(['payment.secured']);
  });

  test('given it is captured already, too', async () => {
    const { orderId } = await fixture.captured();
    await fixture.publish(confirmed(orderId));
    expect((await fixture.workers.fact(PaymentSecured, orderId)).data.amount).toEqual(total);
  });

  test('given its card was declined, payment does not, whoever has said what; once another card is good, it does', async () => {
    const orderId = await fixture.order(DECLINED);
    await fixture.becomes(orderId, 'retry_due');
    await fixture.publish(confirmed(orderId));
    expect((await unsecured(orderId, 'not_authorized')).data.version).toBe(1);

    await fixture.publish(retried(orderId, 2));
    expect((await fixture.workers.fact(PaymentSecured, orderId)).data).toEqual({ amount: total, version: 2 });
  });

  test('given payment has never heard of it, it does not; once the order is known and paid, it does, and takes its money', async () => {
    const orderId = randomUUID();
    await fixture.publish(confirmed(orderId));
    await unsecured(orderId, 'unknown_order');
    expect((await fixture.stateOf(orderId))?.status).toBe('unknown');

    await fixture.publish(placed(orderId));
    await fixture.becomes(orderId, 'awaiting_stock');
    await fixture.publish(reserved(orderId, fixture.inMinutes(15)));
    expect((await fixture.workers.fact(PaymentSecured, orderId)).data.version).toBe(2);
    await fixture.publish(dispatched(orderId));
    await fixture.becomes(orderId, 'captured');
    expect(words(orderId)).toEqual(['payment.unsecured', 'payment.secured']);
  });

  test('given it is of more than was authorised, payment does not vouch for it', async () => {
    const { orderId } = await fixture.authorised();
    await fixture.publish(confirmed(orderId, eur(total.amount + 1)));
    await unsecured(orderId, 'other_amount');
  });
});

describe('an authorisation that payment has vouched for', () => {
  const vouched = async () => {
    const { orderId } = await fixture.authorised();
    await fixture.publish(confirmed(orderId));
    await fixture.workers.fact(PaymentSecured, orderId);
    return orderId;
  };

  test('given somebody cancels it at Stripe, the word is taken back', async () => {
    await fixture.listenToWebhooks();
    const orderId = await vouched();
    const { id } = await fixture.emulator.intent(orderId);
    await fixture.emulator.stripe.paymentIntents.cancel(id);
    expect((await unsecured(orderId, 'voided')).data.version).toBe(2);
    expect(words(orderId)).toEqual(['payment.secured', 'payment.unsecured']);
  });

  test('given its order is cancelled, nothing is taken back: everybody knows', async () => {
    const orderId = await vouched();
    await fixture.publish(cancelled(orderId));
    await fixture.becomes(orderId, 'voided');
    await fixture.publish(confirmed(orderId));
    await fixture.quiet();
    expect(words(orderId)).toEqual(['payment.secured']);
  });
});
