import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { reasonSchema } from '../nouns/text.ts';

export const OrderRejected = defineEvent('order.rejected', {
  version: 1,
  saidBy: ['order-process'],
  formerlySaidBy: ['order-status'],
  summary: 'The order cannot be fulfilled from stock; nothing was or will be charged.',
  erased: withoutWords,
  data: z.object({ reason: reasonSchema }),
});
