import { errorMessage, type Logger } from '@orderflow/runtime';
import Stripe from 'stripe';
import { refusal } from '../api/errors.ts';

/** What Stripe knows of a payment that waits for its customer. */
export interface Challenges {
  /**
   * The client secret of a payment that waits for a challenge to be answered; undefined: it waits for nothing.
   * @throws PROVIDER_UNAVAILABLE
   */
  clientSecretOf(intentId: string): Promise<string | undefined>;
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
  return {
    async clientSecretOf(intentId) {
      try {
        const { status, client_secret } = await stripe.paymentIntents.retrieve(intentId);
        return status === 'requires_action' ? (client_secret ?? undefined) : undefined;
      } catch (error) {
        if (error instanceof Stripe.errors.StripeError && error.statusCode === 404) return undefined;
        log.warn({ intentId, error: errorMessage(error) }, 'Stripe could not be asked for a challenge');
        throw refusal('PROVIDER_UNAVAILABLE', 'Stripe cannot be asked at the moment; try again');
      }
    },
  };
}

function addressOf(url: string | undefined): { host?: string; port?: number; protocol?: 'http' | 'https' } {
  if (url === undefined) return {};
  const { hostname, port, protocol } = new URL(url);
  const plain = protocol === 'http:';
  return { host: hostname, port: Number(port || (plain ? 80 : 443)), protocol: plain ? 'http' : 'https' };
}
