import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { channelSchema, noticeKindSchema } from './notification-sent.ts';

export const NotificationFailed = defineEvent('notification.failed', {
  version: 1,
  summary: 'The provider refused a message to the customer for good.',
  data: z.object({ kind: noticeKindSchema, channel: channelSchema, reason: z.string().min(1).max(500) }),
});
