import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { paymentMethodSchema } from '../nouns/order.ts';

export const OrderPaymentRetried = defineEvent('order.payment_retried', {
  version: 1,
  saidBy: ['gateway'],
  summary: 'The customer wants to pay with another payment method.',
  data: z.object({ paymentMethod: paymentMethodSchema, attempt: z.int().min(2) }),
});
