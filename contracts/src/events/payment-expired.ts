import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { reasonSchema } from '../nouns/text.ts';

export const PaymentExpired = defineEvent('payment.expired', {
  version: 1,
  saidBy: ['payment'],
  summary: 'Nobody paid before the hold ended. Stripe was asked, and the intent can no longer be paid.',
  erased: withoutWords,
  data: z.object({ reason: reasonSchema }),
});
