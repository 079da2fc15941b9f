import { z } from 'zod';
import { defineEvent } from '../event.ts';

export const PaymentExpired = defineEvent('payment.expired', {
  version: 1,
  saidBy: ['payment'],
  summary: 'Nobody paid before the hold ended. Stripe was asked, and the intent can no longer be paid.',
  data: z.object({ reason: z.string().min(1).max(500) }),
});
