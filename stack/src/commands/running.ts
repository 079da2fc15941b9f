import { z } from 'zod';
import { StackError } from '../errors.ts';
import { dataDirOf } from '../paths.ts';
import { cellDirOf, readRunRecord, regionsOn } from '../processes/run-record.ts';
import { type Secrets, secretsOf } from '../secrets.ts';

const addressesSchema = z.looseObject({ api: z.url(), auditor: z.url() });

/** Where the stack of a data directory is, and its secrets. @throws StackError when none runs there */
export function runningStack(data: string): { addresses: z.output<typeof addressesSchema>; secrets: Secrets } {
  const dataDir = dataDirOf(data);
  const addresses = addressesSchema.safeParse(readRunRecord(dataDir)?.addresses);
  const cells = regionsOn(dataDir).map((region) => cellDirOf(data, region));
  if (cells.length > 0) throw new StackError(`${dataDir} has cells; say which: --data ${cells.join(', or --data ')}`);
  if (!addresses.success) throw new StackError(`No stack runs on ${dataDir}. Start one: ./run up, or ./run demo`);
  return { addresses: addresses.data, secrets: secretsOf(dataDir) };
}

/** A stack, or the cell of a region beside others. */
export interface Place {
  readonly region?: string;
  /** Its data directory. */
  readonly data: string;
}

/** What runs on a data directory: its cells, or else its one stack, whether it runs or not. */
export function placesOn(data: string): Place[] {
  const dataDir = dataDirOf(data);
  const cells = regionsOn(dataDir).map((region) => ({ region, data: cellDirOf(dataDir, region) }));
  return cells.length > 0 ? cells : [{ data }];
}
