import type { Handlers } from '@orderflow/runtime';
import type { Deps } from '../deps.ts';
import type { OrderShipments } from '../order-shipments.ts';
import type { delivery } from '../worker.ts';
import { onCarrierScan } from './on-carrier-scan.ts';
import { onInventoryReallocated } from './on-inventory-reallocated.ts';
import { onOrderCancelRequested } from './on-order-cancel-requested.ts';
import { onOrderCancelled } from './on-order-cancelled.ts';
import { onOrderConfirmed } from './on-order-confirmed.ts';
import { onOrderEditRequested } from './on-order-edit-requested.ts';
import { onOrderErased } from './on-order-erased.ts';
import { onOrderReturnRequested } from './on-order-return-requested.ts';
import { onPaymentSecured } from './on-payment-secured.ts';
import { onPaymentUnsecured } from './on-payment-unsecured.ts';

export const handlers: Handlers<typeof delivery, Deps, OrderShipments> = {
  'order.confirmed': onOrderConfirmed,
  'payment.secured': onPaymentSecured,
  'payment.unsecured': onPaymentUnsecured,
  'inventory.reallocated': onInventoryReallocated,
  'order.cancel_requested': onOrderCancelRequested,
  'order.cancelled': onOrderCancelled,
  'order.edit_requested': onOrderEditRequested,
  'order.return_requested': onOrderReturnRequested,
  'order.erased': onOrderErased,
  'carrier.scan': onCarrierScan,
};
