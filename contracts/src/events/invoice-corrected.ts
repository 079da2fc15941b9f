import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { creditNoteSchema, digestSchema } from '../nouns/document.ts';

export const InvoiceCorrected = defineEvent('invoice.corrected', {
  version: 1,
  saidBy: ['order-process'],
  formerlySaidBy: ['order-status'],
  summary: 'A refund was made, and its credit note has its number; its bytes are kept.',
  data: z.object({ refundId: z.uuid(), document: creditNoteSchema, digest: digestSchema }),
});
