export { type CreditNoteInput, creditNotePdf } from './credit-note.ts';
export { type DocumentLine, type DocumentPrices, type InvoiceInput, invoicePdf } from './invoice.ts';
export { creditNoteNumberOf, invoiceNumberOf } from './numbers.ts';
export { type Seller, type SellerEnv, sellerFrom } from './seller.ts';
export type { Party } from './sheet.ts';
export { rateIn, taxLabel } from './tax.ts';
export { whyRefunded } from './words.ts';
