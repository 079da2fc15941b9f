import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { noticeSchema } from './notification-sent.ts';

export const NotificationFailed = defineEvent('notification.failed', {
  version: 1,
  saidBy: ['notification'],
  summary: 'A message to the customer was refused for good, or came back.',
  data: noticeSchema.partial({ providerId: true }).extend({ reason: z.string().min(1).max(500) }),
});
