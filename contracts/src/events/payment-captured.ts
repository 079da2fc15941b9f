import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { moneySchema } from '../nouns/money.ts';

export const PaymentCaptured = defineEvent('payment.captured', {
  version: 1,
  saidBy: ['payment'],
  summary:
    'The authorised amount was captured, because a parcel left or before the authorisation lapsed; or a person did at Stripe, perhaps in part.',
  data: z.object({ amount: moneySchema, because: z.enum(['dispatched', 'lapsing', 'by_hand']) }),
});
