import { parseArgs } from 'node:util';
import { startTwilio } from './index.ts';

const { values } = parseArgs({
  options: {
    host: { type: 'string' },
    port: { type: 'string' },
    data: { type: 'string' },
    'account-sid': { type: 'string' },
    'auth-token': { type: 'string' },
  },
});
const twilio = await startTwilio({
  ...(values.host && { host: values.host }),
  ...(values.port && { port: Number(values.port) }),
  ...(values.data && { dataDir: values.data }),
  ...(values['account-sid'] && { accountSid: values['account-sid'] }),
  ...(values['auth-token'] && { authToken: values['auth-token'] }),
});
console.log(`twilio listening on ${twilio.url}`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void twilio.close());
