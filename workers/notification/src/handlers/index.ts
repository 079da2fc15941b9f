import type { Handlers } from '@orderflow/runtime';
import type { Correspondence } from '../decide-notices.ts';
import type { Deps } from '../deps.ts';
import type { notification } from '../worker.ts';
import { onInventoryRejected } from './on-inventory-rejected.ts';
import { onOrderCancelled } from './on-order-cancelled.ts';
import { onOrderConfirmed } from './on-order-confirmed.ts';
import { onOrderPlaced } from './on-order-placed.ts';
import { onPaymentDeclined } from './on-payment-declined.ts';
import { onShipmentDelivered } from './on-shipment-delivered.ts';
import { onShipmentDispatched } from './on-shipment-dispatched.ts';

export const handlers: Handlers<typeof notification, Deps, Correspondence> = {
  'order.placed': onOrderPlaced,
  'order.confirmed': onOrderConfirmed,
  'inventory.rejected': onInventoryRejected,
  'payment.declined': onPaymentDeclined,
  'shipment.dispatched': onShipmentDispatched,
  'shipment.delivered': onShipmentDelivered,
  'order.cancelled': onOrderCancelled,
};
