import { type Service, startService } from '@orderflow/runtime';
import { durationsOf } from '../order-deadlines.ts';
import { connectRedis } from '../redis.ts';
import type { OrderStatusConfig } from './config.ts';
import { orderStatusParts } from './parts.ts';
import { orderStatus } from './worker.ts';

/** Starts the worker that keeps the orders' documents. */
export async function startOrderStatus(config: OrderStatusConfig): Promise<Service> {
  const service = await startService(orderStatus, config);
  const redis = connectRedis(config.REDIS_URL, config.MONGODB_DATABASE, service.log);
  service.onStop(redis.close);
  await service.run(orderStatus, orderStatusParts(service.database, redis, durationsOf(config)));
  return service;
}
