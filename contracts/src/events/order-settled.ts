import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { reasonSchema } from '../nouns/text.ts';

/** What staff can be asked to look at. */
export const attentionKindSchema = z.enum([
  'timeout',
  'refund',
  'return',
  'unpaid',
  'dispute',
  'review',
  'email',
  'manual_review',
]);

export const OrderSettled = defineEvent('order.settled', {
  version: 1,
  saidBy: ['gateway'],
  summary: 'Staff have looked at what they were asked to look at, and said that it is settled.',
  erased: withoutWords,
  data: z.object({
    settleId: z.uuid(),
    kind: attentionKindSchema,
    /** Which one, where there were several of a kind; absent: all. */
    cause: z.string().min(1).max(500).optional(),
    reason: reasonSchema,
  }),
});
