import type { Handlers } from '@orderflow/runtime';
import type { Deps } from '../deps.ts';
import type { Payment } from '../payment.ts';
import type { payment } from '../worker.ts';
import { onInventoryReserved } from './on-inventory-reserved.ts';
import { onOrderCancelRequested } from './on-order-cancel-requested.ts';
import { onOrderCancelled } from './on-order-cancelled.ts';
import { onOrderExpired } from './on-order-expired.ts';
import { onOrderPaymentRetried } from './on-order-payment-retried.ts';
import { onOrderPlaced } from './on-order-placed.ts';
import { onOrderRefundRequested } from './on-order-refund-requested.ts';
import { onOrderRejected } from './on-order-rejected.ts';
import { onShipmentDispatched } from './on-shipment-dispatched.ts';
import { onStripeEvent } from './on-stripe-event.ts';

export const handlers: Handlers<typeof payment, Deps, Payment> = {
  'order.placed': onOrderPlaced,
  'inventory.reserved': onInventoryReserved,
  'order.payment_retried': onOrderPaymentRetried,
  'order.rejected': onOrderRejected,
  'order.expired': onOrderExpired,
  'order.cancel_requested': onOrderCancelRequested,
  'order.cancelled': onOrderCancelled,
  'order.refund_requested': onOrderRefundRequested,
  'shipment.dispatched': onShipmentDispatched,
  'stripe.event': onStripeEvent,
};
