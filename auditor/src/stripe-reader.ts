import Stripe from 'stripe';

/** A PaymentIntent as far as money is concerned. Amounts are minor units. */
export interface IntentView {
  readonly id: string;
  readonly orderId?: string;
  readonly status: Stripe.PaymentIntent['status'];
  readonly amount: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
  readonly received: number;
  /** Refunded, pending refunds included. */
  readonly refunded: number;
  /** The customer's bank asks it back, or did. */
  readonly disputed?: boolean;
  readonly createdAt: Date;
  /** When it was last created, cancelled or refunded. Stripe does not say when it was captured. */
  readonly changedAt: Date;
}

/** A refund, ours or made by hand. */
export interface RefundView {
  readonly intentId: string;
  readonly at: Date;
}

/** What the auditor reads from Stripe. */
export interface StripeReader {
  intent(id: string): Promise<IntentView | null>;
  /** Every intent that was created since; all without a date. */
  created(since?: Date): AsyncIterable<IntentView>;
  /** Every refund that was created since. */
  refunds(since: Date): AsyncIterable<RefundView>;
}

export interface StripeAddress {
  readonly apiKey: string;
  /** Absent: Stripe's own. */
  readonly url?: string | undefined;
}

export function stripeReader({ apiKey, url }: StripeAddress): StripeReader {
  const stripe = new Stripe(apiKey, { maxNetworkRetries: 2, timeout: 20_000, ...(url ? hostOf(url) : {}) });
  return {
    intent: async (id) => {
      try {
        return viewOf(await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] }));
      } catch (error) {
        if (error instanceof Stripe.errors.StripeError && error.code === 'resource_missing') return null;
        throw error;
      }
    },
    created: async function* (since) {
      const list = stripe.paymentIntents.list({ ...from(since), limit: 100, expand: ['data.latest_charge'] });
      for await (const intent of list) yield viewOf(intent);
    },
    refunds: async function* (since) {
      for await (const { payment_intent: intent, created } of stripe.refunds.list({ ...from(since), limit: 100 })) {
        if (typeof intent === 'string') yield { intentId: intent, at: dateOf(created) };
      }
    },
  };
}

const dateOf = (seconds: number): Date => new Date(seconds * 1_000);
const from = (since?: Date) => (since ? { created: { gte: Math.floor(since.getTime() / 1_000) } } : {});

/** Whether the intent holds the customer's money, or may still take it without another request. */
export const isLive = ({ status, received, refunded }: IntentView): boolean =>
  status === 'requires_capture' || status === 'processing' || (status === 'succeeded' && received > refunded);

function viewOf(intent: Stripe.PaymentIntent): IntentView {
  const { id, status, amount, currency, amount_received, latest_charge, metadata, created, canceled_at } = intent;
  const charge = typeof latest_charge === 'object' ? latest_charge : null;
  return {
    id,
    status,
    amount,
    currency: currency.toUpperCase(),
    received: amount_received,
    refunded: charge?.amount_refunded ?? 0,
    ...(charge?.disputed ? { disputed: true } : {}),
    createdAt: dateOf(created),
    changedAt: dateOf(Math.max(created, charge?.created ?? 0, canceled_at ?? 0)),
    ...(metadata.orderId === undefined ? {} : { orderId: metadata.orderId }),
  };
}

function hostOf(url: string): Stripe.StripeConfig {
  const { hostname, port, protocol } = new URL(url);
  return protocol === 'https:'
    ? { host: hostname, port: port || 443, protocol: 'https' }
    : { host: hostname, port: port || 80, protocol: 'http' };
}
