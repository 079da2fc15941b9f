import {
  CarrierScan,
  CustomerPreferencesChanged,
  defineWorker,
  MessageTracked,
  OrderCancelRequested,
  OrderPaymentRetried,
  OrderPlaced,
  OrderRefundRequested,
  OrderReturnRequested,
  OrderSettled,
  StripeEvent,
} from '@orderflow/contracts';

export const gateway = defineWorker({
  name: 'gateway',
  summary: 'Takes orders, commands about them and verified webhooks over HTTP and serves orders and the catalogue.',
  hears: [],
  says: [
    OrderPlaced,
    OrderCancelRequested,
    OrderPaymentRetried,
    OrderRefundRequested,
    OrderReturnRequested,
    OrderSettled,
    CustomerPreferencesChanged,
    StripeEvent,
    CarrierScan,
    MessageTracked,
  ],
  collection: 'orders',
  calls: ['redis', 'stripe'],
});
