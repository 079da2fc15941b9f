import { DependencyError, errorMessage, NotYetError, PermanentError, UnknownOutcomeError } from '@orderflow/runtime';
import Stripe from 'stripe';

const { StripeError, StripeCardError, StripeConnectionError, StripeIdempotencyError, StripeRateLimitError } =
  Stripe.errors;

/** The connection was never made, so Stripe cannot have heard us. */
const UNHEARD = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);

/** Parameters that come from the customer: when Stripe refuses one of them, that is an answer, not a bug. */
const CUSTOMERS_PARAMETERS = /^(payment_method|amount|currency)\b/;

/**
 * Stripe keeps the first answer under an idempotency key, failures included, and refuses the key for other
 * parameters (https://docs.stripe.com/api/idempotent_requests). Asking again with that key is then useless.
 */
export function isSpentKey(error: unknown): boolean {
  if (error instanceof StripeIdempotencyError) return true;
  if (!(error instanceof StripeError)) return false;
  if (error.code === 'payment_intent_unexpected_state') return true;
  return (error.statusCode ?? 0) >= 500 && error.headers?.['idempotent-replayed'] === 'true';
}

/** The refusal in a decline, or in a payment method or amount that Stripe does not take; else undefined. */
export function refusalIn(error: unknown): { code: string; message: string } | undefined {
  if (!(error instanceof StripeError)) return undefined;
  const customers = error.rawType === 'invalid_request_error' && CUSTOMERS_PARAMETERS.test(error.param ?? '');
  if (!(error instanceof StripeCardError) && !customers) return undefined;
  return { code: error.decline_code || error.code || 'declined', message: error.message || 'The card was declined.' };
}

/** Stripe's error in the runtime's words: did it certainly not happen, may it have, is it useless to try again? */
export function asOutcome(error: unknown): Error {
  const because = { cause: error };
  if (!(error instanceof StripeError)) return error instanceof Error ? error : new Error(errorMessage(error), because);
  if (error instanceof StripeConnectionError) {
    const { code = '' } = (error.detail ?? {}) as { code?: string };
    return UNHEARD.has(code)
      ? new DependencyError('stripe', `not reached (${code})`, because)
      : new UnknownOutcomeError('stripe', error.message, because);
  }
  if (error instanceof StripeRateLimitError) return new DependencyError('stripe', error.message, because);
  const status = error.statusCode ?? 0;
  // The same request is under way in another replica.
  if (status === 409) return new NotYetError(`stripe: ${error.message}`, because);
  // A revoked key is mended by people: orders wait for it, they are not given up.
  if (status === 401 || status === 403) return new DependencyError('stripe', error.message, because);
  if (status >= 400 && status < 500) return new PermanentError(`stripe: ${error.message}`, because);
  return new UnknownOutcomeError('stripe', error.message || 'no readable answer', because);
}
