import { z } from 'zod';
import { defineEvent } from '../event.ts';

export const OrderErased = defineEvent('order.erased', {
  version: 1,
  saidBy: ['gateway'],
  summary:
    'The personal data of an order that has ended is to go from all documents. Invoices stay as they were issued.',
  data: z.object({ actor: z.enum(['customer', 'staff']) }),
});
