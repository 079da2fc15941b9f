import Stripe from 'stripe';
import { broker, type Document, ready, store, variable } from './floor.ts';

const payments = (await store('payment')).collection<Document>('payments');
const { hostname, port } = new URL(variable('STRIPE_API_URL'));
const stripe = new Stripe(variable('STRIPE_API_KEY'), {
  host: hostname,
  port: Number(port),
  protocol: 'http',
  maxNetworkRetries: 0,
  telemetry: false,
});

await broker('payment', {
  'inventory.reserved': async ({ orderId, total, currency, paymentMethod }, publish) => {
    const intent = await stripe.paymentIntents.create(
      {
        amount: total,
        currency: currency.toLowerCase(),
        capture_method: 'manual',
        confirm: true,
        payment_method: paymentMethod,
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        metadata: { orderId },
      },
      { idempotencyKey: orderId },
    );
    await payments.insertOne({ _id: orderId, intentId: intent.id, status: intent.status, amount: total });
    const authorized = { orderId, intentId: intent.id };
    await publish('payment.authorized', authorized);
  },
});
ready();
