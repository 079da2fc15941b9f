import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { digestSchema, invoiceSchema } from '../nouns/document.ts';
import { withoutParties } from '../nouns/erased.ts';
import { moneySchema } from '../nouns/money.ts';

export const InvoiceIssued = defineEvent('invoice.issued', {
  version: 1,
  saidBy: ['order-process'],
  formerlySaidBy: ['order-status'],
  summary: 'The invoice of a charged order has its number, and its bytes are kept.',
  erased: withoutParties,
  data: z.object({ amount: moneySchema, document: invoiceSchema, digest: digestSchema }),
});
