import { z } from 'zod';

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
  'order_edited',
  'refund_failed',
]);
export type NoticeKind = z.infer<typeof noticeKindSchema>;

export const channelSchema = z.enum(['email', 'sms']);
export type Channel = z.infer<typeof channelSchema>;
