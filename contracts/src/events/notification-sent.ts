import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { channelSchema, noticeKindSchema } from '../nouns/notice.ts';

/** One message to the customer. */
export const noticeSchema = z.object({
  kind: noticeKindSchema,
  channel: channelSchema,
  /** What the notice is about where an order has several of a kind: an attempt, a parcel, a refund, a return. */
  occasion: z.string().optional(),
  providerId: z.string().min(1),
  /** Which of the order's e-mail addresses it went to, where that is not the one that it was placed with (0). */
  mailbox: z.int().positive().optional(),
  /** Sent again since the address was mended; which address then. */
  again: z.int().positive().optional(),
});

export const NotificationSent = defineEvent('notification.sent', {
  version: 1,
  saidBy: ['notification'],
  summary: 'A message to the customer was accepted by its provider.',
  data: noticeSchema,
});
