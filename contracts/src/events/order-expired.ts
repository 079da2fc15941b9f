import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { reasonSchema } from '../nouns/text.ts';

export const OrderExpired = defineEvent('order.expired', {
  version: 1,
  saidBy: ['order-process'],
  formerlySaidBy: ['order-status'],
  summary: 'The order was not paid in time: stock goes back, and money that comes now is given back.',
  erased: withoutWords,
  data: z.object({ reason: reasonSchema }),
});
