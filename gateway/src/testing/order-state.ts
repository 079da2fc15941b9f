import type { OrderParcel } from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import type { OrderState } from '../orders/order-state.ts';
import { ADDRESS } from './orders.ts';

export const NOW = new Date('2026-03-01T12:00:00.000Z');
export const after = (seconds: number): string => new Date(NOW.getTime() + seconds * 1_000).toISOString();

export const parcel = (over: Partial<OrderParcel> = {}): OrderParcel => ({
  parcelId: '1',
  warehouse: 'BERLIN',
  lines: [{ sku: 'MUG', quantity: 2 }],
  status: 'reserved',
  ...over,
});

/** Two mugs and a vase: 20 and 30, shipping 5, tax 19 %. */
export const orderState = (over: Partial<OrderState> = {}): OrderState => ({
  customerId: 'alice',
  status: 'pending',
  payment: 'none',
  shipment: 'none',
  lines: [
    { sku: 'MUG', name: 'Mug', quantity: 2, unitPrice: eur(1_000) },
    { sku: 'VASE', name: 'Vase', quantity: 1, unitPrice: eur(3_000) },
  ],
  subtotal: eur(5_000),
  shipping: eur(500),
  tax: eur(1_045),
  total: eur(6_545),
  address: ADDRESS,
  contact: { email: 'ada@example.com' },
  shippingMethod: 'standard',
  parcels: [],
  refunds: [],
  returns: [],
  locale: 'en',
  placedAt: after(-60),
  cancelUntil: after(0),
  updatedAt: after(-60),
  idempotencyKey: 'key-00000001',
  bodyHash: 'hash',
  timeline: [],
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  paymentAttempt: 1,
  searchedEmail: 'ada@example.com',
  searchedId: '',
  ...over,
});
