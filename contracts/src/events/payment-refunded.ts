import { defineEvent } from '../event.ts';
import { withoutWords } from '../nouns/erased.ts';
import { moneySchema } from '../nouns/money.ts';
import { refundSchema } from './order-refund-requested.ts';

export const PaymentRefunded = defineEvent('payment.refunded', {
  version: 1,
  saidBy: ['payment'],
  summary: 'Stripe has given captured money back.',
  erased: withoutWords,
  data: refundSchema.extend({ totalRefunded: moneySchema }),
});
