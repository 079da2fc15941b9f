import { pricedLineOf, pricesOf } from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import type { CreditNoteInput } from '../credit-note.ts';
import type { InvoiceInput } from '../invoice.ts';

const orderNumber = '7K3M-9QXD';
const customer = {
  name: 'Jürgen Groß',
  line1: 'Weg 1',
  line2: 'Hinterhaus',
  postalCode: '10115',
  city: 'Berlin',
  country: 'DE',
};
const lines = [
  pricedLineOf({ sku: 'MUG-RED', name: 'Enamel mug, red', quantity: 2, unitPrice: eur(1_450) }, 1_900),
  pricedLineOf({ sku: 'TEA-100', name: 'Darjeeling, 100 g', quantity: 1, unitPrice: eur(1_890) }, 1_900),
];
const prices = pricesOf(lines, eur(990), 1_900);

/** Taxed as a whole, as versions before did it. */
export const former = {
  lines: lines.map(({ sku, name, quantity, unitPrice }) => ({ sku, name, quantity, unitPrice })),
  subtotal: eur(4_790),
  shipping: eur(990),
  tax: eur(1_098),
  total: eur(6_878),
};

export const anInvoice = (over: Partial<InvoiceInput> = {}): InvoiceInput => ({
  number: 'INV-20261122-B302099A8057',
  date: '2026-11-24T08:00:00.000Z',
  orderNumber,
  placedAt: '2026-11-22T23:30:00.000Z',
  locale: 'en',
  customer,
  lines,
  shippingMethod: 'express',
  ...prices,
  ...over,
});

export const aCreditNote = (over: Partial<CreditNoteInput> = {}): CreditNoteInput => ({
  number: 'CN-20261122-B302099A8057-0A1B2C3D',
  date: '2026-11-30T08:00:00.000Z',
  orderNumber,
  invoiceNumber: 'INV-20261122-B302099A8057',
  locale: 'en',
  customer,
  order: { lines, ...prices },
  refund: { amount: eur(1_726), lines: [{ sku: 'MUG-RED', quantity: 1 }], cause: 'returned' },
  ...over,
});
