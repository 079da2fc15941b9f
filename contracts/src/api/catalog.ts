import { z } from 'zod';
import { moneySchema } from '../nouns/money.ts';
import { basisPointsSchema, localeSchema, shippingMethodSchema } from '../nouns/order.ts';
import { skuSchema } from '../nouns/quantity.ts';
import { MOST, optionalLineInput } from '../nouns/text.ts';
import { countryInput } from './inputs.ts';

/** The price of one piece for a country: `gross = net + tax`, the tax rounded for one piece. */
export const pricesOfOneSchema = z.object({
  net: moneySchema,
  tax: moneySchema,
  gross: moneySchema,
  taxBasisPoints: basisPointsSchema,
});
export type PricesOfOne = z.infer<typeof pricesOfOneSchema>;

/** A product as it is kept. `price` is before tax. `available` is what can be ordered now, eventually consistent with the stock. */
export const catalogueProductSchema = z.object({
  sku: skuSchema,
  name: z.string(),
  description: z.string(),
  category: z.string(),
  image: z.string(),
  price: moneySchema,
  available: z.int().nonnegative(),
  /** When it came into the catalogue; unknown of products of versions before. */
  addedAt: z.iso.datetime().optional(),
});
export type CatalogueProduct = z.infer<typeof catalogueProductSchema>;

/** A product as a shopper sees it. `prices` are for the country that was asked for. */
export const productSchema = catalogueProductSchema.extend({ prices: pricesOfOneSchema });
export type Product = z.infer<typeof productSchema>;

/** SKUs of products that belong on this page and cannot be read as they are stored; they are not for sale. */
const unreadable = z.array(z.string());
/** ISO 3166-1 alpha-2, for prices with its tax; the shop's own country unless told otherwise. */
const country = countryInput.optional();

export const catalogListInput = z
  .strictObject({
    category: optionalLineInput(MOST.label).optional(),
    country,
    cursor: skuSchema.optional(),
    limit: z.int().min(1).max(100).default(50),
  })
  .default({ limit: 50 });
export const catalogListOutput = z.object({
  products: z.array(productSchema),
  unreadable,
  nextCursor: z.string().optional(),
});

export const catalogGetInput = z.strictObject({ sku: skuSchema, country });

/** By when a product ordered now would be at the door, for a cart of this one piece. */
export const deliveryEstimateSchema = z.object({
  method: shippingMethodSchema,
  /** What shipping costs, with tax. */
  gross: moneySchema,
  earliest: z.iso.date(),
  latest: z.iso.date(),
});
export const catalogGetOutput = productSchema.extend({
  delivery: z.array(deliveryEstimateSchema),
  /** Of the same category and in stock, at most four. */
  alternatives: z.array(productSchema),
});
export type ProductDetails = z.infer<typeof catalogGetOutput>;

export const catalogSortSchema = z.enum(['relevance', 'price_asc', 'price_desc', 'name', 'newest']);

/** All that are given must match. Prices are gross, in minor units, for `country`. */
export const catalogSearchInput = z
  .strictObject({
    text: optionalLineInput(100).optional(),
    category: optionalLineInput(MOST.label).optional(),
    /** True: only what can be ordered now. */
    inStock: z.boolean().optional(),
    minPrice: z.int().nonnegative().optional(),
    maxPrice: z.int().nonnegative().optional(),
    sort: catalogSortSchema.default('relevance'),
    country,
    /** Whose alphabet sorts names. */
    locale: localeSchema.optional(),
    cursor: z.string().max(200).optional(),
    limit: z.int().min(1).max(60).default(24),
  })
  .default({ sort: 'relevance', limit: 24 });
export type CatalogSearchInput = z.output<typeof catalogSearchInput>;

export const catalogSearchOutput = z.object({
  products: z.array(productSchema),
  nextCursor: z.string().optional(),
  /** How many match, on all pages. */
  total: z.int(),
  /** Nothing matched: these come closest, and `total` counts them. */
  nearest: z.boolean(),
  /** What a choice would come to, each counted without its own choice. */
  facets: z.object({
    categories: z.array(z.object({ category: z.string(), count: z.int() })),
    /** The cheapest and the dearest, gross. */
    price: z.object({ min: moneySchema, max: moneySchema }).optional(),
    inStock: z.int(),
  }),
  unreadable,
});
export type CatalogSearch = z.infer<typeof catalogSearchOutput>;
