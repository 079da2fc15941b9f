import { outsideCall } from '@orderflow/runtime';
import Stripe from 'stripe';

export type IntentStatus = Stripe.PaymentIntent['status'];

/** More than any order has; the SDK wants a bound. */
const MAX_REFUNDS = 1_000;
const MAX_DISPUTES = 100;

/** What Stripe knows of our intents; every one comes with its charge. */
export function intentLookup({ paymentIntents, refunds, disputes, reviews }: Stripe) {
  const retrieve = (intentId: string) =>
    outsideCall('stripe', 'paymentIntents.retrieve', () =>
      paymentIntents.retrieve(intentId, { expand: ['latest_charge'] }),
    );

  return {
    /** The order's intent, by search, which lags behind by up to a minute (https://docs.stripe.com/search). */
    found: async (orderId: string): Promise<Stripe.PaymentIntent | undefined> => {
      const query = `metadata["orderId"]:"${orderId.replace(/["\\]/g, '\\$&')}"`;
      const { data } = await outsideCall('stripe', 'paymentIntents.search', () =>
        paymentIntents.search({ query, limit: 10, expand: ['data.latest_charge'] }),
      );
      const known = weightiest(data);
      // What search shows of an intent may be as old as its index.
      return known && retrieve(known.id);
    },

    /** Undefined: Stripe knows of none with this id. */
    retrieved: async (intentId: string): Promise<Stripe.PaymentIntent | undefined> => {
      try {
        return await retrieve(intentId);
      } catch (error) {
        if (error instanceof Stripe.errors.StripeError && error.statusCode === 404) return undefined;
        throw error;
      }
    },

    /** The intent, if it has left these statuses. */
    movedOn: async (intentId: string, from: IntentStatus[]): Promise<Stripe.PaymentIntent | undefined> => {
      const intent = await retrieve(intentId);
      return from.includes(intent.status) ? undefined : intent;
    },

    refund: (refundId: string) => outsideCall('stripe', 'refunds.retrieve', () => refunds.retrieve(refundId)),

    /** Everything that was given back of an intent. */
    refundsOf: (payment_intent: string): Promise<Stripe.Refund[]> =>
      outsideCall('stripe', 'refunds.list', () =>
        refunds.list({ payment_intent, limit: 100 }).autoPagingToArray({ limit: MAX_REFUNDS }),
      ),

    /** What the customer's bank asks back. */
    disputesOf: (payment_intent: string): Promise<Stripe.Dispute[]> =>
      outsideCall('stripe', 'disputes.list', () =>
        disputes.list({ payment_intent, limit: 100 }).autoPagingToArray({ limit: MAX_DISPUTES }),
      ),

    review: (reviewId: string) => outsideCall('stripe', 'reviews.retrieve', () => reviews.retrieve(reviewId)),
  };
}

const HEAVIEST_FIRST: IntentStatus[] = ['succeeded', 'requires_capture', 'processing', 'requires_action'];

/** One intent per order is the rule; were there several, the one that holds money is the one to know of. */
function weightiest(intents: Stripe.PaymentIntent[]): Stripe.PaymentIntent | undefined {
  const weight = ({ status }: Stripe.PaymentIntent) => HEAVIEST_FIRST.indexOf(status) + 1 || Number.POSITIVE_INFINITY;
  return intents.toSorted((a, b) => weight(a) - weight(b))[0];
}
