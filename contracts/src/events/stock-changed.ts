import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { skuSchema } from '../nouns/quantity.ts';

export const StockChanged = defineEvent('stock.changed', {
  version: 1,
  saidBy: ['inventory'],
  summary: "A SKU's stock changed. Coalesced; a higher version supersedes a lower one.",
  subject: 'sku',
  data: z.object({
    sku: skuSchema,
    onHand: z.int().nonnegative(),
    held: z.int().nonnegative(),
    available: z.int().nonnegative(),
    version: z.int().positive(),
  }),
});
