import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { moneySchema } from '../nouns/money.ts';
import { reasonSchema } from '../nouns/text.ts';

export const PaymentVoided = defineEvent('payment.voided', {
  version: 1,
  saidBy: ['payment'],
  summary: 'The authorisation was cancelled; the customer pays nothing.',
  erased: withoutWords,
  data: z.object({ amount: moneySchema, reason: reasonSchema }),
});
