import type { CreditNote, Invoice } from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { sellerFrom } from '@orderflow/documents';
import type { Correspondence, Notice } from '../correspondence.ts';
import type { Reader } from '../render-notice.ts';

/** An order as `order.placed` tells of it, without the parts that this worker does not keep. */
export const anOrder = (over: Partial<Correspondence> = {}): Correspondence => ({
  customerId: 'alice',
  contact: { email: 'alice@example.com' },
  address: { name: 'Alice Archer', line1: 'Weg 1', postalCode: '10115', city: 'Berlin', country: 'DE' },
  locale: 'en',
  lines: [
    { sku: 'MUG-RED', name: 'Enamel mug, red', quantity: 2, unitPrice: eur(1_450) },
    { sku: 'TEA-100', name: 'Darjeeling, 100 g', quantity: 1, unitPrice: eur(1_890) },
  ],
  subtotal: eur(4_790),
  shipping: eur(990),
  tax: eur(1_098),
  total: eur(6_878),
  shippingMethod: 'standard',
  placedAt: '2026-11-22T12:00:00.000Z',
  notices: [],
  waiting: [],
  turns: 0,
  ...over,
});

/** With prices as consumers see them, a number, a bill to somewhere else. */
export const aGrossOrder = (): Correspondence => ({
  ...anOrder(),
  number: 'K7QM-4ZT8',
  billingAddress: { ...anOrder().address, company: 'Groß & Söhne GmbH', name: 'Buchhaltung', line1: 'Am Markt 3' },
  vatId: 'DE136695976',
  cancelUntil: '2026-11-22T12:30:00.000Z',
  lines: [
    {
      ...{ sku: 'MUG-RED', name: 'Enamel mug, red', quantity: 2, unitPrice: eur(1_450), unitGross: eur(1_726) },
      ...{ net: eur(2_900), tax: eur(552), gross: eur(3_452), taxBasisPoints: 1_900 },
    },
    {
      ...{ sku: 'TEA-100', name: 'Darjeeling, 100 g', quantity: 1, unitPrice: eur(1_890), unitGross: eur(2_249) },
      ...{ net: eur(1_890), tax: eur(359), gross: eur(2_249), taxBasisPoints: 1_900 },
    },
  ],
  shippingGross: eur(1_178),
  taxBasisPoints: 1_900,
  tax: eur(1_099),
  total: eur(6_879),
});

export const aReader = (over: Partial<Reader> = {}): Reader => ({
  orderId: '01890a5d-ac96-774b-bcce-b302099a8057',
  order: anOrder(),
  locale: 'en',
  timeZone: 'Europe/Berlin',
  seller: sellerFrom(),
  replyTo: 'orders@shop.example',
  returnDays: 30,
  isAttached: true,
  orderUrl: 'https://shop.example/orders/01890a5d-ac96-774b-bcce-b302099a8057',
  ...over,
});

/** As order-process issues them. */
const issued = {
  ...{
    orderNumber: 'K7QM-4ZT8',
    locale: 'en' as const,
    seller: { ...sellerFrom(), address: [...sellerFrom().address] },
  },
  ...{ customer: anOrder().address, date: '2026-11-23T12:00:00.000Z' },
};
const { subtotal, shipping, tax, total } = anOrder();
export const anIssuedInvoice = (over: Partial<Invoice> = {}): Invoice => ({
  ...{ ...issued, number: 'INV-2026-000042', placedAt: anOrder().placedAt, shippingMethod: 'standard' as const },
  ...{ lines: [...anOrder().lines], subtotal, shipping, tax, total },
  ...over,
});
export const anIssuedCreditNote = (over: Partial<CreditNote> = {}): CreditNote => ({
  ...{ ...issued, number: 'CN-2026-000007', invoiceNumber: 'INV-2026-000042', date: '2026-11-30T12:00:00.000Z' },
  order: { lines: [...anOrder().lines], tax, total },
  refund: {
    amount: eur(3_451),
    lines: [{ sku: 'MUG-RED', quantity: 2 }],
    cause: 'returned',
    totalRefunded: eur(3_451),
  },
  ...over,
});
const digest = '0'.repeat(64);

export const tracking = {
  carrier: 'Parcels',
  trackingNumber: 'PX1234567890DE',
  trackingUrl: 'https://parcels.example/track/PX1234567890DE?a=1&b=2',
};
const lines = [{ sku: 'MUG-RED', quantity: 2 }];
const refundId = '6e2c1d4a-0000-5000-8000-00001a2b3c4d';
const declined = {
  kind: 'payment_declined',
  occasion: '1',
  code: 'insufficient_funds',
  message: 'Your card has insufficient funds.',
} as const;

/** Every kind, and every way it can go; the names are for test titles. */
export const everyNotice: readonly (readonly [string, Notice])[] = [
  ['order_confirmed', { kind: 'order_confirmed' }],
  [
    'order_rejected',
    {
      kind: 'order_rejected',
      shortages: [
        { sku: 'MUG-RED', requested: 2, available: 1 },
        { sku: 'TEA-100', requested: 1, available: 0 },
      ],
    },
  ],
  ['order_expired', { kind: 'order_expired' }],
  ['payment_declined for good', { ...declined, attemptsLeft: 0, final: true }],
  ['payment_declined once', { ...declined, attemptsLeft: 4, final: false, retryUntil: '2026-11-22T12:15:00.000Z' }],
  ['payment_declined before the last try', { ...declined, attemptsLeft: 1, final: false }],
  ['payment_action_required', { kind: 'payment_action_required', occasion: '1', deadline: '2026-11-22T12:30:00.000Z' }],
  [
    'payment_captured',
    {
      kind: 'payment_captured',
      amount: eur(6_878),
      date: '2026-11-23T12:00:00.000Z',
      document: anIssuedInvoice(),
      digest,
    },
  ],
  [
    'payment_refunded',
    {
      kind: 'payment_refunded',
      occasion: refundId,
      amount: eur(3_451),
      lines,
      totalRefunded: eur(3_451),
      cause: 'returned',
      date: '2026-11-30T12:00:00.000Z',
      document: anIssuedCreditNote(),
      digest,
    },
  ],
  [
    'payment_refunded for no line',
    {
      kind: 'payment_refunded',
      occasion: refundId,
      amount: eur(500),
      lines: [],
      cause: 'staff',
      date: '2026-11-30T12:00:00.000Z',
    },
  ],
  [
    'order_edited by the customer',
    {
      kind: 'order_edited',
      occasion: refundId,
      removed: [{ sku: 'TEA-100', quantity: 1, name: 'Green tea' }],
      isAddressChanged: false,
      byStaff: false,
    },
  ],
  [
    'order_edited by staff',
    {
      kind: 'order_edited',
      occasion: refundId,
      removed: [{ sku: 'TEA-100', quantity: 1, name: 'Green tea' }],
      isAddressChanged: false,
      byStaff: true,
    },
  ],
  [
    'order_edited, to another address',
    { kind: 'order_edited', occasion: refundId, removed: [], isAddressChanged: true, byStaff: false },
  ],
  ['refund_failed', { kind: 'refund_failed', occasion: refundId, amount: eur(3_451) }],
  ['order_dispatched', { kind: 'order_dispatched', occasion: '1', tracking, lines }],
  ['order_delivered', { kind: 'order_delivered', occasion: '1', tracking, lines }],
  ['shipment_failed: lost', { kind: 'shipment_failed', occasion: '2', code: 'lost', lines }],
  ['shipment_failed: returned', { kind: 'shipment_failed', occasion: '2', code: 'returned_to_sender', lines }],
  ['shipment_failed: stopped', { kind: 'shipment_failed', occasion: '2', code: 'cancelled', lines }],
  ['shipment_failed: refused', { kind: 'shipment_failed', occasion: '2', code: 'ADDRESS_UNDELIVERABLE', lines }],
  ['return_created', { kind: 'return_created', occasion: refundId, tracking, lines }],
  ['return_failed: lost', { kind: 'return_failed', occasion: refundId, code: 'lost' }],
  ['return_failed: returned', { kind: 'return_failed', occasion: refundId, code: 'returned_to_sender' }],
  ['return_failed: refused', { kind: 'return_failed', occasion: refundId, code: 'ORIGIN_CLOSED' }],
  ['order_cancelled', { kind: 'order_cancelled' }],
  ['order_cancelled by the customer', { kind: 'order_cancelled', cause: 'customer' }],
  ['order_cancelled by staff', { kind: 'order_cancelled', cause: 'staff' }],
  ['order_cancelled: undeliverable', { kind: 'order_cancelled', cause: 'undeliverable' }],
];
