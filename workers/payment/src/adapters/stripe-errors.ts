import {
  DependencyError,
  errorMessage,
  NotYetError,
  PermanentError,
  TransientError,
  UnknownOutcomeError,
} from '@orderflow/runtime';
import Stripe from 'stripe';
import type { Refusal } from './cards.ts';

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
  if (isOfAnother(error)) return true;
  if (!(error instanceof StripeError)) return false;
  if (error.code === 'payment_intent_unexpected_state') return true;
  return saysNothing(error.statusCode) && isReplayed(error);
}

/** The key was used with other parameters. */
export const isOfAnother = (error: unknown): boolean => error instanceof StripeIdempotencyError;

/** The intent's state forbids what was asked, now and not when the key was used first: another key would not help. */
export const isForbiddenNow = (error: unknown): boolean =>
  error instanceof StripeError && error.code === 'payment_intent_unexpected_state' && !isReplayed(error);

/** It is the answer to an earlier request with the same key. */
export const isReplayed = (error: unknown): boolean =>
  error instanceof StripeError && error.headers?.['idempotent-replayed'] === 'true';

/** Nobody knows how far it got. 424: something that Stripe depends on has failed (https://docs.stripe.com/api/errors). */
const saysNothing = (status = 0): boolean => status >= 500 || status === 424;

/** These codes would help a thief who holds the card (https://docs.stripe.com/declines/codes). */
const NOT_FOR_CUSTOMERS = new Set(['fraudulent', 'lost_card', 'stolen_card', 'pickup_card', 'merchant_blacklist']);
const DECLINED: Refusal = { code: 'generic_decline', message: 'The card was declined.' };

/** Why a card was declined, as its holder may know it. */
export function declineOf({
  decline_code,
  code,
  message,
}: {
  readonly decline_code?: string | undefined;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}): Refusal {
  if (NOT_FOR_CUSTOMERS.has(decline_code ?? '')) return DECLINED;
  return { code: decline_code || code || 'declined', message: message || DECLINED.message };
}

/** A payment method that was used before is refused without a code or a word of which parameter is at fault. */
const isUsedMethod = ({ statusCode, param, code }: Stripe.errors.StripeError): boolean =>
  statusCode === 400 && !param && (!code || code.startsWith('payment_method_'));

/** Only what a bank says is written for customers (https://docs.stripe.com/api/errors). */
const usedOf = ({ code }: Stripe.errors.StripeError): Refusal => ({
  code: code || 'payment_method_used',
  message: 'This payment method can not be used again. Enter it anew, or take another one.',
});

/** The refusal in a decline, or in a payment method or amount that Stripe does not take; else undefined. */
export function refusalIn(
  error: unknown,
): { refusal: Refusal & { hopeless: boolean }; intent: Stripe.PaymentIntent | undefined } | undefined {
  if (!(error instanceof StripeError)) return undefined;
  const customers =
    error.rawType === 'invalid_request_error' &&
    !isSpentKey(error) &&
    (CUSTOMERS_PARAMETERS.test(error.param ?? '') || isUsedMethod(error));
  if (!(error instanceof StripeCardError) && !customers) return undefined;
  const refusal = isUsedMethod(error) ? usedOf(error) : declineOf(error);
  return {
    refusal: { ...refusal, hopeless: customers && /^(amount|currency)\b/.test(error.param ?? '') },
    intent: error instanceof StripeCardError ? error.payment_intent : undefined,
  };
}

/** Why Stripe will never make this refund: more than is left, disputed, too late; else undefined. */
export function refundRefusalIn(error: unknown): (Refusal & { hopeless: boolean }) | undefined {
  if (!(error instanceof StripeError) || error.statusCode !== 400 || isSpentKey(error)) return undefined;
  const code = error.code || (error.param === 'amount' ? 'amount_too_large' : 'refund_refused');
  return { code, message: error.message || 'Stripe refused the refund.', hopeless: true };
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
  const status = error.statusCode ?? 0;
  // Too much at once, or another request holds the object (https://docs.stripe.com/rate-limits): Stripe is well.
  if (error instanceof StripeRateLimitError || status === 429)
    return new TransientError(`stripe: ${error.message}`, because);
  // The same request is under way in another replica.
  if (status === 409) return new NotYetError(`stripe: ${error.message}`, because);
  // One bank or card network has failed; the request with the same key tells what came of it.
  if (status === 424) return new TransientError(`stripe: ${error.message}`, because);
  // A revoked key is mended by people: orders wait for it, they are not given up.
  if (status === 401 || status === 403) return new DependencyError('stripe', error.message, because);
  if (status >= 400 && !saysNothing(status)) return new PermanentError(`stripe: ${error.message}`, because);
  return new UnknownOutcomeError('stripe', error.message || 'no readable answer', because);
}
