import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { moneySchema } from '../nouns/money.ts';
import { reasonSchema } from '../nouns/text.ts';

export const PaymentRefundFailed = defineEvent('payment.refund_failed', {
  version: 1,
  saidBy: ['payment'],
  summary: 'A refund did not go through. Unless nothing was left to give back, staff have to act.',
  erased: withoutWords,
  data: z.object({
    refundId: z.uuid(),
    amount: moneySchema,
    code: z.string().min(1),
    message: reasonSchema,
    totalRefunded: moneySchema,
  }),
});
