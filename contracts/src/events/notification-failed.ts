import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { reasonSchema } from '../nouns/text.ts';
import { noticeSchema } from './notification-sent.ts';

export const NotificationFailed = defineEvent('notification.failed', {
  version: 1,
  saidBy: ['notification'],
  summary: 'A message to the customer was refused for good, or came back.',
  erased: withoutWords,
  data: noticeSchema.partial({ providerId: true }).extend({ reason: reasonSchema }),
});
