import { z } from 'zod';
import { defineEvent } from '../event.ts';
import { creditNoteSchema, digestSchema } from '../nouns/document.ts';
import { withoutParties } from '../nouns/erased.ts';

export const InvoiceCorrected = defineEvent('invoice.corrected', {
  version: 1,
  saidBy: ['order-process'],
  formerlySaidBy: ['order-status'],
  summary: 'A refund was made, and its credit note has its number; its bytes are kept.',
  erased: withoutParties,
  data: z.object({ refundId: z.uuid(), document: creditNoteSchema, digest: digestSchema }),
});
