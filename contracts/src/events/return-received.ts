import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { warehouseSchema } from '../nouns/order.ts';
import { quantityLineSchema } from '../nouns/quantity.ts';

export const ReturnReceived = defineEvent('return.received', {
  version: 1,
  saidBy: ['delivery'],
  summary: 'A return has arrived at the warehouse: it is refunded and goes back on the shelf.',
  data: z.object({
    returnId: z.uuid(),
    warehouse: warehouseSchema,
    lines: z.array(quantityLineSchema).min(1),
    scanAt: z.iso.datetime(),
  }),
});
