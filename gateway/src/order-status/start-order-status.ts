import { type Service, startService } from '@orderflow/runtime';
import { createCatalogueCache } from '../catalogue-cache.ts';
import { createCatalogueStore } from '../catalogue-store.ts';
import { createOrderCache } from '../order-cache.ts';
import { orderAggregates, orderModel } from '../order-store.ts';
import { connectRedis } from '../redis.ts';
import type { OrderStatusConfig } from './config.ts';
import { onInventory } from './handlers/on-inventory.ts';
import { onNotification } from './handlers/on-notification.ts';
import { onPayment } from './handlers/on-payment.ts';
import { onShipment } from './handlers/on-shipment.ts';
import { onStockChanged } from './handlers/on-stock-changed.ts';
import { tellingAggregates } from './telling-aggregates.ts';
import { orderStatus } from './worker.ts';

/** Starts the worker that keeps the orders' documents. */
export async function startOrderStatus(config: OrderStatusConfig): Promise<Service> {
  const service = await startService(orderStatus, config);
  const redis = connectRedis(config.REDIS_URL, config.MONGODB_DATABASE, service.log);
  service.onStop(redis.close);
  await service.run(orderStatus, {
    deps: { catalogue: createCatalogueStore(service.database), products: createCatalogueCache(redis) },
    aggregates: tellingAggregates(orderAggregates(orderModel(service.database)), createOrderCache(redis)),
    handlers: { ...onInventory, ...onPayment, ...onShipment, ...onNotification, 'stock.changed': onStockChanged },
  });
  return service;
}
