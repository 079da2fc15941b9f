import {
  defineWorker,
  InventoryCommitted,
  InventoryRejected,
  InventoryReleased,
  InventoryReserved,
  OrderCancelled,
  OrderPlaced,
  PaymentDeclined,
  ShipmentDispatched,
  StockChanged,
} from '@orderflow/contracts';

export const inventory = defineWorker({
  name: 'inventory',
  summary: 'Holds stock for orders, all or nothing; gives it back or lets it leave the warehouse.',
  hears: [OrderPlaced, PaymentDeclined, OrderCancelled, ShipmentDispatched],
  says: [InventoryReserved, InventoryRejected, InventoryReleased, InventoryCommitted, StockChanged],
});
