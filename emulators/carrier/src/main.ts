import { runStandIn, secretVariable, standInFlags } from '@orderflow/emulator-control';
import { z } from 'zod';
import { startCarrier } from './index.ts';

const flags = {
  ...standInFlags,
  'webhook-url': z.url().optional(),
  'public-url': z.url().optional(),
  speed: z.coerce.number().positive().optional(),
};
const variables = { API_KEY: secretVariable, WEBHOOK_SECRET: secretVariable };

await runStandIn('carrier', { flags, variables }, (given) =>
  startCarrier({
    host: given.host,
    port: given.port,
    dataDir: given.data,
    apiKey: given.API_KEY,
    webhookSecret: given.WEBHOOK_SECRET,
    webhookUrl: given['webhook-url'],
    publicUrl: given['public-url'],
    speed: given.speed,
  }),
);
