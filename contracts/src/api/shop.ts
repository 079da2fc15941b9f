import { z } from 'zod';
import { moneySchema } from '../nouns/money.ts';
import { basisPointsSchema, localeSchema, shippingMethodSchema } from '../nouns/order.ts';

/** Where a country lies, seen from the shop; it decides on shipping and its time. */
export const zoneSchema = z.enum(['domestic', 'union', 'abroad']);

export const testCardSchema = z.object({
  /** What `orders.place` takes as `paymentMethod`. */
  paymentMethod: z.string(),
  label: z.string(),
  /** What comes of paying with it. */
  outcome: z.enum(['succeeds', 'declined', 'three_d_secure', 'processing', 'refund_fails']),
});

/** How customers pay: Stripe.js with this key, or, where a stand-in plays Stripe, one of these cards. */
export const paymentSetupSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stripe'), publishableKey: z.string() }),
  z.object({ kind: z.literal('test_cards'), cards: z.array(testCardSchema).min(1) }),
]);

/** What a shop's pages need to know before anybody has ordered anything. */
export const shopConfigOutput = z.object({
  name: z.string(),
  currency: z.string(),
  /** Those we ship to, the shop's own first. */
  countries: z.array(z.object({ code: z.string(), zone: zoneSchema, taxBasisPoints: basisPointsSchema })),
  defaultCountry: z.string(),
  /** Days from the order to the door, at home; elsewhere `catalog.get` says. */
  shippingMethods: z.array(z.object({ method: shippingMethodSchema, days: z.object({ min: z.int(), max: z.int() }) })),
  /** From about this sum of goods, gross at home, standard shipping is free; `cart.price` has it for each country. */
  freeShippingFrom: moneySchema,
  returnDays: z.int(),
  paymentAttempts: z.int(),
  cancelWindowSeconds: z.int(),
  /** Stand-ins play the providers: nobody is charged, nothing is sent. */
  demo: z.boolean(),
  /** Where the mails of a demo arrive. */
  mailboxUrl: z.string().optional(),
  payment: paymentSetupSchema,
  locales: z.array(localeSchema),
  timeZone: z.string(),
  seller: z.object({ name: z.string(), address: z.string() }),
  region: z.string(),
});
export type ShopConfig = z.infer<typeof shopConfigOutput>;
