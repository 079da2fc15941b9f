import { startCarrier } from '@orderflow/emulator-carrier';
import { startStripe } from '@orderflow/emulator-stripe';
import { type ProviderProxy, startProviderProxy } from './provider-proxy.ts';

export const STRIPE_KEY = 'sk_test_simulated';
export const CARRIER_KEY = 'carrier_key_simulated';

/** A webhook that a provider has sent and nobody has received yet. */
export interface Webhook {
  readonly provider: 'stripe' | 'carrier';
  readonly type: string;
  readonly body: string;
}

/** What the emulator knows of a payment; https://docs.stripe.com/api/payment_intents/object */
export interface Intent {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly amount_capturable: number;
  readonly amount_received: number;
  readonly currency: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** https://docs.stripe.com/api/refunds/object */
export interface Refund {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly payment_intent: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface CarrierShipment {
  readonly id: string;
  readonly reference: string;
  readonly status: string;
}

export type Providers = Awaited<ReturnType<typeof startProviders>>;

/** Stripe and the carrier: the real emulators, new for each simulation, behind gates that stay where they are. */
export async function startProviders() {
  const stripeGate = await startProviderProxy('stripe');
  const carrierGate = await startProviderProxy('carrier');
  let emulators: { stripe: Emulator; carrier: Emulator } | undefined;

  const running = () => {
    if (!emulators) throw new Error('the providers have not been started');
    return emulators;
  };
  const stop = async () => {
    await Promise.all([emulators?.stripe.close(), emulators?.carrier.close()]);
    emulators = undefined;
  };

  return {
    stripeUrl: stripeGate.url,
    carrierUrl: carrierGate.url,

    /** Forgets all there was. */
    restart: async () => {
      await stop();
      const [stripe, carrier] = await Promise.all([
        startStripe({ port: 0, apiKey: STRIPE_KEY }),
        startCarrier({ port: 0, apiKey: CARRIER_KEY }),
      ]);
      emulators = {
        stripe: emulator('stripe', stripe, STRIPE_KEY, stripeGate),
        carrier: emulator('carrier', carrier, CARRIER_KEY, carrierGate),
      };
      // No parcel moves by itself and no refund settles by itself: time here is ours.
      await emulators.carrier.call('PUT', '/_control', { hold: true });
      await emulators.stripe.call('PUT', '/_control', { refundSettle: 2 ** 31 - 1 });
    },

    /** What was sent since the last time this was asked. */
    newWebhooks: async (): Promise<Webhook[]> => [
      ...(await running().stripe.newWebhooks()),
      ...(await running().carrier.newWebhooks()),
    ],

    intents: () => running().stripe.list<Intent>('/v1/payment_intents?limit=100'),
    refunds: () => running().stripe.list<Refund>('/v1/refunds?limit=100'),
    answerChallenge: (intentId: string, outcome: 'succeed' | 'fail') =>
      running().stripe.call('POST', `/_control/payment_intents/${intentId}/authenticate`, { outcome }),
    /** As somebody in the dashboard does. */
    cancelIntent: (intentId: string) => running().stripe.call('POST', `/v1/payment_intents/${intentId}/cancel`),
    /** The customer's bank asks the money back. */
    dispute: (intentId: string) => running().stripe.call('POST', `/_control/payment_intents/${intentId}/dispute`, {}),
    settleRefund: (refundId: string, status: 'succeeded' | 'failed') =>
      running().stripe.call('POST', `/_control/refunds/${refundId}`, { status }),

    shipments: async () => {
      const { shipments } = (await running().carrier.call('GET', '/shipments')) as { shipments: CarrierShipment[] };
      return shipments.toReversed();
    },
    scan: (shipmentId: string, status: string) =>
      running().carrier.call('POST', `/_control/shipments/${shipmentId}/scan`, { status }),

    /** Where the carrier collects nothing, from now on. */
    closeWarehouses: (names: readonly string[]) =>
      running().carrier.call('PUT', '/_control', { unavailableOrigins: names }),

    close: async () => {
      await stop();
      await Promise.all([stripeGate.close(), carrierGate.close()]);
    },
  };
}

type Emulator = ReturnType<typeof emulator>;

function emulator(
  provider: Webhook['provider'],
  { url, close }: { url: string; close(): Promise<void> },
  key: string,
  gate: ProviderProxy,
) {
  gate.pointAt(url);
  let seen = 0;
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const headers = { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) };
    const response = await fetch(url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  return {
    close,
    call,
    list: async <T>(path: string) => ((await call('GET', path)) as { data: T[] }).data,
    newWebhooks: async (): Promise<Webhook[]> => {
      const all = (await call('GET', '/_control/webhooks')) as { type: string; body: string }[];
      const news = all.slice(seen).map(({ type, body }) => ({ provider, type, body }));
      seen = all.length;
      return news;
    },
  };
}
