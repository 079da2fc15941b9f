import { env, sharedEnv, workerEnv } from '@orderflow/runtime';
import type { z } from 'zod';
import { durationsEnv } from '../orders/order-deadlines.ts';

export const orderProcessEnv = {
  ...workerEnv,
  ...durationsEnv,
  /** The orders are the gateway's documents. */
  MONGODB_DATABASE: workerEnv.MONGODB_DATABASE.unwrap().default('orderflow_gateway'),
  REDIS_URL: env.redis(),
  SELLER_NAME: sharedEnv.SELLER_NAME,
  SELLER_ADDRESS: sharedEnv.SELLER_ADDRESS,
  SELLER_VAT_ID: sharedEnv.SELLER_VAT_ID,
  SELLER_TIME_ZONE: sharedEnv.SELLER_TIME_ZONE,
};
export type OrderProcessConfig = z.output<z.ZodObject<typeof orderProcessEnv>>;
