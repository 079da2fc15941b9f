import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { warehouseSchema } from '../nouns/order.ts';
import { quantityLineSchema } from '../nouns/quantity.ts';

export const ReturnReceived = defineEvent('return.received', {
  version: 1,
  saidBy: ['delivery'],
  summary:
    'A return has arrived at the warehouse, as the carrier says: it is refunded. Staff inspect it before it is sold again.',
  data: z.object({
    returnId: z.uuid(),
    warehouse: warehouseSchema,
    lines: z.array(quantityLineSchema).min(1),
    scanAt: z.iso.datetime(),
  }),
});
