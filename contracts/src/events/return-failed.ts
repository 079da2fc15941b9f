import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { reasonSchema } from '../nouns/text.ts';

export const ReturnFailed = defineEvent('return.failed', {
  version: 1,
  saidBy: ['delivery'],
  summary: 'The carrier refused a return for good, or lost it.',
  erased: withoutWords,
  data: z.object({ returnId: z.uuid(), code: z.string().min(1), reason: reasonSchema }),
});
