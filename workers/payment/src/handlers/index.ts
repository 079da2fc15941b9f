import type { Handlers } from '@orderflow/runtime';
import type { Payment } from '../decide-payment.ts';
import type { Deps } from '../deps.ts';
import type { payment } from '../worker.ts';
import { onInventoryRejected } from './on-inventory-rejected.ts';
import { onInventoryReserved } from './on-inventory-reserved.ts';
import { onOrderCancelled } from './on-order-cancelled.ts';
import { onOrderPlaced } from './on-order-placed.ts';
import { onShipmentDispatched } from './on-shipment-dispatched.ts';

export const handlers: Handlers<typeof payment, Deps, Payment> = {
  'order.placed': onOrderPlaced,
  'inventory.reserved': onInventoryReserved,
  'inventory.rejected': onInventoryRejected,
  'shipment.dispatched': onShipmentDispatched,
  'order.cancelled': onOrderCancelled,
};
