import { runStandIn, secretVariable, standInFlags } from '@orderflow/emulator-control';
import { z } from 'zod';
import { startTwilio } from './index.ts';

const flags = { ...standInFlags, 'account-sid': z.string().optional() };
const variables = { AUTH_TOKEN: secretVariable };

await runStandIn('twilio', { flags, variables }, (given) =>
  startTwilio({
    host: given.host,
    port: given.port,
    dataDir: given.data,
    accountSid: given['account-sid'],
    authToken: given.AUTH_TOKEN,
  }),
);
