import { z } from 'zod';
import { moneySchema } from '../nouns/money.ts';
import { skuSchema } from '../nouns/order.ts';

/** A product as a shopper sees it. `available` is what can be ordered now, eventually consistent with the stock. */
export const productSchema = z.object({
  sku: skuSchema,
  name: z.string(),
  description: z.string(),
  category: z.string(),
  image: z.string(),
  price: moneySchema,
  available: z.int().nonnegative(),
});
export type Product = z.infer<typeof productSchema>;

export const catalogListInput = z
  .object({
    category: z.string().max(60).optional(),
    cursor: skuSchema.optional(),
    limit: z.int().min(1).max(100).default(50),
  })
  .default({ limit: 50 });
export const catalogListOutput = z.object({
  products: z.array(productSchema),
  /** SKUs of products that belong on this page and cannot be read as they are stored; they are not for sale. */
  unreadable: z.array(z.string()),
  nextCursor: z.string().optional(),
});
export const catalogGetInput = z.object({ sku: skuSchema });
