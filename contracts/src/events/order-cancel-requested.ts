import { z } from 'zod';
import { defineEvent } from '../event.ts';

export const OrderCancelRequested = defineEvent('order.cancel_requested', {
  version: 1,
  saidBy: ['gateway'],
  summary: 'The customer or staff want the order cancelled. Once confirmed, delivery answers first.',
  data: z.object({
    cancelId: z.uuid(),
    actor: z.enum(['customer', 'staff']),
    reason: z.string().min(1).max(500),
    /** Where the order stood: only a confirmed one may be with the carrier already. */
    stage: z.enum(['pending', 'confirmed']),
  }),
});
