import { outsideCall } from '@orderflow/runtime';
import Stripe from 'stripe';
import type { Cards, PayRequest, RefundRequest } from './cards.ts';
import { asOutcome, refundRefusalIn, refusalIn } from './stripe-errors.ts';
import { type IntentStatus, intentLookup } from './stripe-lookup.ts';
import { once } from './stripe-once.ts';
import { refundSnapshotOf, snapshotOf } from './stripe-snapshot.ts';

export interface StripeConfig {
  readonly STRIPE_API_KEY: string;
  /** Where the API is served; unset is the real one. */
  readonly STRIPE_API_URL?: string | undefined;
}

/** Another payment method may be tried, and the intent be cancelled. */
const UNPAID: IntentStatus[] = ['requires_payment_method', 'requires_confirmation', 'requires_action'];
/** A lookup and the call after it fit into a handler's time. */
const TIMEOUT_MS = 8_000;
const expand = ['latest_charge'];

/** Charges cards with Stripe: one PaymentIntent per order, captured by hand. */
export function stripeCards(config: StripeConfig): Cards {
  const stripe = new Stripe(config.STRIPE_API_KEY, {
    ...addressOf(config.STRIPE_API_URL),
    timeout: TIMEOUT_MS,
    // The queue retries.
    maxNetworkRetries: 0,
    telemetry: false,
  });
  const { found, retrieved, movedOn, refundsOf } = intentLookup(stripe);
  const { create, confirm, capture, cancel, refund } = writes(stripe);

  /** The whole truth: with what was given back, where something was collected. */
  const whole = async (intent: Stripe.PaymentIntent) =>
    snapshotOf(intent, intent.status === 'succeeded' ? await refundsOf(intent.id) : []);

  const paid = async (request: PayRequest): Promise<Stripe.PaymentIntent> => {
    const { orderId, attempt, intentId, triedBefore } = request;
    const effect = () => (intentId === undefined ? found(orderId) : movedOn(intentId, UNPAID));
    const earlier = triedBefore ? await effect() : undefined;
    if (earlier) return earlier;
    const write = intentId === undefined ? create(request) : confirm(intentId, request.paymentMethod);
    const answer = await once(`pi:${orderId}:${attempt}`, write, effect);
    // What is replayed was true once; the customer or the bank may have moved on since.
    return isReplay(answer) ? ((await retrieved(answer.id)) ?? answer) : answer;
  };

  return {
    pay: (request) =>
      inOurWords(async () => {
        try {
          return await whole(await paid(request));
        } catch (error) {
          const refused = refusalIn(error);
          if (!refused) throw error;
          return refused.intent ? snapshotOf(refused.intent) : { status: 'refused', ...refused.refusal };
        }
      }),

    find: (orderId) =>
      inOurWords(async () => {
        const intent = await found(orderId);
        return intent && whole(intent);
      }),

    look: (intentId) =>
      inOurWords(async () => {
        const intent = await retrieved(intentId);
        return intent && whole(intent);
      }),

    capture: ({ intentId, orderId, triedBefore }) =>
      inOurWords(async () => {
        const done = () => movedOn(intentId, ['requires_capture']);
        const earlier = triedBefore ? await done() : undefined;
        // Of what was captured just now nothing can have been given back.
        return earlier ? whole(earlier) : snapshotOf(await once(`capture:${orderId}`, capture(intentId), done));
      }),

    cancel: ({ intentId, orderId, triedBefore, abandoned }) =>
      inOurWords(async () => {
        const done = () => movedOn(intentId, ['requires_capture', ...UNPAID]);
        const write = cancel(intentId, abandoned ? 'abandoned' : 'requested_by_customer');
        return whole((triedBefore && (await done())) || (await once(`void:${orderId}`, write, done)));
      }),

    refund: (request) =>
      inOurWords(async () => {
        const made = async () =>
          (await refundsOf(request.intentId)).find(({ metadata }) => metadata?.refundId === request.refundId);
        try {
          const earlier = request.triedBefore ? await made() : undefined;
          return refundSnapshotOf(earlier ?? (await once(`refund:${request.refundId}`, refund(request), made)));
        } catch (error) {
          const refusal = refundRefusalIn(error);
          if (refusal) return { status: 'refused', ...refusal };
          throw error;
        }
      }),
  };
}

/** What changes something at Stripe, each to be called with a key. */
function writes({ paymentIntents, refunds }: Stripe) {
  return {
    create: (request: PayRequest) => (idempotencyKey: string) =>
      outsideCall('stripe', 'paymentIntents.create', () =>
        paymentIntents.create(
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
        ),
      ),
    confirm: (intentId: string, payment_method: string) => (idempotencyKey: string) =>
      outsideCall('stripe', 'paymentIntents.confirm', () =>
        paymentIntents.confirm(intentId, { payment_method, expand }, { idempotencyKey }),
      ),
    capture: (intentId: string) => (idempotencyKey: string) =>
      outsideCall('stripe', 'paymentIntents.capture', () =>
        paymentIntents.capture(intentId, { expand }, { idempotencyKey }),
      ),
    cancel:
      (intentId: string, cancellation_reason: 'abandoned' | 'requested_by_customer') => (idempotencyKey: string) =>
        outsideCall('stripe', 'paymentIntents.cancel', () =>
          paymentIntents.cancel(intentId, { cancellation_reason, expand }, { idempotencyKey }),
        ),
    refund:
      ({ intentId, orderId, refundId, amount }: RefundRequest) =>
      (idempotencyKey: string) =>
        outsideCall('stripe', 'refunds.create', () =>
          refunds.create(
            { payment_intent: intentId, amount: amount.amount, metadata: { orderId, refundId } },
            { idempotencyKey },
          ),
        ),
  };
}

const isReplay = (answer: object): boolean =>
  (answer as Partial<Stripe.Response<object>>).lastResponse?.headers['idempotent-replayed'] === 'true';

async function inOurWords<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw asOutcome(error);
  }
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
