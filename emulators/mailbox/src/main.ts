import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startMailbox } from './index.ts';

const text = z.string().optional();
const port = z.coerce.number().int().min(0).max(65_535).optional();
const flags = z.object({
  host: text,
  port: port,
  'smtp-port': port,
  data: text,
  user: text,
  password: text,
  'webhook-secret': text,
  'webhook-url': z.url().optional(),
  size: z.coerce.number().int().positive().optional(),
});

const stop = (reason: string): never => {
  console.error(`mailbox cannot start: ${reason}`);
  process.exit(1);
};
const options = Object.fromEntries(Object.keys(flags.shape).map((name) => [name, { type: 'string' as const }]));
const parsed = flags.safeParse(parseArgs({ options }).values);
const given = parsed.success ? parsed.data : stop(z.prettifyError(parsed.error));
const mailbox = await startMailbox({
  host: given.host,
  port: given.port,
  smtpPort: given['smtp-port'],
  dataDir: given.data,
  user: given.user,
  password: given.password,
  size: given.size,
  webhookSecret: given['webhook-secret'],
  webhookUrl: given['webhook-url'],
}).catch((error: Error) => stop(error.message));

console.log(`mailbox listening on ${mailbox.url} (${mailbox.smtpUrl})`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void mailbox.close());
