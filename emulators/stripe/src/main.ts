import { runStandIn, secretVariable, standInFlags } from '@orderflow/emulator-control';
import { z } from 'zod';
import { startStripe } from './index.ts';

const flags = {
  ...standInFlags,
  'webhook-url': z.url().optional(),
  'public-url': z.url().optional(),
  events: z.string().optional(),
};
const variables = { API_KEY: secretVariable, WEBHOOK_SECRET: secretVariable };

await runStandIn('stripe', { flags, variables }, (given) =>
  startStripe({
    host: given.host,
    port: given.port,
    dataDir: given.data,
    apiKey: given.API_KEY,
    webhookSecret: given.WEBHOOK_SECRET,
    webhookUrl: given['webhook-url'],
    publicUrl: given['public-url'],
    events: given.events?.split(','),
  }),
);
