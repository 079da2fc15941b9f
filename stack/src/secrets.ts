import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** The variable of each secret. */
const VARIABLES = {
  tokenSecret: 'TOKEN_SECRET',
  trackingSecret: 'TRACKING_SECRET',
  webSecret: 'WEB_SECRET',
  carrierWebhookSecret: 'CARRIER_WEBHOOK_SECRET',
  stripeWebhookSecret: 'STRIPE_WEBHOOK_SECRET',
  mailWebhookSecret: 'MAIL_WEBHOOK_SECRET',
  auditorSecret: 'AUDITOR_SECRET',
} as const;

/** What signs tokens and webhooks on this data directory, and what the broker users' passwords are made from. */
export type Secrets = Readonly<Record<keyof typeof VARIABLES | 'brokerSecret', string>>;

const SHARED = Object.keys(VARIABLES) as (keyof typeof VARIABLES)[];
const NAMES: readonly (keyof Secrets)[] = [...SHARED, 'brokerSecret'];
const schema = z.partialRecord(z.enum(NAMES), z.string().min(16));

/** The data directory's own secrets, made at the first call and kept for its owner only; the environment's go first. */
export function secretsOf(dataDir: string, env: Readonly<Record<string, string | undefined>> = process.env): Secrets {
  const kept = readOrMake(join(dataDir, 'secrets.json'), dataDir);
  return { ...kept, ...Object.fromEntries(SHARED.map((name) => [name, env[VARIABLES[name]] || kept[name]])) };
}

/** What the cells of one shop have alike: a token that one has signed is good in all. */
const OF_ALL_CELLS = ['tokenSecret', 'trackingSecret', 'webSecret'] as const;

/** Gives a cell's data directory what all cells of the shop sign with; the rest is its own. */
export function shareSecrets(dataDir: string, cellDir: string): void {
  const of = readOrMake(join(dataDir, 'secrets.json'), dataDir);
  const shared = Object.fromEntries(OF_ALL_CELLS.map((name) => [name, of[name]]));
  mkdirSync(cellDir, { recursive: true, mode: 0o700 });
  const file = join(cellDir, 'secrets.json');
  writeFileSync(file, `${JSON.stringify({ ...readOrMake(file, cellDir), ...shared })}\n`, { mode: 0o600 });
}

/** The variables that tell a process the secrets. */
export const secretVariables = (secrets: Secrets): Record<string, string> =>
  Object.fromEntries(SHARED.map((name) => [VARIABLES[name], secrets[name]]));

/** A directory that was made by an earlier version lacks the later secrets: they are added. */
function readOrMake(file: string, dataDir: string): Secrets {
  const known = read(file);
  const all = mapped((name) => known[name] ?? randomBytes(32).toString('hex'));
  if (NAMES.every((name) => known[name] !== undefined)) return all;
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, `${JSON.stringify(all)}\n`, { mode: 0o600 });
  return all;
}

function read(file: string): Partial<Secrets> {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8'))) as Partial<Secrets>;
  } catch {
    return {};
  }
}

const mapped = (secret: (name: keyof Secrets) => string): Secrets =>
  Object.fromEntries(NAMES.map((name) => [name, secret(name)])) as Secrets;
