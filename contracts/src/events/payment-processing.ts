import { z } from 'zod';
import { defineEvent } from '../event.ts';

export const PaymentProcessing = defineEvent('payment.processing', {
  version: 1,
  saidBy: ['payment'],
  summary: 'The payment is with the bank and nobody can hurry it: the order waits, and its stock is held meanwhile.',
  data: z.object({ attempt: z.int().min(1), intentId: z.string().min(1) }),
});
