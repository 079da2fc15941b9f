import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { quantityLineSchema } from '../nouns/quantity.ts';
import { reasonSchema } from '../nouns/text.ts';

export const OrderReturnRequested = defineEvent('order.return_requested', {
  version: 1,
  saidBy: ['gateway'],
  summary: 'The customer wants to send delivered lines back.',
  erased: withoutWords,
  data: z.object({
    returnId: z.uuid(),
    lines: z.array(quantityLineSchema).min(1),
    reason: reasonSchema,
  }),
});
