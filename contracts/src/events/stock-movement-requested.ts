import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { warehouseSchema } from '../nouns/order.ts';
import { skuSchema } from '../nouns/quantity.ts';
import { reasonSchema } from '../nouns/text.ts';

/** What staff have booked of a SKU: goods that arrived, a count that was corrected, goods that moved. */
export const stockMovementSchema = z.object({
  /** The caller's idempotency key: booked once, however often it is asked for. */
  movementId: z.uuid(),
  kind: z.enum(['received', 'adjusted', 'transferred']),
  sku: skuSchema,
  /** Where it is booked; of a transfer, from where. */
  warehouse: warehouseSchema,
  /** Of a transfer, to where. */
  to: warehouseSchema.optional(),
  /** How much more is there; less than none where an adjustment takes some away. Of a transfer, how much moves. */
  quantity: z.int(),
  reason: reasonSchema,
  /** Who booked it, e.g. `staff:carol`. */
  by: z.string().min(1).max(200),
});
export type StockMovement = z.infer<typeof stockMovementSchema>;

export const StockMovementRequested = defineEvent('stock.movement_requested', {
  version: 1,
  saidBy: ['gateway'],
  summary: 'Staff have booked goods that arrived, a corrected count, or goods that moved to another warehouse.',
  subject: 'sku',
  data: stockMovementSchema,
});
