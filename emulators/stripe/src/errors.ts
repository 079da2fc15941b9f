/** The `error` object of Stripe's bodies: https://docs.stripe.com/api/errors */
export type ErrorBody = {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  message: string;
  code?: string;
  decline_code?: string;
  param?: string;
  charge?: string;
  payment_intent?: unknown;
  payment_method?: unknown;
};

export class StripeError extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  /** False when the request failed validation: such an answer isn't kept under the idempotency key. */
  readonly executed: boolean;

  constructor(status: number, body: ErrorBody, executed = false) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.executed = executed;
  }
}

export const invalid = (message: string, extra: Partial<ErrorBody> = {}) =>
  new StripeError(400, { type: 'invalid_request_error', message, ...extra });

export const missing = (kind: string, id: string, param = 'intent', status = 404) =>
  new StripeError(status, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${kind}: '${id}'`,
    param,
  });

/** It was tried before, and is no customer's: said without a code or a parameter. */
export const usedMethod = () =>
  invalid(
    'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
  );

/** The object's state forbids it; this is an outcome, so it is kept under the idempotency key. */
export const unexpectedState = (message: string, payment_intent?: unknown) =>
  new StripeError(
    400,
    { type: 'invalid_request_error', code: 'payment_intent_unexpected_state', message, payment_intent },
    true,
  );

/** An answer that says nothing about what happened, as a gateway or a crashed server gives. */
export function failure(status: number): ErrorBody {
  if (status === 429) {
    return { type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded.' };
  }
  return { type: 'api_error', message: 'Sorry! There was an error while talking to Stripe. We are looking into it.' };
}
