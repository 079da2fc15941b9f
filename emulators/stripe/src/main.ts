import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startStripe } from './index.ts';

const text = z.string().optional();
const port = z.coerce.number().int().min(0).max(65_535).optional();
const flags = z.object({
  host: text,
  port: port,
  data: text,
  'api-key': text,
  'webhook-secret': text,
  'webhook-url': z.url().optional(),
  'public-url': z.url().optional(),
});

const stop = (reason: string): never => {
  console.error(`stripe cannot start: ${reason}`);
  process.exit(1);
};
const options = Object.fromEntries(Object.keys(flags.shape).map((name) => [name, { type: 'string' as const }]));
const parsed = flags.safeParse(parseArgs({ options }).values);
const given = parsed.success ? parsed.data : stop(z.prettifyError(parsed.error));
const stripe = await startStripe({
  host: given.host,
  port: given.port,
  dataDir: given.data,
  apiKey: given['api-key'],
  webhookSecret: given['webhook-secret'],
  webhookUrl: given['webhook-url'],
  publicUrl: given['public-url'],
}).catch((error: Error) => stop(error.message));

console.log(`stripe listening on ${stripe.url}`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stripe.close());
