import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { warehouseSchema } from '../nouns/order.ts';
import { quantityLineSchema } from '../nouns/quantity.ts';

export const InventoryRestocked = defineEvent('inventory.restocked', {
  version: 1,
  saidBy: ['inventory'],
  summary: 'Goods that had left, and that staff found sellable, are back on the shelf.',
  data: z.object({
    /** The refund that asked for it, or the inspection that found it sellable. */
    refundId: z.uuid(),
    stock: z.array(quantityLineSchema.extend({ warehouse: warehouseSchema })).min(1),
  }),
});
