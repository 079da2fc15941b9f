import { defineEvent } from '../event.ts';
import { noticeSchema } from './notification-sent.ts';

export const NotificationDelivered = defineEvent('notification.delivered', {
  version: 1,
  saidBy: ['notification'],
  summary: 'A message reached the customer, as its provider says.',
  data: noticeSchema,
});
