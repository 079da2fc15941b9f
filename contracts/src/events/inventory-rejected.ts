import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { skuSchema } from '../nouns/quantity.ts';

export const InventoryRejected = defineEvent('inventory.rejected', {
  version: 1,
  saidBy: ['inventory'],
  summary: 'At least one line is short; nothing is held.',
  data: z.object({
    shortages: z
      .array(z.object({ sku: skuSchema, requested: z.int().min(1), available: z.int().nonnegative() }))
      .min(1),
  }),
});
