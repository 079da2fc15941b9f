import { env, workerEnv } from '@orderflow/runtime';
import type { z } from 'zod';
import { durationsEnv } from '../orders/order-deadlines.ts';

export const orderProcessEnv = {
  ...workerEnv,
  ...durationsEnv,
  /** The orders are the gateway's documents. */
  MONGODB_DATABASE: workerEnv.MONGODB_DATABASE.unwrap().default('orderflow_gateway'),
  REDIS_URL: env.url('redis', 'rediss'),
};
export type OrderProcessConfig = z.output<z.ZodObject<typeof orderProcessEnv>>;
