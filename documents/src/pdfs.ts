import type { CreditNoteInput } from './credit-note.ts';
import type { InvoiceInput } from './invoice.ts';

// What sets type and reads fonts is loaded with the first document: many a process that can make one never does.
export const invoicePdf = async (input: InvoiceInput): Promise<Buffer> =>
  (await import('./invoice.ts')).invoicePdf(input);

export const creditNotePdf = async (input: CreditNoteInput): Promise<Buffer> =>
  (await import('./credit-note.ts')).creditNotePdf(input);
