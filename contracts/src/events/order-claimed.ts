import { z } from 'zod';
import { defineEvent } from '../event.ts';

export const OrderClaimed = defineEvent('order.claimed', {
  version: 1,
  saidBy: ['gateway'],
  summary: "A guest's order is a customer's now: whoever has verified its e-mail address made it theirs.",
  data: z.object({ customerId: z.string().min(1) }),
});
