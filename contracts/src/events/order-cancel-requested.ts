import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { reasonSchema } from '../nouns/text.ts';

export const OrderCancelRequested = defineEvent('order.cancel_requested', {
  version: 1,
  saidBy: ['gateway'],
  summary: 'The customer or staff want the order cancelled. Once confirmed, delivery answers first.',
  erased: withoutWords,
  data: z.object({
    cancelId: z.uuid(),
    actor: z.enum(['customer', 'staff']),
    reason: reasonSchema,
    /** Where the order stood: only a confirmed one may be with the carrier already. */
    stage: z.enum(['pending', 'confirmed']),
  }),
});
