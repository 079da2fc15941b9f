import { parseArgs } from 'node:util';
import { startMailbox } from './index.ts';

const { values } = parseArgs({
  options: {
    host: { type: 'string' },
    port: { type: 'string' },
    'smtp-port': { type: 'string' },
    data: { type: 'string' },
    user: { type: 'string' },
    password: { type: 'string' },
    size: { type: 'string' },
  },
});
const mailbox = await startMailbox({
  ...(values.host && { host: values.host }),
  ...(values.port && { port: Number(values.port) }),
  ...(values['smtp-port'] && { smtpPort: Number(values['smtp-port']) }),
  ...(values.data && { dataDir: values.data }),
  ...(values.user && { user: values.user }),
  ...(values.password && { password: values.password }),
  ...(values.size && { size: Number(values.size) }),
});
console.log(`mailbox listening on ${mailbox.url} (${mailbox.smtpUrl})`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void mailbox.close());
