import { startStripe } from '@orderflow/emulator-stripe';
import Stripe from 'stripe';

const STRIPE_API_KEY = 'sk_test_payment';

const WEBHOOK_SECRET = 'whsec_payment';
type Outcome = 'succeed' | 'fail';

/** The Stripe emulator with its switches at hand, for specs. */
export async function startEmulator() {
  const { url, port, close } = await startStripe({ port: 0, apiKey: STRIPE_API_KEY, webhookSecret: WEBHOOK_SECRET });
  const stripe = new Stripe(STRIPE_API_KEY, { host: '127.0.0.1', port, protocol: 'http', telemetry: false });
  const send = async (method: string, path: string, body?: unknown) => {
    const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json() as Promise<unknown>;
  };

  return {
    config: { STRIPE_API_KEY, STRIPE_API_URL: url },
    stripe,
    close,
    control: (switches: object) => send('PUT', '/_control', switches),
    /** Money for an order appears at Stripe, whoever sent it. */
    pay: (orderId: string, amount: number, capture_method: 'manual' | 'automatic', idempotencyKey?: string) =>
      stripe.paymentIntents.create(
        {
          amount,
          currency: 'eur',
          capture_method,
          confirm: true,
          payment_method: 'pm_card_visa',
          automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
          metadata: { orderId },
        },
        idempotencyKey === undefined ? {} : { idempotencyKey },
      ),
    /** The customer answers the bank's question. */
    authenticate: (intentId: string, outcome: Outcome) =>
      send('POST', `/_control/payment_intents/${intentId}/authenticate`, { outcome }),
    /** What was processing is decided. */
    process: (intentId: string, outcome: Outcome) =>
      send('POST', `/_control/payment_intents/${intentId}/process`, { outcome }),
    /** The bank decides on a refund. */
    settleRefund: (stripeRefundId: string, status: 'succeeded' | 'failed') =>
      send('POST', `/_control/refunds/${stripeRefundId}`, { status }),
    /** What banks, Radar and the dashboard do. */
    dispute: (intentId: string) =>
      send('POST', `/_control/payment_intents/${intentId}/dispute`, {}) as Promise<{ id: string }>,
    closeDispute: (id: string, status: 'won' | 'lost') => send('POST', `/_control/disputes/${id}`, { status }),
    openReview: (intentId: string) =>
      send('POST', `/_control/payment_intents/${intentId}/review`, {}) as Promise<{ id: string }>,
    closeReview: (id: string) => send('POST', `/_control/reviews/${id}`, { closed_reason: 'approved' }),
    /** Verifies a webhook as the gateway does. */
    verified: (body: string, signature: string) => stripe.webhooks.constructEvent(body, signature, WEBHOOK_SECRET),
    /** Everything works again, at once. */
    reset: () => send('DELETE', '/_control'),
    /** All intents of an order. */
    intents: async (orderId: string) => {
      const all = await stripe.paymentIntents.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 });
      return all.filter((intent) => intent.metadata.orderId === orderId);
    },
    /** The intent of an order, which has one and no other. */
    intent: async (orderId: string) => {
      const all = await stripe.paymentIntents.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 });
      const [intent, ...others] = all.filter(({ metadata }) => metadata.orderId === orderId);
      if (!intent || others.length > 0) throw new Error(`given one intent, got ${others.length + (intent ? 1 : 0)}`);
      return intent;
    },
    /** The intents of an order, however many others there are. */
    found: async (orderId: string) =>
      (await stripe.paymentIntents.search({ query: `metadata["orderId"]:"${orderId}"` })).data,
    forgetCalls: () => send('DELETE', '/_control/calls'),
    /** What was asked for: `path=…&idempotencyKey=…`. */
    calls: (query: string) =>
      send('GET', `/_control/calls?${query}`) as Promise<{ path: string; method: string; idempotencyKey?: string }[]>,
    /** Uses a key up for something else, so that Stripe refuses it for our request. */
    spend: async (idempotencyKey: string) => {
      const method = { payment_method: 'pm_card_visa', confirm: true } as const;
      const automatic_payment_methods = { enabled: true, allow_redirects: 'never' } as const;
      await stripe.paymentIntents.create(
        { amount: 100, currency: 'eur', ...method, automatic_payment_methods },
        { idempotencyKey },
      );
    },
  };
}
