import { z } from 'zod';
import { defineEvent } from '../event.ts';

export const OrderRejected = defineEvent('order.rejected', {
  version: 1,
  saidBy: ['order-process'],
  formerlySaidBy: ['order-status'],
  summary: 'The order cannot be fulfilled from stock; nothing was or will be charged.',
  data: z.object({ reason: z.string().min(1).max(500) }),
});
