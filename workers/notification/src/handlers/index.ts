import type { Handlers } from '@orderflow/runtime';
import type { Correspondence } from '../correspondence.ts';
import type { Deps } from '../deps.ts';
import type { notification } from '../worker.ts';
import { onCustomerErased } from './on-customer-erased.ts';
import { onCustomerPreferencesChanged } from './on-customer-preferences-changed.ts';
import { onInventoryRejected } from './on-inventory-rejected.ts';
import { onInventoryReleased } from './on-inventory-released.ts';
import { onInvoiceCorrected } from './on-invoice-corrected.ts';
import { onInvoiceIssued } from './on-invoice-issued.ts';
import { onMessageTracked } from './on-message-tracked.ts';
import { onOrderCancelled } from './on-order-cancelled.ts';
import { onOrderClaimed } from './on-order-claimed.ts';
import { onOrderConfirmed } from './on-order-confirmed.ts';
import { onOrderEdited } from './on-order-edited.ts';
import { onOrderEmailChanged } from './on-order-email-changed.ts';
import { onOrderErased } from './on-order-erased.ts';
import { onOrderExpired } from './on-order-expired.ts';
import { onOrderPlaced } from './on-order-placed.ts';
import { onPaymentActionRequired } from './on-payment-action-required.ts';
import { onPaymentDeclined } from './on-payment-declined.ts';
import { onPaymentRefundFailed } from './on-payment-refund-failed.ts';
import { onReturnCreated } from './on-return-created.ts';
import { onReturnFailed } from './on-return-failed.ts';
import { onShipmentDelivered } from './on-shipment-delivered.ts';
import { onShipmentDispatched } from './on-shipment-dispatched.ts';
import { onShipmentFailed } from './on-shipment-failed.ts';

export const handlers: Handlers<typeof notification, Deps, Correspondence> = {
  'order.placed': onOrderPlaced,
  'order.claimed': onOrderClaimed,
  'order.email_changed': onOrderEmailChanged,
  'order.confirmed': onOrderConfirmed,
  'inventory.rejected': onInventoryRejected,
  'inventory.released': onInventoryReleased,
  'order.edited': onOrderEdited,
  'order.expired': onOrderExpired,
  'order.cancelled': onOrderCancelled,
  'payment.action_required': onPaymentActionRequired,
  'payment.declined': onPaymentDeclined,
  'payment.refund_failed': onPaymentRefundFailed,
  'invoice.issued': onInvoiceIssued,
  'invoice.corrected': onInvoiceCorrected,
  'shipment.dispatched': onShipmentDispatched,
  'shipment.delivered': onShipmentDelivered,
  'shipment.failed': onShipmentFailed,
  'return.created': onReturnCreated,
  'return.failed': onReturnFailed,
  'order.erased': onOrderErased,
  'message.tracked': onMessageTracked,
  'customer.preferences_changed': onCustomerPreferencesChanged,
  'customer.erased': onCustomerErased,
};
