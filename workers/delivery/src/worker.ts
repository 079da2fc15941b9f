import {
  CarrierScan,
  defineWorker,
  OrderCancelled,
  OrderConfirmed,
  ShipmentCreated,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentFailed,
} from '@orderflow/contracts';

export const delivery = defineWorker({
  name: 'delivery',
  summary: 'Ships confirmed orders with the carrier and follows its scans.',
  hears: [OrderConfirmed, CarrierScan, OrderCancelled],
  says: [ShipmentCreated, ShipmentDispatched, ShipmentDelivered, ShipmentFailed],
});
