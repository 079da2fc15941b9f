import { parseArgs } from 'node:util';
import { startCarrier } from './index.ts';

const { values } = parseArgs({
  options: {
    host: { type: 'string' },
    port: { type: 'string' },
    data: { type: 'string' },
    'api-key': { type: 'string' },
    'webhook-secret': { type: 'string' },
    'webhook-url': { type: 'string' },
    'public-url': { type: 'string' },
    speed: { type: 'string' },
  },
});
const carrier = await startCarrier({
  ...(values.host && { host: values.host }),
  ...(values.port && { port: Number(values.port) }),
  ...(values.data && { dataDir: values.data }),
  ...(values['api-key'] && { apiKey: values['api-key'] }),
  ...(values['webhook-secret'] && { webhookSecret: values['webhook-secret'] }),
  ...(values['webhook-url'] && { webhookUrl: values['webhook-url'] }),
  ...(values['public-url'] && { publicUrl: values['public-url'] }),
  ...(values.speed && { speed: Number(values.speed) }),
});
console.log(`carrier listening on ${carrier.url}`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void carrier.close());
