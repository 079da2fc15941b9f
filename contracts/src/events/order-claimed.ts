import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutPerson } from '../nouns/erased.ts';

export const OrderClaimed = defineEvent('order.claimed', {
  version: 1,
  saidBy: ['gateway'],
  summary: "A guest's order is a customer's now: whoever has verified its e-mail address made it theirs.",
  erased: withoutPerson,
  data: z.object({ customerId: z.string().min(1) }),
});
