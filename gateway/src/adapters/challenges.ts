import { errorMessage, type Logger } from '@orderflow/runtime';
import Stripe from 'stripe';
import { DomainError } from '../platform/domain-error.ts';

/** Stripe.js takes the secret; `url` is the bank's page, which only a stand-in for Stripe names. */
export interface Challenge {
  readonly clientSecret: string;
  readonly url?: string;
}

/** What the gateway has to ask Stripe about a payment. */
export interface Challenges {
  /**
   * How a payment's challenge is answered; undefined: it waits for nothing.
   * @throws PROVIDER_UNAVAILABLE
   */
  challengeOf(intentId: string): Promise<Challenge | undefined>;
  /**
   * The order that a payment is for, as its metadata says; undefined: there is no such payment, or it names none.
   * @throws PROVIDER_UNAVAILABLE
   */
  orderOf(intentId: string): Promise<string | undefined>;
}

/** A customer waits: rather an error soon than an answer late. */
const TIMEOUT_MS = 5_000;

export function stripeChallenges(config: { apiKey: string; url?: string | undefined }, log: Logger): Challenges {
  const stripe = new Stripe(config.apiKey, {
    ...addressOf(config.url),
    timeout: TIMEOUT_MS,
    maxNetworkRetries: 0,
    telemetry: false,
  });
  const retrieved = async (intentId: string): Promise<Stripe.PaymentIntent | undefined> => {
    try {
      return await stripe.paymentIntents.retrieve(intentId);
    } catch (error) {
      if (error instanceof Stripe.errors.StripeError && error.statusCode === 404) return undefined;
      log.warn({ intentId, error: errorMessage(error) }, 'Stripe could not be asked about a payment');
      throw new DomainError('PROVIDER_UNAVAILABLE', 'Stripe cannot be asked at the moment; try again');
    }
  };
  return {
    async challengeOf(intentId) {
      const intent = await retrieved(intentId);
      if (intent?.status !== 'requires_action' || !intent.client_secret) return undefined;
      const url = config.url === undefined ? undefined : standInsPage(intent);
      return { clientSecret: intent.client_secret, ...(url !== undefined && { url }) };
    },
    orderOf: async (intentId) => (await retrieved(intentId))?.metadata.orderId,
  };
}

/** Stripe.js finds the page of a real bank by itself. */
function standInsPage({ next_action }: Stripe.PaymentIntent): string | undefined {
  const sdk = next_action?.use_stripe_sdk as { stripe_js?: string } | undefined;
  return next_action?.redirect_to_url?.url ?? sdk?.stripe_js;
}

export function addressOf(url: string | undefined): { host?: string; port?: number; protocol?: 'http' | 'https' } {
  if (url === undefined) return {};
  const { hostname, port, protocol } = new URL(url);
  const plain = protocol === 'http:';
  return { host: hostname, port: Number(port || (plain ? 80 : 443)), protocol: plain ? 'http' : 'https' };
}
