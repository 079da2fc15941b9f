import { z } from 'zod';
import { orderIdSchema, orderNumberSchema, parcelSchema, warehouseSchema } from '../nouns/order.ts';
import { MAX_QUANTITY, quantityLineSchema, skuSchema } from '../nouns/quantity.ts';
import { wordsInput } from './inputs.ts';
import { orderSchema } from './orders.ts';

const countInput = z
  .int('must be a whole number')
  .min(0, 'must be at least 0')
  .max(MAX_QUANTITY, `must be at most ${MAX_QUANTITY}`)
  .default(0);

/**
 * Input of `ops.returns.inspect`: of a return, or of a parcel that the carrier brought back, what was found of each line.
 * `inspectionId` is the caller's: sent twice, inspected once.
 */
export const inspectReturnInput = z
  .strictObject({
    orderId: orderIdSchema,
    returnId: z.uuid('must be a UUID').toLowerCase().optional(),
    parcelId: parcelSchema.shape.parcelId.optional(),
    inspectionId: z.uuid('must be a UUID').toLowerCase(),
    lines: z
      .array(z.strictObject({ sku: skuSchema, sellable: countInput, damaged: countInput, missing: countInput }))
      .min(1, 'must have at least one line')
      .max(50, 'must have at most 50 lines'),
    reason: wordsInput.optional(),
  })
  .refine(({ returnId, parcelId }) => (returnId === undefined) !== (parcelId === undefined), {
    path: ['returnId'],
    message: 'must be given, or parcelId, and not both',
  });
export const inspectReturnOutput = z.object({ order: orderSchema, inspectionId: z.uuid() });

export const listReturnsInput = z
  .strictObject({ cursor: orderIdSchema.optional(), limit: z.int().min(1).max(100).default(20) })
  .default({ limit: 20 });
/** What has come back and waits for somebody to look at it. */
export const listReturnsOutput = z.object({
  returns: z.array(
    z.object({
      orderId: orderIdSchema,
      number: orderNumberSchema,
      returnId: z.uuid().optional(),
      parcelId: z.string().optional(),
      warehouse: warehouseSchema.optional(),
      lines: z.array(quantityLineSchema),
      /** The customer's words. */
      reason: z.string().optional(),
    }),
  ),
  nextCursor: z.string().optional(),
});
