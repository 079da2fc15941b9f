import { z } from 'zod';

export const skuSchema = z.string().regex(/^[A-Z0-9][A-Z0-9-]{1,39}$/, 'must be a SKU, e.g. MUG-ENAMEL-RED');

/** How many of one SKU a customer may ask for at once. */
export const MAX_QUANTITY = 99;
export const quantitySchema = z
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(MAX_QUANTITY, `must be at most ${MAX_QUANTITY}`);

/** What an order asks of one SKU; duplicates are summed before it becomes a fact. */
export const quantityLineSchema = z.object({ sku: skuSchema, quantity: z.int().min(1) });
export type QuantityLine = z.infer<typeof quantityLineSchema>;
