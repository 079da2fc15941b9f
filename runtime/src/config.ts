import { DEFAULT_RETRY_DELAYS_MS, timeZoneSchema } from '@orderflow/contracts';
import { z } from 'zod';
import { DEFAULT_BATCHES_IN_FLIGHT } from './batches.ts';
import { brokerNodes } from './broker/address.ts';
import { REDIS_URL_FORMS, redisAddress } from './redis-address.ts';

/** A bad environment: one line for each variable, with its name, what it got and what it wants. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads a process's configuration from the environment. An empty variable counts as missing.
 * @throws ConfigError naming every variable at fault
 */
export function readConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  env: Readonly<Record<string, string | undefined>>,
): z.output<z.ZodObject<Shape>> {
  const given = Object.fromEntries(Object.keys(shape).map((name) => [name, env[name] === '' ? undefined : env[name]]));
  const published = env.NODE_ENV === 'production' ? publishedSecrets(given) : [];
  const result = z.object(shape).safeParse(given);
  if (result.success && published.length === 0) return result.data;
  const lines = (result.error?.issues ?? []).map((issue) => {
    const name = String(issue.path[0]);
    const value = given[name];
    const got = value === undefined ? 'is not set' : `is ${SECRET.test(name) ? '(hidden)' : JSON.stringify(value)}`;
    return `${name} ${got}; it ${issue.message}`;
  });
  throw new ConfigError([...published, ...lines].join('\n'));
}

/** Secrets that everybody can read in this repository or in a server's documentation. */
const PUBLISHED = /development-only|orderflow_emulator|^[a-z0-9+]+:\/\/(guest:guest|orderflow:orderflow)@/;

function publishedSecrets(given: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(given)
    .filter(([, value]) => value !== undefined && PUBLISHED.test(value))
    .map(([name]) => `${name} is a published default; in production it must be a secret of your own`);
}

const SECRET = /SECRET|KEY|TOKEN|PASSWORD|URI|URL/;

const wholeNumber = (min: number, max: number) =>
  z.coerce
    .number({ error: 'must be a whole number' })
    .int('must be a whole number')
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`);

/** Reusable variables, each with the message that completes "VARIABLE is …; it …". */
export const env = {
  text: (expected = 'must be set') => z.string({ error: expected }).min(1, expected),
  secret: (minLength: number) =>
    z
      .string({ error: `must be a secret of at least ${minLength} characters` })
      .min(minLength, `must be a secret of at least ${minLength} characters`),
  timeZone: () => timeZoneSchema,
  url: (...protocols: string[]) => {
    const expected = `must be a URL starting with ${protocols.map((p) => `${p}://`).join(' or ')}`;
    return z
      .string({ error: expected })
      .refine((value) => protocols.some((p) => value.startsWith(`${p}://`)) && canParse(value), expected);
  },
  /** One broker node or several, see `brokerNodes`. */
  broker: () => {
    const expected = 'must be a URL starting with amqp:// or amqps://, or several with commas between them';
    return z.string({ error: expected }).refine(namesBroker, expected);
  },
  /** One Redis, sentinels or a cluster, see `redisAddress`. */
  redis: () => z.string({ error: REDIS_URL_FORMS }).refine(isRedis, REDIS_URL_FORMS),
  wholeNumber,
  port: () => wholeNumber(0, 65_535),
  delays: () =>
    z
      .string()
      .regex(/^\d+(,\d+)*$/, 'must be milliseconds separated by commas, e.g. 1000,5000')
      .transform((list) => list.split(',').map(Number)),
} as const;

/** MongoDB's multi-host URIs are not WHATWG URLs, so only their scheme is checked here. */
function canParse(value: string): boolean {
  return value.startsWith('mongodb') || URL.canParse(value);
}

function namesBroker(value: string): boolean {
  try {
    return brokerNodes(value).every(
      ({ protocol, hostname, pathname }) => /^amqps?:$/.test(protocol) && hostname !== '' && !pathname.startsWith('//'),
    );
  } catch {
    return false;
  }
}

function isRedis(value: string): boolean {
  try {
    return redisAddress(value) !== undefined;
  } catch {
    return false;
  }
}

/** What every process of the system reads. */
export const processEnv = {
  AMQP_URL: env.broker(),
  MONGODB_URI: env.url('mongodb', 'mongodb+srv'),
  MONGODB_DATABASE: z
    .string()
    .regex(/^[\w-]{1,38}$/, 'must be a database name')
    .optional(),
  STORE_BATCHES: wholeNumber(1, 64).default(DEFAULT_BATCHES_IN_FLIGHT),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      error: 'must be trace, debug, info, warn, error or silent',
    })
    .default('info'),
  REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,30}$/, 'must be a region name, e.g. eu-1')
    .default('local'),
  HEALTH_HOST: env.text().default('127.0.0.1'),
  HEALTH_PORT: env.port().default(0),
  OTEL_EXPORTER_OTLP_ENDPOINT: env.url('http', 'https').optional(),
  DRAIN_TIMEOUT_MS: wholeNumber(0, 600_000).default(20_000),
};

/** What a process that consumes a queue reads besides. */
export const workerEnv = {
  ...processEnv,
  PREFETCH: wholeNumber(1, 2_000).default(32),
  CONCURRENCY: wholeNumber(1, 2_000).default(16),
  HANDLER_TIMEOUT_MS: wholeNumber(10, 1_200_000).default(30_000),
  MAX_ATTEMPTS: wholeNumber(1, 1_000).default(12),
  DEADLINES_EVERY_MS: wholeNumber(10, 600_000).default(1_000),
  RETRY_DELAYS_MS: env.delays().default([...DEFAULT_RETRY_DELAYS_MS]),
  /** How long nobody has written to a document before its marks are compacted. */
  COMPACT_AFTER_DAYS: wholeNumber(1, 36_500).default(180),
  /** How long nobody has written to a document before it moves to the archive; 0: none does. */
  ARCHIVE_AFTER_DAYS: wholeNumber(0, 36_500).default(0),
  /** Documents that are compacted, or archived, in a second, at most. */
  COMPACT_PER_SECOND: wholeNumber(1, 10_000).default(100),
};

export type ProcessConfig = z.output<z.ZodObject<typeof processEnv>>;
export type WorkerConfig = z.output<z.ZodObject<typeof workerEnv>>;
