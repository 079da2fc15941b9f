import { cardOf } from '@orderflow/contracts';
import { errorMessage, type Logger } from '@orderflow/runtime';
import Stripe from 'stripe';
import { addressOf } from './challenges.ts';

export interface CardLookup {
  /**
   * The card behind a payment method, hashed as `payment.declined` has it; undefined: it is none, or Stripe could not say.
   * Nobody has to wait for a Stripe that is away: payment will refuse what is no payment method.
   */
  cardOf(paymentMethod: string): Promise<string | undefined>;
}

const TIMEOUT_MS = 2_000;

export function stripeCardLookup(config: { apiKey: string; url?: string | undefined }, log: Logger): CardLookup {
  const stripe = new Stripe(config.apiKey, {
    ...addressOf(config.url),
    timeout: TIMEOUT_MS,
    maxNetworkRetries: 0,
    telemetry: false,
  });
  return {
    async cardOf(paymentMethod) {
      try {
        const { card } = await stripe.paymentMethods.retrieve(paymentMethod);
        return cardOf(card?.fingerprint);
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeError && error.statusCode === 404))
          log.warn({ error: errorMessage(error) }, 'Stripe could not be asked about a card');
        return undefined;
      }
    },
  };
}
