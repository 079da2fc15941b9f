import { orderLineSchema, orderNumberSchema, orderSchema, pricesSchema } from '@orderflow/contracts';
import { z } from 'zod';

/** An order as store and cache have it: without what depends on the time, or follows from the rest. */
export const orderRecordSchema = orderSchema
  .omit({ hold: true, cancellable: true, editable: true, returnable: true })
  .extend({
    lines: z.array(orderLineSchema),
    ...pricesSchema.shape,
    number: orderNumberSchema.optional(),
    holdUntil: z.iso.datetime().optional(),
    deliveredAt: z.iso.datetime().optional(),
  });
export type OrderRecord = z.infer<typeof orderRecordSchema>;

export const ORDER_FIELDS = Object.keys(orderRecordSchema.shape).filter((name) => name !== 'id' && name !== 'revision');
export const ORDER_PROJECTION = Object.fromEntries([...ORDER_FIELDS, 'revision'].map((name) => [name, 1]));
