import type { OpsHealth } from '@orderflow/contracts';
import pc from 'picocolors';
import { messageOf, StackError } from '../errors.ts';
import { dataDirOf } from '../paths.ts';
import { isRunning } from '../processes/identity.ts';
import { readRunRecord } from '../processes/run-record.ts';
import { consoleReport } from '../report.ts';
import { placesOn } from './running.ts';
import { type ApiFlags, asStaff } from './staff.ts';

export interface Status {
  /** Processes of the stack on the data directory; none of a system elsewhere. */
  readonly processes: readonly { name: string; pid: number; running: boolean }[];
  readonly addresses: Readonly<Record<string, unknown>>;
  /** Undefined: the API could not be asked, for this reason. */
  readonly health: OpsHealth | undefined;
  readonly problem: string | undefined;
}

/** What runs, where, and whether all is well. Status 0: green, 1: not. */
export async function status(flags: ApiFlags & { json?: boolean }): Promise<void> {
  const places = flags.url === undefined ? placesOn(flags.data) : [{ data: flags.data }];
  const seen = await Promise.all(
    places.map(async ({ region, data }) => ({ region, ...(await statusOf({ ...flags, data })) })),
  );
  const cells = Object.fromEntries(seen.map(({ region = '', ...status }) => [region, status]));
  const shown = cells[''] ?? { cells };
  if (flags.json) process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  for (const { region, ...status } of flags.json ? [] : seen) {
    if (region !== undefined) consoleReport().line(pc.bold(region));
    show(status);
  }
  process.exitCode = seen.every(isWell) ? 0 : 1;
}

const isWell = ({ health, processes }: Status): boolean =>
  Boolean(health?.green) && processes.every(({ running }) => running);

async function statusOf(flags: ApiFlags): Promise<Status> {
  const record = flags.url === undefined ? readRunRecord(dataDirOf(flags.data)) : undefined;
  if (flags.url === undefined && !record) {
    throw new StackError(`No stack runs on ${dataDirOf(flags.data)}. Start one: ./run up, or ./run demo`);
  }
  const processes = (record?.processes ?? []).map((one) => ({ name: one.name, pid: one.pid, running: isRunning(one) }));
  const addresses = record?.addresses ?? { api: flags.url };
  try {
    return { processes, addresses, health: await asStaff(flags, (api) => api.ops.health.query()), problem: undefined };
  } catch (error) {
    return { processes, addresses, health: undefined, problem: messageOf(error) };
  }
}

function show({ processes, addresses, health, problem }: Status): void {
  const { line } = consoleReport();
  for (const { name, pid, running } of processes)
    line(`${running ? pc.green('✓') : pc.red('✗')} ${name.padEnd(16)} ${running ? `process ${pid}` : 'is gone'}`);
  for (const name of ['shop', 'api', 'mailbox'])
    if (addresses[name]) line(`  ${name.padEnd(16)} ${String(addresses[name])}`);
  for (const { worker, waiting, retrying, deadLettered, consumers } of health?.queues ?? [])
    line(
      `  ${worker.padEnd(16)} ${waiting} waiting, ${retrying} retrying, ${deadLettered} dead-lettered, ${consumers} consuming`,
    );
  if (health?.green) line(pc.green('All is well.'));
  for (const reason of health?.reasons ?? [problem ?? 'the API gave no answer']) line(pc.red(`✗ ${reason}`));
}
