import { runStandIn, secretVariable, standInFlags } from '@orderflow/emulator-control';
import { z } from 'zod';
import { startMailbox } from './index.ts';

const flags = {
  ...standInFlags,
  'smtp-port': standInFlags.port,
  user: z.string().optional(),
  'webhook-url': z.url().optional(),
  size: z.coerce.number().int().positive().optional(),
};
const variables = { PASSWORD: secretVariable, WEBHOOK_SECRET: secretVariable };

await runStandIn('mailbox', { flags, variables }, (given) =>
  startMailbox({
    host: given.host,
    port: given.port,
    smtpPort: given['smtp-port'],
    dataDir: given.data,
    user: given.user,
    password: given.PASSWORD,
    size: given.size,
    webhookSecret: given.WEBHOOK_SECRET,
    webhookUrl: given['webhook-url'],
  }),
);
