import { env, processEnv } from '@orderflow/runtime';
import { z } from 'zod';

export const gatewayEnv = {
  ...processEnv,
  MONGODB_DATABASE: processEnv.MONGODB_DATABASE.unwrap().default('orderflow_gateway'),
  HOST: env.text().default('127.0.0.1'),
  PORT: env.port().default(4_000),
  REDIS_URL: env.url('redis', 'rediss'),
  TOKEN_SECRET: env.secret(32),
  CARRIER_WEBHOOK_SECRET: env.secret(16),
  /** Path of a JSON file of products; those that are missing are added at the start. */
  CATALOGUE_SEED: env.text('must be the path of a JSON file').optional(),
  CANCEL_WINDOW_SECONDS: env.wholeNumber(0, 86_400).default(60),
  /** Calls a customer, or an address without a customer, may make in a minute. An address may make ten times as many in all. */
  RATE_LIMIT_PER_MINUTE: env.wholeNumber(1, 100_000_000).default(600),
  /** Origins whose pages may call the API. Tokens travel in headers, never in cookies, so any may by default. */
  CORS_ORIGINS: env
    .text('must be origins separated by commas, or *')
    .default('*')
    .transform((list) => (list === '*' ? '*' : list.split(',').map((origin) => origin.trim()))),
  /** Whether a proxy in front sets X-Forwarded-For; without one the header could be anybody's. */
  TRUST_PROXY: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default('false')
    .transform((value) => value === 'true'),
};
export type GatewayConfig = z.output<z.ZodObject<typeof gatewayEnv>>;
