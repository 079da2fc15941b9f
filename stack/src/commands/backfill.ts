import { z } from 'zod';
import { brokerPassword } from '../broker-users.ts';
import { givenServers } from '../config.ts';
import { StackError } from '../errors.ts';
import { discoverDefinitions } from '../processes/discover.ts';
import { consoleReport } from '../report.ts';
import { runningStack } from './running.ts';

interface BackfillFlags {
  readonly type?: string;
  readonly since?: string;
  readonly rate: string;
  readonly data: string;
}

const addressesSchema = z.object({
  amqp: z.string(),
  mongodb: z.string(),
  databasePrefix: z.string(),
  brokerPrefix: z.string(),
});

/** Replays stored events into one worker's queue, or each one's. */
export async function backfill(given: string, flags: BackfillFlags): Promise<void> {
  const definitions = await discoverDefinitions();
  const names = definitions.filter(({ hears }) => hears.length > 0).map(({ name }) => name);
  if (given === 'all') for (const worker of names) await backfillOne(worker, flags);
  else if (names.includes(given)) await backfillOne(given, flags);
  else throw new StackError(`There is no worker "${given}"; there are ${names.join(', ')}, and all.`);
}

async function backfillOne(worker: string, flags: BackfillFlags): Promise<void> {
  const [choreography, { backfill: replayStored }, { createLog, openReplay }, { default: mongoose }] =
    await Promise.all([
      discoverDefinitions(),
      import('@orderflow/auditor'),
      import('@orderflow/runtime'),
      import('mongoose'),
    ]);
  const access = await accessOf(worker, flags.data);
  const given = { worker, choreography, prefix: access.databasePrefix, type: flags.type };
  const options = { ...given, since: timeOf(flags.since), rate: rateOf(flags.rate) };
  const store = await mongoose.createConnection(access.mongodbUri).asPromise();
  const { replay, close } = await openReplay(access.amqpUrl, worker, createLog('backfill', 'warn'));
  try {
    const { resumed, replayed, handledBefore, incomplete } = await replayStored(store, { ...options, replay });
    const report = consoleReport();
    if (resumed) report.line('An earlier run was broken off; this one went on from there.');
    report.line(`Replayed ${replayed} events to ${worker}; it had handled ${handledBefore} others before.`);
    if (incomplete > 0) report.line(`Of ${incomplete} events a version before kept no data: they were left out.`);
  } catch (error) {
    throw error instanceof RangeError ? new StackError(`${error.message}.`) : error;
  } finally {
    await close();
    await store.close();
  }
}

/** From the environment where it has the worker's credentials, else those of the stack that runs here. */
async function accessOf(worker: string, data: string) {
  const { brokerIdentity, brokerNodes, withAccess } = await import('@orderflow/runtime');
  const given = givenServers();
  const user = given && decodeURIComponent((brokerNodes(given.amqpUrl)[0] as URL).username);
  if (given && (user === worker || user?.endsWith(`.${worker}`))) return given;
  const { addresses: all, secrets } = runningStack(data);
  const addresses = addressesSchema.parse(all);
  const password = brokerPassword(secrets.brokerSecret, worker);
  const signedIn = { user: brokerIdentity(worker, addresses.brokerPrefix).user, password };
  const { amqp, mongodb, databasePrefix } = addresses;
  return { amqpUrl: withAccess(amqp, signedIn), mongodbUri: mongodb, databasePrefix };
}

function timeOf(since: string | undefined): Date | undefined {
  if (since === undefined) return undefined;
  const time = new Date(since);
  if (Number.isNaN(time.getTime()))
    throw new StackError(`--since is ${since}; it must be a time, e.g. 2026-01-31T12:00:00Z`);
  return time;
}

function rateOf(rate: string): number {
  const number = Number(rate);
  if (number > 0 && number <= 10_000) return number;
  throw new StackError(`--rate is ${rate}; it must be a number above 0, at most 10000`);
}
