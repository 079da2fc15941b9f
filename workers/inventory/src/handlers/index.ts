import type { Handlers } from '@orderflow/runtime';
import type { Deps } from '../deps.ts';
import type { Reservation } from '../reservation.ts';
import type { inventory } from '../worker.ts';
import { onOrderCancelRequested } from './on-order-cancel-requested.ts';
import { onOrderCancelled } from './on-order-cancelled.ts';
import { onOrderEdited } from './on-order-edited.ts';
import { onOrderErased } from './on-order-erased.ts';
import { onOrderExpired } from './on-order-expired.ts';
import { onOrderPlaced } from './on-order-placed.ts';
import { onOrderRefundRequested } from './on-order-refund-requested.ts';
import { onPaymentActionRequired } from './on-payment-action-required.ts';
import { onPaymentDeclined } from './on-payment-declined.ts';
import { onReturnInspected } from './on-return-inspected.ts';
import { onShipmentDispatched } from './on-shipment-dispatched.ts';
import { onShipmentFailed } from './on-shipment-failed.ts';
import { onStockMovementRequested } from './on-stock-movement-requested.ts';

export const handlers: Handlers<typeof inventory, Deps, Reservation> = {
  'order.placed': onOrderPlaced,
  'payment.action_required': onPaymentActionRequired,
  'payment.declined': onPaymentDeclined,
  'order.cancel_requested': onOrderCancelRequested,
  'order.cancelled': onOrderCancelled,
  'order.edited': onOrderEdited,
  'order.expired': onOrderExpired,
  'order.erased': onOrderErased,
  'order.refund_requested': onOrderRefundRequested,
  'return.inspected': onReturnInspected,
  'shipment.dispatched': onShipmentDispatched,
  'shipment.failed': onShipmentFailed,
  'stock.movement_requested': onStockMovementRequested,
};
