import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { moneySchema } from '../nouns/money.ts';

export const PaymentVoided = defineEvent('payment.voided', {
  version: 1,
  saidBy: ['payment'],
  summary: 'The authorisation was cancelled; the customer pays nothing.',
  data: z.object({ amount: moneySchema, reason: z.string().min(1).max(500) }),
});
