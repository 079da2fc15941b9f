import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startTwilio } from './index.ts';

const text = z.string().optional();
const port = z.coerce.number().int().min(0).max(65_535).optional();
const flags = z.object({
  host: text,
  port: port,
  data: text,
  'account-sid': text,
  'auth-token': text,
});

const stop = (reason: string): never => {
  console.error(`twilio cannot start: ${reason}`);
  process.exit(1);
};
const options = Object.fromEntries(Object.keys(flags.shape).map((name) => [name, { type: 'string' as const }]));
const parsed = flags.safeParse(parseArgs({ options }).values);
const given = parsed.success ? parsed.data : stop(z.prettifyError(parsed.error));
const twilio = await startTwilio({
  host: given.host,
  port: given.port,
  dataDir: given.data,
  accountSid: given['account-sid'],
  authToken: given['auth-token'],
}).catch((error: Error) => stop(error.message));

console.log(`twilio listening on ${twilio.url}`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void twilio.close());
