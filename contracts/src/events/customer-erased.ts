import { z } from 'zod';
import { defineEvent } from '../event.ts';

export const CustomerErased = defineEvent('customer.erased', {
  version: 1,
  saidBy: ['gateway'],
  summary: 'A customer is to be forgotten: whatever is kept by their id goes. Their orders are erased one by one.',
  subject: 'customer',
  data: z.object({}),
});
