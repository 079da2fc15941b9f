import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const schema = z.object({ tokenSecret: z.string().min(32), carrierWebhookSecret: z.string().min(16) });

/** What signs tokens and webhooks on this data directory. */
export type Secrets = z.infer<typeof schema>;

/** The data directory's own secrets, made at the first call and kept for its owner only; the environment's go first. */
export function secretsOf(dataDir: string, env: Readonly<Record<string, string | undefined>> = process.env): Secrets {
  const kept = readOrMake(join(dataDir, 'secrets.json'), dataDir);
  return {
    tokenSecret: env.TOKEN_SECRET || kept.tokenSecret,
    carrierWebhookSecret: env.CARRIER_WEBHOOK_SECRET || kept.carrierWebhookSecret,
  };
}

function readOrMake(file: string, dataDir: string): Secrets {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    const made = { tokenSecret: secret(), carrierWebhookSecret: secret() };
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(file, `${JSON.stringify(made)}\n`, { mode: 0o600 });
    return made;
  }
}

const secret = (): string => randomBytes(32).toString('hex');
