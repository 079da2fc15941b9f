import { z } from 'zod';
import { defineEvent } from '../event.ts';

export const noticeKindSchema = z.enum([
  'order_confirmed',
  'order_rejected',
  'order_expired',
  'payment_declined',
  'payment_action_required',
  'payment_captured',
  'payment_refunded',
  'order_dispatched',
  'order_delivered',
  'shipment_failed',
  'return_created',
  'return_failed',
  'order_cancelled',
]);
export type NoticeKind = z.infer<typeof noticeKindSchema>;

export const channelSchema = z.enum(['email', 'sms']);
export type Channel = z.infer<typeof channelSchema>;

/** One message to the customer. */
export const noticeSchema = z.object({
  kind: noticeKindSchema,
  channel: channelSchema,
  /** What the notice is about where an order has several of a kind: an attempt, a parcel, a refund, a return. */
  occasion: z.string().optional(),
  providerId: z.string().min(1),
});

export const NotificationSent = defineEvent('notification.sent', {
  version: 1,
  saidBy: ['notification'],
  summary: 'A message to the customer was accepted by its provider.',
  data: noticeSchema,
});
