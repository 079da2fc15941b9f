import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { quantityLineSchema } from '../nouns/quantity.ts';

export const OrderReturnRequested = defineEvent('order.return_requested', {
  version: 1,
  saidBy: ['gateway'],
  summary: 'The customer wants to send delivered lines back.',
  data: z.object({
    returnId: z.uuid(),
    lines: z.array(quantityLineSchema).min(1),
    reason: z.string().min(1).max(500),
  }),
});
