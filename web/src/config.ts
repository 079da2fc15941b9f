import { z } from 'zod';

const url = (expected: string) =>
  z
    .string({ error: expected })
    .refine((value) => /^https?:\/\//.test(value) && URL.canParse(value), expected)
    .transform((value) => value.replace(/\/+$/, ''));
const wholeNumber = (min: number, max: number) => {
  const expected = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number({ error: expected }).int(expected).min(min, expected).max(max, expected);
};
const HTTP_URL = 'must be a URL starting with http:// or https://';

const webEnv = {
  HOST: z.string().default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(3_000),
  GATEWAY_URL: url(HTTP_URL).default('http://127.0.0.1:4000'),
  /** Where customers see the shop; unset, where we listen. */
  SHOP_URL: url(HTTP_URL).optional(),
  /** With it the gateway believes what we say of a visitor's address. */
  WEB_SECRET: z.string().min(16, 'must be a secret of at least 16 characters').optional(),
  /** So many entries of X-Forwarded-For, from its end, are of proxies of ours; what is before them could be anybody's. */
  TRUST_PROXY: wholeNumber(0, 10).default(0),
  /** Origins that a bank's page may come from in a frame, besides Stripe's own; separated by spaces. */
  FRAME_ORIGINS: z
    .string()
    .default('')
    .transform((list) => list.split(/\s+/).filter(Boolean))
    .refine((list) => list.every((origin) => URL.canParse(origin)), 'must be origins separated by spaces'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      error: 'must be trace, debug, info, warn, error or silent',
    })
    .default('info'),
  NODE_ENV: z.enum(['production', 'development', 'test']).default('production'),
};
export type WebConfig = z.output<z.ZodObject<typeof webEnv>>;

/** A bad environment: one line for each variable, with its name, what it got and what it wants. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * An empty variable counts as missing.
 * @throws ConfigError naming every variable at fault
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): WebConfig {
  const given = Object.fromEntries(Object.keys(webEnv).map((name) => [name, env[name] || undefined]));
  const result = z.object(webEnv).safeParse(given);
  if (result.success) return result.data;
  const lines = result.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    const value = name === 'WEB_SECRET' ? '(hidden)' : JSON.stringify(given[name]);
    return `${name} ${given[name] === undefined ? 'is not set' : `is ${value}`}; it ${message}`;
  });
  throw new ConfigError(lines.join('\n'));
}

let known: WebConfig | undefined;

/** The environment that the process was started in: nothing of it is known when the pages are built. */
export function config(): WebConfig {
  known ??= readConfig(process.env);
  return known;
}
