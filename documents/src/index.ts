export { type CreditNoteInput, creditNotePdf } from './credit-note.ts';
export { type InvoiceInput, invoicePdf } from './invoice.ts';
export { creditNoteNumberOf, invoiceNumberOf } from './numbers.ts';
