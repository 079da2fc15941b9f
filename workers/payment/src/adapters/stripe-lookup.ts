import { outsideCall, UnknownOutcomeError } from '@orderflow/runtime';
import Stripe from 'stripe';

export type IntentStatus = Stripe.PaymentIntent['status'];

/** Search lags behind by up to a minute (https://docs.stripe.com/search); lists don't. */
const SEARCH_LAG_SECONDS = 180;
const RECENT_PAGES = 20;
/** More than any order has; the SDK wants a bound. */
const MAX_REFUNDS = 1_000;

/** What Stripe knows of our intents; every one comes with its charge. */
export function intentLookup({ paymentIntents, refunds }: Stripe) {
  const recent = async (orderId: string): Promise<Stripe.PaymentIntent[]> => {
    const created = { gte: Math.floor(Date.now() / 1000) - SEARCH_LAG_SECONDS };
    let after: { starting_after?: string } = {};
    for (let page = 0; page < RECENT_PAGES; page++) {
      const list = await outsideCall('stripe', 'paymentIntents.list', () =>
        paymentIntents.list({ limit: 100, created, ...after, expand: ['data.latest_charge'] }),
      );
      const ours = list.data.filter((intent) => intent.metadata.orderId === orderId);
      const last = list.data.at(-1);
      if (ours.length > 0 || !list.has_more || !last) return ours;
      after = { starting_after: last.id };
    }
    throw new UnknownOutcomeError('stripe', 'too much has happened lately to look through; search will know soon');
  };

  const retrieve = (intentId: string) =>
    outsideCall('stripe', 'paymentIntents.retrieve', () =>
      paymentIntents.retrieve(intentId, { expand: ['latest_charge'] }),
    );

  return {
    /** The order's intent. */
    found: async (orderId: string): Promise<Stripe.PaymentIntent | undefined> => {
      const query = `metadata["orderId"]:"${orderId.replace(/["\\]/g, '\\$&')}"`;
      const { data } = await outsideCall('stripe', 'paymentIntents.search', () =>
        paymentIntents.search({ query, limit: 10, expand: ['data.latest_charge'] }),
      );
      const known = weightiest(data);
      // What search shows of an intent may be as old as its index.
      return known ? retrieve(known.id) : weightiest(await recent(orderId));
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

    /** Everything that was given back of an intent. */
    refundsOf: (payment_intent: string): Promise<Stripe.Refund[]> =>
      outsideCall('stripe', 'refunds.list', () =>
        refunds.list({ payment_intent, limit: 100 }).autoPagingToArray({ limit: MAX_REFUNDS }),
      ),
  };
}

const HEAVIEST_FIRST: IntentStatus[] = ['succeeded', 'requires_capture', 'processing', 'requires_action'];

/** One intent per order is the rule; were there several, the one that holds money is the one to know of. */
function weightiest(intents: Stripe.PaymentIntent[]): Stripe.PaymentIntent | undefined {
  const weight = ({ status }: Stripe.PaymentIntent) => HEAVIEST_FIRST.indexOf(status) + 1 || Number.POSITIVE_INFINITY;
  return intents.toSorted((a, b) => weight(a) - weight(b))[0];
}
