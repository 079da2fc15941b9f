import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { quantityLineSchema } from '../nouns/order.ts';

export const InventoryCommitted = defineEvent('inventory.committed', {
  version: 1,
  summary: 'The held stock has left the warehouse.',
  data: z.object({ lines: z.array(quantityLineSchema), reason: z.string().min(1).max(500) }),
});
