import {
  CarrierScan,
  CustomerPreferencesChanged,
  defineWorker,
  MessageTracked,
  OrderCancelRequested,
  OrderClaimed,
  OrderPaymentRetried,
  OrderPlaced,
  OrderRefundRequested,
  OrderReturnRequested,
  StripeEvent,
} from '@orderflow/contracts';

export const gateway = defineWorker({
  name: 'gateway',
  summary:
    'Takes orders, commands about them and verified webhooks over HTTP, serves orders and the catalogue, and keeps accounts.',
  hears: [],
  says: [
    OrderPlaced,
    OrderClaimed,
    OrderCancelRequested,
    OrderPaymentRetried,
    OrderRefundRequested,
    OrderReturnRequested,
    CustomerPreferencesChanged,
    StripeEvent,
    CarrierScan,
    MessageTracked,
  ],
  collection: 'orders',
  calls: ['redis', 'stripe', 'smtp'],
});
