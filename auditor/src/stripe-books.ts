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
  /** Given back or on the way back. */
  readonly refunded: number;
}

/** What the auditor asks Stripe; it only reads. */
export interface StripeBooks {
  intent(id: string): Promise<IntentView | null>;
  /** Every intent that was created since; all without a date. */
  created(since?: Date): AsyncIterable<IntentView>;
}

export interface StripeAddress {
  readonly apiKey: string;
  /** Absent: Stripe's own. */
  readonly url?: string | undefined;
}

export function stripeBooks({ apiKey, url }: StripeAddress): StripeBooks {
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
      const created = since && { created: { gte: Math.floor(since.getTime() / 1_000) } };
      const list = stripe.paymentIntents.list({ limit: 100, expand: ['data.latest_charge'], ...created });
      for await (const intent of list) yield viewOf(intent);
    },
  };
}

/** Whether the intent holds money of the customer's, or may take it without being asked again. */
export const isLive = ({ status, received, refunded }: IntentView): boolean =>
  status === 'requires_capture' || status === 'processing' || (status === 'succeeded' && received > refunded);

function viewOf(intent: Stripe.PaymentIntent): IntentView {
  const { id, status, amount, currency, amount_received, latest_charge, metadata } = intent;
  const charge = typeof latest_charge === 'object' ? latest_charge : null;
  return {
    id,
    status,
    amount,
    currency: currency.toUpperCase(),
    received: amount_received,
    refunded: charge?.amount_refunded ?? 0,
    ...(metadata.orderId === undefined ? {} : { orderId: metadata.orderId }),
  };
}

function hostOf(url: string): Stripe.StripeConfig {
  const { hostname, port, protocol } = new URL(url);
  return protocol === 'https:'
    ? { host: hostname, port: port || 443, protocol: 'https' }
    : { host: hostname, port: port || 80, protocol: 'http' };
}
