import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { moneySchema } from '../nouns/money.ts';

export const PaymentAuthorized = defineEvent('payment.authorized', {
  version: 1,
  saidBy: ['payment'],
  summary: "The order's total is authorised on the customer's card, to be captured on dispatch.",
  data: z.object({ amount: moneySchema, captureBefore: z.iso.datetime(), intentId: z.string().min(1) }),
});
