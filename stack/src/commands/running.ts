import { z } from 'zod';
import { StackError } from '../errors.ts';
import { dataDirOf } from '../paths.ts';
import { readRunRecord } from '../processes/run-record.ts';
import { type Secrets, secretsOf } from '../secrets.ts';

const addressesSchema = z.looseObject({ api: z.url(), auditor: z.url() });

/** Where the stack of a data directory is, and its secrets. @throws StackError when none runs there */
export function runningStack(data: string): { addresses: z.output<typeof addressesSchema>; secrets: Secrets } {
  const dataDir = dataDirOf(data);
  const addresses = addressesSchema.safeParse(readRunRecord(dataDir)?.addresses);
  if (!addresses.success) throw new StackError(`No stack runs on ${dataDir}. Start one: ./run up, or ./run demo`);
  return { addresses: addresses.data, secrets: secretsOf(dataDir) };
}
