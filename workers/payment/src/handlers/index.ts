import type { Handlers } from '@orderflow/runtime';
import type { PaymentRecord } from '../decide-vouching.ts';
import type { Deps } from '../deps.ts';
import { withStripe } from '../with-stripe.ts';
import type { payment } from '../worker.ts';
import { onInventoryReserved } from './on-inventory-reserved.ts';
import { onOrderCancelRequested } from './on-order-cancel-requested.ts';
import { onOrderCancelled } from './on-order-cancelled.ts';
import { onOrderConfirmed } from './on-order-confirmed.ts';
import { onOrderEdited } from './on-order-edited.ts';
import { onOrderErased } from './on-order-erased.ts';
import { onOrderExpired } from './on-order-expired.ts';
import { onOrderPaymentRetried } from './on-order-payment-retried.ts';
import { onOrderPlaced } from './on-order-placed.ts';
import { onOrderRefundRequested } from './on-order-refund-requested.ts';
import { onOrderRejected } from './on-order-rejected.ts';
import { onOrderSettled } from './on-order-settled.ts';
import { onShipmentDispatched } from './on-shipment-dispatched.ts';
import { onStripeEvent } from './on-stripe-event.ts';

export const handlers: Handlers<typeof payment, Deps, PaymentRecord> = {
  'order.placed': withStripe(onOrderPlaced),
  'inventory.reserved': withStripe(onInventoryReserved),
  'order.payment_retried': withStripe(onOrderPaymentRetried),
  'order.confirmed': onOrderConfirmed,
  'order.edited': onOrderEdited,
  'order.rejected': withStripe(onOrderRejected),
  'order.expired': withStripe(onOrderExpired),
  'order.cancel_requested': withStripe(onOrderCancelRequested),
  'order.cancelled': withStripe(onOrderCancelled),
  'order.refund_requested': withStripe(onOrderRefundRequested),
  'order.settled': onOrderSettled,
  'order.erased': onOrderErased,
  'shipment.dispatched': withStripe(onShipmentDispatched),
  'stripe.event': withStripe(onStripeEvent),
};
