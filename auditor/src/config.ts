import { join } from 'node:path';
import { env, processEnv, sharedEnv } from '@orderflow/runtime';
import { z } from 'zod';

const { AMQP_URL, MONGODB_URI, LOG_LEVEL } = processEnv;

export const auditorEnv = {
  /** Its vhost is the one whose queues are read. */
  AMQP_URL,
  MONGODB_URI,
  LOG_LEVEL,
  /** A database is named by this prefix and its service. */
  DATABASE_PREFIX: z
    .string()
    .regex(/^[\w-]{0,30}$/, 'must be the beginning of a database name')
    .default('orderflow_'),
  /** Without it the checks that need the broker are skipped. */
  RABBITMQ_MANAGEMENT_URL: env.url('http', 'https').optional(),
  /** Without it the checks that need Stripe are skipped. A restricted key that reads is enough. */
  STRIPE_API_KEY: env.text('must be a key of Stripe').optional(),
  STRIPE_API_URL: env.url('http', 'https').optional(),
  /** Others use the same account: an intent without an order of this system is ignored. */
  STRIPE_ACCOUNT_IS_SHARED: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default('false')
    .transform((value) => value === 'true'),
  AUDITOR_SECRET: env.secret(16),
  HOST: env.text().default('127.0.0.1'),
  PORT: env.port().default(4_300),
  AUDIT_EVERY_SECONDS: env.wholeNumber(1, 86_400).default(60),
  /** A full audit also sees changes that no document shows, as at Stripe. */
  FULL_AUDIT_EVERY_SECONDS: env.wholeNumber(1, 604_800).default(3_600),
  GRACE_SECONDS: env.wholeNumber(0, 86_400).default(60),
  /** How long a message may wait behind others; longer than all its retries together. */
  LOST_AFTER_SECONDS: env.wholeNumber(60, 604_800).default(3_600),
  CAPTURE_MARGIN_SECONDS: sharedEnv.CAPTURE_MARGIN_SECONDS,
  /** The AsyncAPI document that is generated from the workers' definitions. */
  CHOREOGRAPHY: env
    .text('must be the path of an AsyncAPI document')
    .default(join(import.meta.dirname, '../../docs/asyncapi.json')),
};
export type AuditorConfig = z.output<z.ZodObject<typeof auditorEnv>>;
