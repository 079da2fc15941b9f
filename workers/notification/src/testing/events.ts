import { randomUUID } from 'node:crypto';
import {
  type CreditNote,
  CustomerPreferencesChanged,
  InventoryRejected,
  InventoryReleased,
  type Invoice,
  InvoiceCorrected,
  InvoiceIssued,
  MessageTracked,
  OrderCancelled,
  OrderConfirmed,
  OrderEmailChanged,
  OrderExpired,
  OrderPlaced,
  PaymentActionRequired,
  PaymentDeclined,
  type Preferences,
  ReturnCreated,
  ReturnFailed,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentFailed,
} from '@orderflow/contracts';
import { eventFor } from '@orderflow/runtime/testing';
import { anIssuedCreditNote, anIssuedInvoice, anOrder } from './orders.ts';

type Made<Document> = { document?: Document; digest?: string };
const OTHER_BYTES = '0'.repeat(64);

export type Customer = {
  email?: string;
  phone?: string;
  shippingMethod?: 'standard' | 'express';
  customerId?: string;
  locale?: 'en' | 'de';
};
const { lines, address, subtotal, shipping, tax, total } = anOrder();
const quantities = [{ sku: 'MUG-RED', quantity: 2 }];
export const refundId = '6e2c1d4a-0000-5000-8000-00001a2b3c4d';
const shipment = (parcelId: string) => ({
  ...{ parcelId, warehouse: 'BERLIN', lines: quantities },
  ...{ shipmentId: `S${parcelId}`, carrier: 'Parcels', trackingNumber: `P${parcelId}` },
  ...{ trackingUrl: `https://parcels.example/P${parcelId}`, scanAt: '2026-01-02T12:00:00.000Z' },
});
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

/** What this worker hears, about one order. */
export const facts = {
  placed: (
    orderId: string,
    { email, phone, shippingMethod = 'standard', customerId = orderId, locale }: Customer = {},
  ) =>
    eventFor(OrderPlaced, orderId, {
      ...{ customerId, lines: [...lines], subtotal, shipping, tax, total, address, shippingMethod },
      ...(locale ? { locale } : {}),
      contact: { email: email ?? `${orderId}@example.com`, ...(phone === undefined ? {} : { phone }) },
      paymentMethod: 'pm_card_visa',
      cancelUntil: '2026-01-01T12:01:00.000Z',
    }),
  confirmed: (orderId: string) =>
    eventFor(OrderConfirmed, orderId, {
      ...{ lines: [...lines], address, contact: { email: 'a@example.com' }, shippingMethod: 'standard' },
      parcels: [{ parcelId: '1', warehouse: 'BERLIN', lines: quantities }],
      dispatchAfter: '2026-01-01T12:01:00.000Z',
    }),
  shortOf: (orderId: string) =>
    eventFor(InventoryRejected, orderId, { shortages: [{ sku: 'MUG-RED', requested: 2, available: 0 }] }),
  emailChanged: (orderId: string, email: string, mailbox = 1) =>
    eventFor(OrderEmailChanged, orderId, { changeId: randomUUID(), email, mailbox, actor: 'customer' }),
  expired: (orderId: string) => eventFor(OrderExpired, orderId, { reason: 'not paid in time' }),
  declined: (orderId: string, attempt = 1, final = false) =>
    eventFor(PaymentDeclined, orderId, {
      ...{ code: 'insufficient_funds', message: 'Your card has insufficient funds.', attempt, final },
      ...(final ? { attemptsLeft: 0 } : { attemptsLeft: 5 - attempt, retryUntil: inAnHour() }),
    }),
  actionRequired: (orderId: string, attempt = 1) =>
    eventFor(PaymentActionRequired, orderId, { attempt, intentId: 'pi_1', deadline: inAnHour() }),
  /** Without its digest no document goes along. */
  captured: (orderId: string, { document = anIssuedInvoice(), digest = OTHER_BYTES }: Made<Invoice> = {}) =>
    eventFor(InvoiceIssued, orderId, { amount: total, document, digest }),
  refunded: (orderId: string, { document = anIssuedCreditNote(), digest = OTHER_BYTES }: Made<CreditNote> = {}) =>
    eventFor(InvoiceCorrected, orderId, { refundId, document, digest }),
  dispatched: (orderId: string, parcelId = '1') => eventFor(ShipmentDispatched, orderId, shipment(parcelId)),
  delivered: (orderId: string, parcelId = '1') => eventFor(ShipmentDelivered, orderId, shipment(parcelId)),
  lost: (orderId: string, parcelId = '1') =>
    eventFor(ShipmentFailed, orderId, {
      ...{ parcelId, warehouse: 'BERLIN', lines: quantities, code: 'lost', reason: 'lost on the way' },
      ...{ dispatched: true, elsewhere: false, returned: false },
    }),
  refusedHere: (orderId: string) =>
    eventFor(ShipmentFailed, orderId, {
      ...{ parcelId: '1', warehouse: 'BERLIN', lines: quantities, code: 'ORIGIN_CLOSED', reason: 'closed' },
      ...{ dispatched: false, elsewhere: true, returned: false },
    }),
  givenUp: (orderId: string, parcelId = '1') =>
    eventFor(InventoryReleased, orderId, { parcelId, lines: quantities, reason: 'closed' }),
  released: (orderId: string) => eventFor(InventoryReleased, orderId, { lines: quantities, reason: 'cancelled' }),
  returnFailed: (orderId: string) =>
    eventFor(ReturnFailed, orderId, { returnId: refundId, code: 'lost', reason: 'It is nowhere' }),
  returnCreated: (orderId: string) =>
    eventFor(ReturnCreated, orderId, {
      ...{ returnId: refundId, shipmentId: 'S9', carrier: 'Parcels', trackingNumber: 'P9' },
      ...{ trackingUrl: 'https://parcels.example/P9', lines: quantities },
    }),
  cancelled: (orderId: string) =>
    eventFor(OrderCancelled, orderId, { reason: 'Visit https://evil.example', cause: 'customer' }),
  tracked: (orderId: string, channel: 'email' | 'sms', providerId: string, status: 'delivered' | 'failed') =>
    eventFor(MessageTracked, orderId, { channel, providerId, status, reason: 'as the provider says' }),
  preferred: (customerId: string, preferences: Preferences, version = 1) =>
    eventFor(CustomerPreferencesChanged, customerId, { preferences, version }),
};
