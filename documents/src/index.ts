export type { CreditNoteInput } from './credit-note.ts';
export type { DocumentLine, DocumentPrices, InvoiceInput } from './invoice.ts';
export { creditNoteNumberOf, invoiceNumberOf } from './numbers.ts';
export { creditNotePdf, invoicePdf } from './pdfs.ts';
export { type Seller, type SellerEnv, sellerFrom } from './seller.ts';
export type { Party } from './sheet.ts';
export { rateIn, taxLabel } from './tax.ts';
export { whyRefunded } from './words.ts';
