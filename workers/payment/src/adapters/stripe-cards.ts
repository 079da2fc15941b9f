import { UnknownOutcomeError } from '@orderflow/runtime';
import Stripe from 'stripe';
import type { Authorization, AuthorizationRequest, Cards, OfIntent } from './cards.ts';
import { asOutcome, isSpentKey, refusalIn } from './stripe-errors.ts';
import { type IntentStatus, intentLookup } from './stripe-lookup.ts';

export interface StripeConfig {
  readonly STRIPE_API_KEY: string;
  /** Where the API is served; unset is the real one. */
  readonly STRIPE_API_URL?: string | undefined;
}

const UNCONFIRMED: IntentStatus[] = ['requires_action', 'requires_confirmation'];
/** A lookup and the call after it fit into a handler's time. */
const TIMEOUT_MS = 8_000;
/** Stripe promises an authorisation of a card for about a week where the charge says nothing. */
const DEFAULT_HOLD_SECONDS = 7 * 24 * 3_600;
const MAX_KEYS = 5;

/** Charges cards with Stripe: one PaymentIntent per order, captured by hand. */
export function stripeCards(config: StripeConfig): Cards {
  const stripe = new Stripe(config.STRIPE_API_KEY, {
    ...addressOf(config.STRIPE_API_URL),
    timeout: TIMEOUT_MS,
    // The queue retries.
    maxNetworkRetries: 0,
    telemetry: false,
  });
  const expand = ['latest_charge'];
  const { found, movedOn } = intentLookup(stripe);

  const create = (request: AuthorizationRequest) => (idempotencyKey: string) =>
    stripe.paymentIntents.create(
      {
        amount: request.amount.amount,
        currency: request.amount.currency.toLowerCase(),
        capture_method: 'manual',
        confirm: true,
        payment_method: request.paymentMethod,
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        metadata: { orderId: request.orderId, attempt: String(request.attempt) },
        expand,
      },
      { idempotencyKey },
    );

  /** Until customers can answer a 3-D Secure challenge, one is a decline. */
  const settled = async (intent: Stripe.PaymentIntent, orderId: string): Promise<Authorization> => {
    if (!UNCONFIRMED.includes(intent.status)) return outcomeOf(intent);
    const cancel = (idempotencyKey: string) =>
      stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned', expand }, { idempotencyKey });
    return outcomeOf(await once(`challenge:${orderId}`, cancel, () => movedOn(intent.id, UNCONFIRMED)));
  };

  return {
    authorize: (request) =>
      inOurWords(async () => {
        const find = () => found(request.orderId);
        const before = request.triedBefore ? await find() : undefined;
        try {
          const intent = before ?? (await once(`pi:${request.orderId}:${request.attempt}`, create(request), find));
          return await settled(intent, request.orderId);
        } catch (error) {
          const refusal = refusalIn(error);
          if (refusal) return { status: 'declined', ...refusal };
          throw error;
        }
      }),

    find: (orderId) =>
      inOurWords(async () => {
        const intent = await found(orderId);
        return intent && settled(intent, orderId);
      }),

    capture: ({ intentId, orderId, triedBefore }: OfIntent) =>
      inOurWords(async () => {
        const done = () => movedOn(intentId, ['requires_capture']);
        const capture = (idempotencyKey: string) => stripe.paymentIntents.capture(intentId, {}, { idempotencyKey });
        const intent = (triedBefore ? await done() : undefined) ?? (await once(`capture:${orderId}`, capture, done));
        return intent.status === 'succeeded' ? 'captured' : 'gone';
      }),

    void: ({ intentId, orderId, triedBefore }: OfIntent) =>
      inOurWords(async () => {
        const done = () => movedOn(intentId, ['requires_capture', ...UNCONFIRMED]);
        const cancel = (idempotencyKey: string) =>
          stripe.paymentIntents.cancel(intentId, { cancellation_reason: 'requested_by_customer' }, { idempotencyKey });
        const intent = (triedBefore ? await done() : undefined) ?? (await once(`void:${orderId}`, cancel, done));
        return intent.status === 'succeeded' ? 'captured' : 'voided';
      }),
  };
}

/**
 * Writes under an idempotency key. When Stripe holds a failure under it, the effect is looked up, and only if
 * there is none the write is repeated under the next key.
 */
async function once(
  key: string,
  write: (idempotencyKey: string) => Promise<Stripe.PaymentIntent>,
  effect: () => Promise<Stripe.PaymentIntent | undefined>,
): Promise<Stripe.PaymentIntent> {
  for (let n = 1; n <= MAX_KEYS; n++) {
    try {
      return await write(n === 1 ? key : `${key}:${n}`);
    } catch (error) {
      if (!isSpentKey(error)) throw error;
      const intent = await effect();
      if (intent) return intent;
    }
  }
  throw new UnknownOutcomeError('stripe', `${MAX_KEYS} keys of ${key} are spent and nothing came of them`);
}

async function inOurWords<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw asOutcome(error);
  }
}

function outcomeOf(intent: Stripe.PaymentIntent): Authorization {
  const currency = intent.currency.toUpperCase();
  switch (intent.status) {
    case 'requires_capture':
      return {
        status: 'authorized',
        intentId: intent.id,
        amount: { amount: intent.amount_capturable, currency },
        captureBefore: captureBeforeOf(intent),
      };
    case 'succeeded':
      return { status: 'captured', intentId: intent.id, amount: { amount: intent.amount_received, currency } };
    case 'canceled':
      return intent.cancellation_reason === 'abandoned'
        ? {
            status: 'declined',
            code: 'authentication_required',
            message: 'The card asks for a confirmation by its owner.',
          }
        : { status: 'declined', code: 'canceled', message: 'The payment was cancelled.' };
    case 'processing':
      throw new UnknownOutcomeError('stripe', `${intent.id} is still being processed`);
    default: {
      const { last_payment_error: error } = intent;
      const code = error?.decline_code || error?.code || intent.status;
      return { status: 'declined', code, message: error?.message ?? 'The card was declined.' };
    }
  }
}

function captureBeforeOf(intent: Stripe.PaymentIntent): string {
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
  const seconds = charge?.payment_method_details?.card?.capture_before ?? intent.created + DEFAULT_HOLD_SECONDS;
  return new Date(seconds * 1000).toISOString();
}

function addressOf(url: string | undefined): { host?: string; port?: number; protocol?: 'http' | 'https' } {
  if (url === undefined) return {};
  const { hostname, port, protocol } = new URL(url);
  const plain = protocol === 'http:';
  return {
    host: hostname,
    port: Number(port || (plain ? 80 : 443)),
    protocol: plain ? 'http' : 'https',
  };
}
