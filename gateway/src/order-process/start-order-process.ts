import { sellerFrom } from '@orderflow/documents';
import { type Service, startService } from '@orderflow/runtime';
import { durationsOf } from '../orders/order-deadlines.ts';
import { connectRedis } from '../platform/redis.ts';
import type { OrderProcessConfig } from './config.ts';
import { orderMetrics } from './order-metrics.ts';
import { orderProcessParts } from './parts.ts';
import { orderProcess } from './worker.ts';

/** Starts the worker that keeps the orders' documents. */
export async function startOrderProcess(config: OrderProcessConfig): Promise<Service> {
  const service = await startService(orderProcess, config);
  const redis = connectRedis(config.REDIS_URL, config.MONGODB_DATABASE, service.log);
  service.onStop(redis.close);
  const parts = orderProcessParts(service.database, redis, durationsOf(config), sellerFrom(config));
  await service.run(orderProcess, { ...parts, onHandled: orderMetrics(service.metrics) });
  return service;
}
