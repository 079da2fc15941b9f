import type { Handlers } from '@orderflow/runtime';
import type { Reservation } from '../decide-reservation.ts';
import type { Deps } from '../deps.ts';
import type { inventory } from '../worker.ts';
import { onOrderCancelled } from './on-order-cancelled.ts';
import { onOrderPlaced } from './on-order-placed.ts';
import { onPaymentDeclined } from './on-payment-declined.ts';
import { onShipmentDispatched } from './on-shipment-dispatched.ts';

export const handlers: Handlers<typeof inventory, Deps, Reservation> = {
  'order.placed': onOrderPlaced,
  'payment.declined': onPaymentDeclined,
  'order.cancelled': onOrderCancelled,
  'shipment.dispatched': onShipmentDispatched,
};
