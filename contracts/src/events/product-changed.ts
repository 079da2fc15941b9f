import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { moneySchema } from '../nouns/money.ts';
import { skuSchema } from '../nouns/quantity.ts';
import { reasonSchema } from '../nouns/text.ts';

export const ProductChanged = defineEvent('product.changed', {
  version: 1,
  saidBy: ['gateway'],
  summary:
    'Staff have changed the catalogue. The whole product as it is since; a higher version supersedes a lower one.',
  subject: 'sku',
  data: z.object({
    /** The caller's idempotency key. */
    changeId: z.uuid(),
    version: z.int().positive(),
    change: z.enum(['created', 'updated', 'archived', 'priced']),
    sku: skuSchema,
    product: z.object({
      name: z.string().min(1),
      description: z.string(),
      category: z.string(),
      image: z.string(),
      price: moneySchema,
    }),
    /** It is not for sale and not shown. */
    archived: z.boolean(),
    reason: reasonSchema,
    by: z.string().min(1).max(200),
  }),
});
