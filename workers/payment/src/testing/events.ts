import { randomUUID } from 'node:crypto';
import {
  InventoryReserved,
  type Money,
  OrderCancelled,
  OrderCancelRequested,
  OrderConfirmed,
  OrderExpired,
  OrderPaymentRetried,
  OrderPlaced,
  OrderRefundRequested,
  OrderRejected,
  ShipmentDispatched,
  StripeEvent,
} from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { eventFor as eventAt } from '@orderflow/runtime/testing';

/** Said just now, as the age of a fact tells how old an idempotency key can be. */
const eventFor: typeof eventAt = (definition, subject, data, options) =>
  eventAt(definition, subject, data, { time: new Date(), ...options });

/** What an order of 29.75 EUR would hear; for specs. */
export const total = eur(2_975);
const line = { sku: 'MUG-RED', quantity: 2 };
const parcel = { parcelId: '1', warehouse: 'BERLIN', lines: [line] };
const address = { name: 'Alice', line1: 'Weg 1', postalCode: '10115', city: 'Berlin', country: 'DE' };
const soon = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

export const placed = (orderId: string, paymentMethod = 'pm_card_visa') =>
  eventFor(OrderPlaced, orderId, {
    customerId: 'alice',
    lines: [{ ...line, name: 'Mug', unitPrice: eur(1_000) }],
    subtotal: eur(2_000),
    shipping: eur(500),
    tax: eur(475),
    total,
    address,
    contact: { email: 'alice@example.com' },
    shippingMethod: 'standard',
    paymentMethod,
    cancelUntil: soon(1),
  });
/** @param holdUntil ISO 8601; in a quarter of an hour unless given */
export const reserved = (orderId: string, holdUntil = soon(15)) =>
  eventFor(InventoryReserved, orderId, { lines: [line], parcels: [parcel], holdUntil });
export const rejected = (orderId: string) => eventFor(OrderRejected, orderId, { reason: 'out of stock' });
export const retried = (orderId: string, attempt: number, paymentMethod = 'pm_card_visa') =>
  eventFor(OrderPaymentRetried, orderId, { paymentMethod, attempt });
export const dispatched = (orderId: string, parcelId = '1') =>
  eventFor(ShipmentDispatched, orderId, {
    ...parcel,
    parcelId,
    shipmentId: `S${parcelId}`,
    carrier: 'Parcels',
    trackingNumber: `T${parcelId}`,
    trackingUrl: `https://parcels.example/T${parcelId}`,
    scanAt: soon(0),
  });
/** @param paid what the order says that has to be paid; undefined: it does not say */
export const confirmed = (orderId: string, paid: Money | undefined = total) =>
  eventFor(OrderConfirmed, orderId, {
    ...{ lines: [{ ...line, name: 'Mug', unitPrice: eur(1_000) }], parcels: [parcel] },
    ...{ address, contact: { email: 'alice@example.com' }, shippingMethod: 'standard' },
    ...{ dispatchAfter: soon(1), ...(paid && { total: paid }) },
  });
export const cancelled = (orderId: string) => eventFor(OrderCancelled, orderId, { reason: 'changed my mind' });
export const expired = (orderId: string) => eventFor(OrderExpired, orderId, { reason: 'not paid in time' });
export const cancelRequested = (orderId: string, stage: 'pending' | 'confirmed') =>
  eventFor(OrderCancelRequested, orderId, {
    cancelId: randomUUID(),
    actor: 'customer',
    reason: 'changed my mind',
    stage,
  });
export const refundRequested = (orderId: string, amount = total, refundId: string = randomUUID()) =>
  eventFor(OrderRefundRequested, orderId, {
    refundId,
    amount,
    lines: [line],
    reason: 'broken',
    restock: false,
    actor: 'staff',
  });
export const stripeReported = (orderId: string, intentId: string, type = 'payment_intent.payment_failed') =>
  eventFor(StripeEvent, orderId, { stripeEventId: `evt_${randomUUID()}`, type, intentId });
