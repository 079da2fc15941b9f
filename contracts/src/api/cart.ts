import { z } from 'zod';
import { moneySchema } from '../nouns/money.ts';
import { basisPointsSchema, shippingMethodSchema } from '../nouns/order.ts';
import { readPostalCode } from '../nouns/postal-code.ts';
import { quantitySchema, skuSchema } from '../nouns/quantity.ts';
import { countryInput, currencyInput } from './inputs.ts';

export const cartPriceInput = z
  .strictObject({
    lines: z
      .array(
        z.strictObject({
          sku: skuSchema,
          quantity: quantitySchema,
          /** The gross price of one that the customer last saw, in minor units: another one now is said. */
          seenGross: z.int().nonnegative().optional(),
        }),
      )
      .max(50, 'must have at most 50 lines'),
    country: countryInput,
    /** Where it is known, prices are those of the place. */
    postalCode: z.string().max(16).optional(),
    currency: currencyInput.optional(),
  })
  .transform((input, context) => {
    const { postalCode: typed, country } = input;
    if (typed === undefined || country === undefined) return { ...input, postalCode: undefined };
    const postalCode = readPostalCode(typed, country);
    if (postalCode === undefined) {
      context.addIssue({ code: 'custom', path: ['postalCode'], message: `must be a postal code of ${country}` });
    }
    return { ...input, postalCode };
  });
export type CartPriceInput = z.input<typeof cartPriceInput>;

/**
 * What became of a line: `price_changed` since `seenGross`, `reduced` to what is in stock, `sold_out`, or `unknown` to
 * the catalogue. The latter two cost nothing.
 */
export const cartLineStatusSchema = z.enum(['ok', 'price_changed', 'reduced', 'sold_out', 'unknown']);
export type CartLineStatus = z.infer<typeof cartLineStatusSchema>;

export const cartLineSchema = z.object({
  sku: skuSchema,
  /** What can be had. */
  quantity: z.int().nonnegative(),
  wanted: z.int().positive(),
  status: cartLineStatusSchema,
  name: z.string().optional(),
  image: z.string().optional(),
  category: z.string().optional(),
  available: z.int().nonnegative().optional(),
  unitGross: moneySchema.optional(),
  seenGross: moneySchema.optional(),
  /** Of the whole line. */
  net: moneySchema.optional(),
  tax: moneySchema.optional(),
  gross: moneySchema.optional(),
  taxBasisPoints: basisPointsSchema.optional(),
});
export type CartLine = z.infer<typeof cartLineSchema>;

/** The cart as it can be had now. Its totals are those that `orders.quote` would give. */
export const cartPriceOutput = z.object({
  currency: z.string(),
  lines: z.array(cartLineSchema),
  subtotalGross: moneySchema,
  methods: z.array(
    z.object({
      method: shippingMethodSchema,
      shippingGross: moneySchema,
      net: moneySchema,
      tax: moneySchema,
      total: moneySchema,
      /** From about this gross sum of goods the method is free. */
      freeFrom: moneySchema.optional(),
    }),
  ),
  /** Every line can be had as it was seen. */
  ok: z.boolean(),
  /** The territory inside the country whose rules of tax and shipping apply: ISO 3166, or the country's with a name. */
  territory: z.string().optional(),
  /** Some postal codes of the country have other prices, and the postal code was not given. */
  dependsOnPostalCode: z.literal(true).optional(),
});
export type CartPrice = z.infer<typeof cartPriceOutput>;
