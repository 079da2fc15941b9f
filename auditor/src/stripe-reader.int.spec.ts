import { startStripe } from '@orderflow/emulator-stripe';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLive, type StripeReader, stripeReader } from './stripe-reader.ts';

describe('given Stripe with intents of ours', () => {
  let emulator: Awaited<ReturnType<typeof startStripe>>;
  let stripe: Stripe;
  let reader: StripeReader;
  beforeAll(async () => {
    emulator = await startStripe({});
    const { hostname, port } = new URL(emulator.url);
    stripe = new Stripe('sk_test_auditor', { host: hostname, port, protocol: 'http' });
    reader = stripeReader({ apiKey: 'sk_test_auditor', url: emulator.url });
  });
  afterAll(() => emulator.close());

  const authorised = (orderId: string) =>
    stripe.paymentIntents.create({
      amount: 2_490,
      currency: 'eur',
      capture_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_visa',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      metadata: { orderId },
    });

  it('when one is authorised, captured and refunded, each is seen', async () => {
    const { id } = await authorised('order-1');
    const one = { id, orderId: 'order-1', amount: 2_490, currency: 'EUR' };
    const held = await reader.intent(id);
    expect(held).toMatchObject({ ...one, status: 'requires_capture', received: 0, refunded: 0 });
    expect(Math.abs((held?.createdAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);

    await stripe.paymentIntents.capture(id);
    await stripe.refunds.create({ payment_intent: id, amount: 490 });
    const captured = await reader.intent(id);
    expect(captured).toMatchObject({ ...one, status: 'succeeded', received: 2_490, refunded: 490 });
    expect(captured && isLive(captured)).toBe(true);
    const refunds = [];
    for await (const refund of reader.refunds(new Date(Date.now() - 60_000))) refunds.push(refund);
    expect(refunds).toMatchObject([{ intentId: id }]);
  });

  it('when all are listed, a cancelled one is there and not live', async () => {
    const { id } = await authorised('order-2');
    await stripe.paymentIntents.cancel(id);
    const found = [];
    for await (const intent of reader.created(new Date(Date.now() - 60_000))) found.push(intent);

    const cancelled = found.find((intent) => intent.id === id);
    expect(cancelled).toMatchObject({ orderId: 'order-2', status: 'canceled' });
    expect(cancelled && isLive(cancelled)).toBe(false);
  });

  it('when there is none with an id, there is none', async () => {
    expect(await reader.intent('pi_none')).toBeNull();
  });
});
