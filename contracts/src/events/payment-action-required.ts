import { z } from 'zod';
import { defineEvent } from '../event.ts';

export const PaymentActionRequired = defineEvent('payment.action_required', {
  version: 1,
  saidBy: ['payment'],
  summary: "The customer's bank asks for a confirmation (3-D Secure); the hold lasts until the deadline.",
  data: z.object({ attempt: z.int().min(1), intentId: z.string().min(1), deadline: z.iso.datetime() }),
});
