import { UnknownOutcomeError } from '@orderflow/runtime';
import type Stripe from 'stripe';

export type IntentStatus = Stripe.PaymentIntent['status'];

/** Search lags behind by up to a minute (https://docs.stripe.com/search); lists don't. */
const SEARCH_LAG_SECONDS = 180;
const RECENT_PAGES = 20;

/** What Stripe knows of our intents; every one comes with its charge. */
export function intentLookup({ paymentIntents }: Stripe) {
  const recent = async (orderId: string): Promise<Stripe.PaymentIntent[]> => {
    const created = { gte: Math.floor(Date.now() / 1000) - SEARCH_LAG_SECONDS };
    let after: { starting_after?: string } = {};
    for (let page = 0; page < RECENT_PAGES; page++) {
      const list = await paymentIntents.list({ limit: 100, created, ...after, expand: ['data.latest_charge'] });
      const ours = list.data.filter((intent) => intent.metadata.orderId === orderId);
      const last = list.data.at(-1);
      if (ours.length > 0 || !list.has_more || !last) return ours;
      after = { starting_after: last.id };
    }
    throw new UnknownOutcomeError('stripe', 'too much has happened lately to look through; search will know soon');
  };

  return {
    /** The order's intent. */
    found: async (orderId: string): Promise<Stripe.PaymentIntent | undefined> => {
      const query = `metadata["orderId"]:"${orderId.replace(/["\\]/g, '\\$&')}"`;
      const { data } = await paymentIntents.search({ query, limit: 10, expand: ['data.latest_charge'] });
      return weightiest(data) ?? weightiest(await recent(orderId));
    },

    /** The intent, if it has left these statuses. */
    movedOn: async (intentId: string, from: IntentStatus[]): Promise<Stripe.PaymentIntent | undefined> => {
      const intent = await paymentIntents.retrieve(intentId, { expand: ['latest_charge'] });
      return from.includes(intent.status) ? undefined : intent;
    },
  };
}

const HEAVIEST_FIRST: IntentStatus[] = ['succeeded', 'requires_capture', 'processing', 'requires_action'];

/** One intent per order is the rule; were there several, the one that holds money is the one to know of. */
function weightiest(intents: Stripe.PaymentIntent[]): Stripe.PaymentIntent | undefined {
  const weight = ({ status }: Stripe.PaymentIntent) => HEAVIEST_FIRST.indexOf(status) + 1 || Number.POSITIVE_INFINITY;
  return intents.toSorted((a, b) => weight(a) - weight(b))[0];
}
