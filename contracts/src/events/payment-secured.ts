import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { moneySchema } from '../nouns/money.ts';

export const PaymentSecured = defineEvent('payment.secured', {
  version: 1,
  saidBy: ['payment'],
  summary: "By payment's own books the money of the confirmed order is authorised or captured: it may be shipped.",
  data: z.object({
    amount: moneySchema,
    /** Numbers this order's `payment.secured` and `payment.unsecured`: the highest counts. */
    version: z.int().min(1),
  }),
});
