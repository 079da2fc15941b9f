import {
  InventoryReallocated,
  OrderCancelled,
  OrderCancelRequested,
  OrderConfirmed,
  OrderReturnRequested,
  type Parcel,
  PaymentSecured,
  PaymentUnsecured,
  type QuantityLine,
} from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import { eventFor } from '@orderflow/runtime/testing';
import { warehousesOf } from '../warehouses.ts';

/** The end of the cancel window. The carrier's clock is real, so this is near. */
export const DISPATCH_AFTER = new Date(Date.now() + 60_000).toISOString();

const addressIn = (name: string, city: string, postalCode: string, country: string) => ({
  ...{ name, line1: 'Street 1', postalCode, city, country },
});
export const warehouses = warehousesOf([
  { id: 'BERLIN', address: addressIn('Warehouse Berlin', 'Berlin', '10553', 'DE') },
  { id: 'HAMBURG', address: addressIn('Warehouse Hamburg', 'Hamburg', '20539', 'DE') },
  // Somebody has mistyped it: the carrier knows no such code.
  { id: 'KASSEL', address: addressIn('Warehouse Kassel', 'Kassel', '00000', 'DE') },
]);

export const MUGS: Parcel = { parcelId: '1', warehouse: 'BERLIN', lines: [{ sku: 'MUG-RED', quantity: 2 }] };
export const CLOCK: Parcel = { parcelId: '2', warehouse: 'HAMBURG', lines: [{ sku: 'CLOCK-OAK', quantity: 1 }] };

export function confirmed(
  orderId: string,
  parcels: readonly Parcel[] = [MUGS],
  address: { postalCode?: string; country?: string } = {},
) {
  const unitPrice = eur(1_000);
  return eventFor(OrderConfirmed, orderId, {
    lines: [
      { sku: 'MUG-RED', name: 'Mug, red', quantity: 2, unitPrice },
      { sku: 'CLOCK-OAK', name: 'Clock, oak', quantity: 1, unitPrice },
    ],
    parcels: [...parcels],
    address: { ...addressIn('Alice', 'Amsterdam', '1011 AA', 'NL'), ...address },
    contact: { email: 'alice@example.com' },
    shippingMethod: 'standard',
    dispatchAfter: DISPATCH_AFTER,
  });
}

export const secured = (orderId: string, version = 1) =>
  eventFor(PaymentSecured, orderId, { amount: eur(3_570), version });
export const unsecured = (orderId: string, version = 1) =>
  eventFor(PaymentUnsecured, orderId, { code: 'not_authorized', reason: 'nobody has paid', version });

export const reallocated = (orderId: string, replaced: string, ...parcels: Parcel[]) =>
  eventFor(InventoryReallocated, orderId, { replaced, parcels });

export const REASON = 'changed my mind';
export const cancelRequested = (orderId: string, stage: 'pending' | 'confirmed' = 'confirmed') =>
  eventFor(OrderCancelRequested, orderId, {
    ...{ cancelId: crypto.randomUUID(), actor: 'customer', reason: REASON, stage },
  });
export const cancelled = (orderId: string) => eventFor(OrderCancelled, orderId, { reason: REASON });

export const returnRequested = (orderId: string, returnId: string, ...lines: QuantityLine[]) =>
  eventFor(OrderReturnRequested, orderId, { returnId, lines, reason: 'too red' });
