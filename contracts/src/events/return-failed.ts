import { z } from 'zod';
import { defineEvent } from '../event.ts';

export const ReturnFailed = defineEvent('return.failed', {
  version: 1,
  saidBy: ['delivery'],
  summary: 'The carrier refused a return for good, or lost it.',
  data: z.object({ returnId: z.uuid(), code: z.string().min(1), reason: z.string().min(1).max(500) }),
});
