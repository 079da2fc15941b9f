import {
  defineWorker,
  InventoryRejected,
  NotificationFailed,
  NotificationSent,
  OrderCancelled,
  OrderConfirmed,
  OrderPlaced,
  PaymentDeclined,
  ShipmentDelivered,
  ShipmentDispatched,
} from '@orderflow/contracts';

export const notification = defineWorker({
  name: 'notification',
  summary: 'Writes to the customer by e-mail and SMS, each notice once.',
  hears: [
    OrderPlaced,
    OrderConfirmed,
    InventoryRejected,
    PaymentDeclined,
    ShipmentDispatched,
    ShipmentDelivered,
    OrderCancelled,
  ],
  says: [NotificationSent, NotificationFailed],
});
