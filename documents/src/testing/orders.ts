import { eur } from '@orderflow/contracts/testing';
import type { CreditNoteInput } from '../credit-note.ts';
import type { InvoiceInput } from '../invoice.ts';

const orderId = '01890a5d-ac96-774b-bcce-b302099a8057';
const customer = {
  name: 'Jürgen Groß',
  line1: 'Weg 1',
  line2: 'Hinterhaus',
  postalCode: '10115',
  city: 'Berlin',
  country: 'DE',
};
const lines = [
  { sku: 'MUG-RED', name: 'Enamel mug, red', quantity: 2, unitPrice: eur(1_450) },
  { sku: 'TEA-100', name: 'Darjeeling, 100 g', quantity: 1, unitPrice: eur(1_890) },
];

export const anInvoice = (over: Partial<InvoiceInput> = {}): InvoiceInput => ({
  number: 'INV-2026-000042',
  orderNumber: 'K7QM-4ZT8',
  date: '2026-11-24T08:00:00.000Z',
  orderId,
  placedAt: '2026-11-22T23:30:00.000Z',
  locale: 'en',
  customer,
  lines,
  shippingMethod: 'express',
  subtotal: eur(4_790),
  shipping: eur(990),
  tax: eur(1_098),
  total: eur(6_878),
  ...over,
});

/** With prices as consumers see them, at two rates, billed to a company somewhere else. */
export const aGrossInvoice = (over: Partial<InvoiceInput> = {}): InvoiceInput => ({
  ...anInvoice(),
  billingAddress: { ...customer, company: 'Groß & Söhne GmbH', name: 'Buchhaltung', line1: 'Am Markt 3' },
  vatId: 'DE136695976',
  lines: [
    {
      ...{ sku: 'MUG-RED', name: 'Enamel mug, red', quantity: 2, unitPrice: eur(1_450), unitGross: eur(1_726) },
      ...{ net: eur(2_900), tax: eur(552), gross: eur(3_452), taxBasisPoints: 1_900 },
    },
    {
      ...{ sku: 'TEA-100', name: 'Darjeeling, 100 g', quantity: 1, unitPrice: eur(1_890), unitGross: eur(2_022) },
      ...{ net: eur(1_890), tax: eur(132), gross: eur(2_022), taxBasisPoints: 700 },
    },
  ],
  shippingGross: eur(1_178),
  taxBasisPoints: 1_900,
  tax: eur(872),
  total: eur(6_652),
  ...over,
});

export const aCreditNote = (over: Partial<CreditNoteInput> = {}): CreditNoteInput => ({
  number: 'CN-2026-000007',
  date: '2026-11-30T08:00:00.000Z',
  orderId,
  invoiceNumber: 'INV-2026-000042',
  orderNumber: 'K7QM-4ZT8',
  locale: 'en',
  customer,
  order: { lines, tax: eur(1_098), total: eur(6_878) },
  refund: { amount: eur(3_439), lines: [{ sku: 'MUG-RED', quantity: 1 }], cause: 'returned' },
  ...over,
});
