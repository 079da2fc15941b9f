import type { Money } from '@orderflow/contracts';
import { outsideCall } from '@orderflow/runtime';
import Stripe from 'stripe';
import type { Cards, PayRequest, RefundRequest } from './cards.ts';
import { asOutcome, isReplayed, refundRefusalIn, refusalIn } from './stripe-errors.ts';
import { type IntentStatus, intentLookup } from './stripe-lookup.ts';
import { once } from './stripe-once.ts';
import { idOf, isDisputed, refundSnapshotOf, snapshotOf } from './stripe-snapshot.ts';

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
  const { found, retrieved, movedOn, refund: refundNow, refundsOf, disputesOf, review } = intentLookup(stripe);
  const { create, confirm, capture, cancel, refund } = writes(stripe);

  /** The snapshot of an intent; of a captured one with its refunds, and whatever casts doubt on it. */
  const withRefunds = async (intent: Stripe.PaymentIntent) => {
    const refunds = intent.status === 'succeeded' ? await refundsOf(intent.id) : [];
    const disputes = isDisputed(intent) ? await disputesOf(intent.id) : [];
    const reviewId = idOf(intent.review);
    return snapshotOf(intent, { refunds, disputes, review: reviewId ? await review(reviewId) : undefined });
  };

  /** A replayed answer is as old as its request: the customer or the bank may have moved on since. */
  const asItIs = async (intent: Stripe.PaymentIntent, replayed: boolean) =>
    replayed ? ((await retrieved(intent.id)) ?? intent) : intent;

  const paid = async (request: PayRequest): Promise<Stripe.PaymentIntent> => {
    const { orderId, attempt, intentId, earlier, paymentMethod } = request;
    const key = `pi:${orderId}:${attempt}`;
    if (intentId !== undefined) {
      const effect = () => movedOn(intentId, UNPAID);
      return once({ key, write: confirm(intentId, paymentMethod), effect, certain: true });
    }
    const effect = () => found(orderId);
    const forgotten = earlier.forgotten ? await effect() : undefined;
    if (forgotten) return forgotten;
    return once({ key, write: create(request), effect, certain: earlier.searchable });
  };

  return {
    pay: (request) =>
      translatingErrors(async () => {
        try {
          const answer = await paid(request);
          return await withRefunds(await asItIs(answer, isReplay(answer)));
        } catch (error) {
          const refused = refusalIn(error);
          if (!refused) throw error;
          if (!refused.intent) return { status: 'refused', ...refused.refusal };
          return withRefunds(await asItIs(refused.intent, isReplayed(error)));
        }
      }),

    find: (orderId) =>
      translatingErrors(async () => {
        const intent = await found(orderId);
        return intent && withRefunds(intent);
      }),

    look: (intentId) =>
      translatingErrors(async () => {
        const intent = await retrieved(intentId);
        return intent && withRefunds(intent);
      }),

    capture: ({ intentId, orderId, amount }) =>
      translatingErrors(async () => {
        const moved = async () => {
          const intent = await movedOn(intentId, ['requires_capture']);
          return intent && withRefunds(intent);
        };
        const write = async (key: string) => {
          const answer = await capture(intentId, amount)(key);
          // Of what was captured just now nothing can have been given back.
          return isReplay(answer) ? withRefunds(await asItIs(answer, true)) : snapshotOf(answer);
        };
        // Before lines were taken out, another try may have captured it whole.
        const before = amount && (await moved());
        if (before) return before;
        const less = amount ? `:of:${amount.amount}` : '';
        return once({ key: `capture:${orderId}${less}`, write, effect: moved, certain: true });
      }),

    cancel: ({ intentId, abandoned }) =>
      translatingErrors(async () => {
        const reason = abandoned ? 'abandoned' : 'requested_by_customer';
        const effect = () => movedOn(intentId, ['requires_capture', ...UNPAID]);
        const key = `void:${intentId}:${reason}`;
        return withRefunds(await once({ key, write: cancel(intentId, reason), effect, certain: true }));
      }),

    refund: (request) =>
      translatingErrors(async () => {
        const { intentId, refundId } = request;
        const effect = async () => (await refundsOf(intentId)).find(({ metadata }) => metadata?.refundId === refundId);
        try {
          // The rest of an order's money may have become less since the last try.
          const rest = { effect, certain: true, mayDiffer: true };
          const answer = await once({ key: `refund:${refundId}`, write: refund(request), ...rest });
          return refundSnapshotOf(isReplay(answer) ? await refundNow(answer.id) : answer);
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
    capture: (intentId: string, amount?: Money) => (idempotencyKey: string) =>
      outsideCall('stripe', 'paymentIntents.capture', () =>
        paymentIntents.capture(
          intentId,
          { expand, ...(amount && { amount_to_capture: amount.amount }) },
          { idempotencyKey },
        ),
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

async function translatingErrors<T>(call: () => Promise<T>): Promise<T> {
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
