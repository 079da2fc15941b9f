import { z } from 'zod';
import { stockMovementSchema } from '../events/stock-movement-requested.ts';
import { moneySchema } from '../nouns/money.ts';
import { warehouseSchema } from '../nouns/order.ts';
import { skuSchema } from '../nouns/quantity.ts';
import { lineInput, linesInput, MOST } from '../nouns/text.ts';
import { catalogueProductSchema } from './catalog.ts';
import { wordsInput } from './inputs.ts';

const keyInput = z.uuid('must be a UUID').toLowerCase();
const MOST_PIECES = 1_000_000;
const countInput = z.int('must be a whole number').min(1, 'must be at least 1').max(MOST_PIECES);

/** One SKU, over all warehouses and in each; as inventory last said. */
export const stockLevelSchema = z.object({
  sku: skuSchema,
  onHand: z.int(),
  /** For orders; it cannot be taken away. */
  held: z.int(),
  available: z.int(),
  warehouses: z.array(z.object({ warehouse: warehouseSchema, onHand: z.int(), held: z.int(), available: z.int() })),
});
export type StockLevel = z.infer<typeof stockLevelSchema>;

export const listStockInput = z
  .strictObject({
    warehouse: warehouseSchema.optional(),
    cursor: skuSchema.optional(),
    limit: z.int().min(1).max(100).default(50),
  })
  .default({ limit: 50 });
export const listStockOutput = z.object({ levels: z.array(stockLevelSchema), nextCursor: z.string().optional() });
export const getStockInput = z.strictObject({ sku: skuSchema });

const movementInput = { idempotencyKey: keyInput, sku: skuSchema, warehouse: warehouseSchema, reason: wordsInput };
export const receiveStockInput = z.strictObject({ ...movementInput, quantity: countInput });
/** `quantity`: how many more there are than the books say; negative where there are fewer. */
export const adjustStockInput = z.strictObject({
  ...movementInput,
  quantity: z
    .int('must be a whole number')
    .min(-MOST_PIECES)
    .max(MOST_PIECES)
    .refine((n) => n !== 0, 'must not be 0'),
});
export const transferStockInput = z
  .strictObject({ ...movementInput, to: warehouseSchema, quantity: countInput })
  .refine(({ warehouse, to }) => warehouse !== to, { path: ['to'], message: 'must be another warehouse' });

/** `requested`: inventory has not answered yet; the same again tells. `refused`: nothing has changed. */
export const movementOutput = stockMovementSchema.extend({
  status: z.enum(['requested', 'done', 'refused']),
  at: z.iso.datetime(),
  /** Of one that was refused: how much could have been taken. */
  available: z.int().optional(),
});
export type MovementOutput = z.infer<typeof movementOutput>;

const change = { idempotencyKey: keyInput, sku: skuSchema, reason: wordsInput };
const described = {
  name: lineInput(200),
  description: linesInput(5_000),
  category: lineInput(MOST.label),
  image: z.string().max(200_000),
};
const priceInput = z.strictObject({ amount: z.int().nonnegative(), currency: z.string() });
export const createProductInput = z.strictObject({ ...change, ...described, price: priceInput });
export const updateProductInput = z.strictObject({
  ...change,
  ...z.object(described).partial().shape,
});
export const archiveProductInput = z.strictObject({ ...change, archived: z.boolean().default(true) });
export const setPriceInput = z.strictObject({ ...change, price: priceInput });

/** The product as it is since the change. */
export const productChangeOutput = catalogueProductSchema
  .omit({ available: true })
  .extend({ price: moneySchema, archived: z.boolean(), version: z.int() });
export type ProductChangeOutput = z.infer<typeof productChangeOutput>;
