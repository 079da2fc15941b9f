import { z } from 'zod';

type Env = Readonly<Record<string, string | undefined>>;

const command = z.string().min(1).optional();

const chaosSchema = z.object({
  CHAOS_ORDERS: z.coerce.number().int().min(10).default(24),
  CHAOS_OUTAGE_MS: z.coerce.number().int().min(500).default(3_000),
  CHAOS_AMQP_URL: z
    .string()
    .regex(/^amqps?:\/\/./, 'must start with amqp:// or amqps://')
    .optional(),
  CHAOS_MANAGEMENT_URL: z.url({ protocol: /^https?$/ }).optional(),
  CHAOS_BROKER_STOP: command,
  CHAOS_BROKER_START: command,
  CHAOS_RECOVERY_MS: z.coerce.number().int().min(1).optional(),
});

/** A broker that was given to be broken. */
export interface GivenBroker {
  /** May name several nodes; of an administrator. */
  readonly amqpUrl: string;
  readonly managementUrl?: string;
  /** Shell commands; each returns when it is done. */
  readonly stop: string;
  readonly start: string;
  /** How soon what stays of it must confirm again; undefined: nothing stays. */
  readonly recoveryMs?: number;
}

export interface Chaos {
  readonly orders: number;
  readonly outageMs: number;
  /** Undefined: the stack's own. */
  readonly broker?: GivenBroker;
}

/** @throws Error naming the variable that is missing, or that has a value we cannot use */
export function chaosFrom(env: Env): Chaos {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const values = chaosSchema.parse(given);
  const size = { orders: values.CHAOS_ORDERS, outageMs: values.CHAOS_OUTAGE_MS };
  const {
    CHAOS_AMQP_URL: amqpUrl,
    CHAOS_MANAGEMENT_URL: managementUrl,
    CHAOS_BROKER_STOP: stop,
    CHAOS_BROKER_START: start,
    CHAOS_RECOVERY_MS: recoveryMs,
  } = values;
  if (amqpUrl === undefined) {
    const alone = Object.keys(chaosSchema.shape).find((name) => BROKER_ONLY.has(name) && given[name] !== undefined);
    if (alone === undefined) return size;
    throw new Error(`${alone} says how to treat a broker that is given: set CHAOS_AMQP_URL too`);
  }
  if (stop === undefined || start === undefined) {
    const missing = stop === undefined ? 'CHAOS_BROKER_STOP' : 'CHAOS_BROKER_START';
    throw new Error(`${missing} is missing: the command that treats the broker of CHAOS_AMQP_URL so`);
  }
  const broker = {
    amqpUrl,
    stop,
    start,
    ...(managementUrl && { managementUrl }),
    ...(recoveryMs && { recoveryMs }),
  };
  return { ...size, broker };
}

const BROKER_ONLY = new Set(['CHAOS_MANAGEMENT_URL', 'CHAOS_BROKER_STOP', 'CHAOS_BROKER_START', 'CHAOS_RECOVERY_MS']);

/** The size of the chaos specs and what they break; larger ones are run by hand, see docs/how-to/chaos.md. */
export const chaos = chaosFrom(process.env);
