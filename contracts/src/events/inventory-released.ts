import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { quantityLineSchema } from '../nouns/order.ts';

export const InventoryReleased = defineEvent('inventory.released', {
  version: 1,
  summary: 'The hold is given back; the stock is available again.',
  data: z.object({ lines: z.array(quantityLineSchema), reason: z.string().min(1).max(500) }),
});
