import {
  defineWorker,
  InventoryRejected,
  InventoryReserved,
  OrderCancelled,
  OrderPlaced,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentDeclined,
  PaymentVoided,
  ShipmentDispatched,
} from '@orderflow/contracts';

export const payment = defineWorker({
  name: 'payment',
  summary: 'Authorises the card once stock is held, captures on dispatch, voids when the order is cancelled.',
  hears: [OrderPlaced, InventoryReserved, InventoryRejected, ShipmentDispatched, OrderCancelled],
  says: [PaymentAuthorized, PaymentDeclined, PaymentCaptured, PaymentVoided],
});
