import { z } from 'zod';
import { defineEvent } from '../event.ts';

export const OrderExpired = defineEvent('order.expired', {
  version: 1,
  saidBy: ['order-process'],
  formerlySaidBy: ['order-status'],
  summary: 'The order was not paid in time: stock goes back, and money that comes now is given back.',
  data: z.object({ reason: z.string().min(1).max(500) }),
});
