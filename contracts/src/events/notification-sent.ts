import { z } from 'zod';
import { defineEvent } from '../event.ts';

export const noticeKindSchema = z.enum([
  'order_confirmed',
  'order_rejected',
  'payment_declined',
  'order_dispatched',
  'order_delivered',
  'order_cancelled',
]);
export type NoticeKind = z.infer<typeof noticeKindSchema>;

export const channelSchema = z.enum(['email', 'sms']);
export type Channel = z.infer<typeof channelSchema>;

export const NotificationSent = defineEvent('notification.sent', {
  version: 1,
  summary: 'A message to the customer was accepted by its provider.',
  data: z.object({ kind: noticeKindSchema, channel: channelSchema, providerId: z.string().min(1) }),
});
