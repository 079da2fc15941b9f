import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { channelSchema } from '../nouns/notice.ts';
import { MOST, storedLine } from '../nouns/text.ts';

export const MessageTracked = defineEvent('message.tracked', {
  version: 1,
  saidBy: ['gateway'],
  summary: "What became of a message to the customer; from its provider's verified webhook.",
  erased: withoutWords,
  data: z.object({
    channel: channelSchema,
    providerId: z.string().min(1),
    status: z.enum(['delivered', 'failed']),
    reason: storedLine(MOST.reason).optional(),
  }),
});
