import type { DeadLetterFilter } from '@orderflow/contracts';
import pc from 'picocolors';
import { apiClient } from '../client.ts';
import { StackError } from '../errors.ts';
import { consoleReport } from '../report.ts';
import { signToken } from '../tokens.ts';
import { runningStack } from './running.ts';

interface FilterFlags {
  readonly worker?: string;
  readonly event?: string;
  readonly order?: string;
  readonly type?: string;
  readonly class?: string;
  readonly error?: string;
  readonly data: string;
}

interface MoveFlags extends FilterFlags {
  readonly yes?: boolean;
  readonly reason?: string;
  readonly limit: string;
}

/** Through the gateway, as staff, so that everything leaves an entry in its audit trail. */
async function client(data: string) {
  const { addresses, secrets } = runningStack(data);
  return apiClient(addresses.api, await signToken({ staff: 'operator' }, secrets.tokenSecret)).ops.deadLetters;
}

function filterOf(flags: FilterFlags): DeadLetterFilter {
  const { worker, event: eventId, order: orderId, type, class: errorClass, error } = flags;
  const given = Object.entries({ worker, eventId, orderId, type, errorClass, error });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

export async function list(flags: FilterFlags): Promise<void> {
  const report = consoleReport();
  const { total, unseen, groups } = await (await client(flags.data)).list.query({ filter: filterOf(flags) });
  for (const { worker, errorClass, error, count, types, example } of groups) {
    report.line(`${String(count).padStart(5)}  ${pc.bold(worker)}  ${types.join(', ')}`);
    report.line(`       ${errorClass}: ${error}`);
    report.line(pc.dim(`       e.g. ${example.eventId}${example.orderId ? ` of order ${example.orderId}` : ''}`));
  }
  report.line(total === 0 ? 'Nothing is parked.' : `${total} parked.`);
  if (unseen > 0) report.line(`About ${unseen} more are parked behind these and were not looked at.`);
}

export async function inspect(worker: string, eventId: string, flags: { data: string }): Promise<void> {
  const letter = await (await client(flags.data)).inspect.query({ worker, eventId });
  process.stdout.write(`${JSON.stringify(letter, null, 2)}\n`);
}

export const redrive = (flags: MoveFlags & { perSecond: string }): Promise<void> =>
  move(flags, 'redriven', async (input) =>
    (await client(flags.data)).redrive.mutate({ ...input, perSecond: whole(flags.perSecond, '--per-second') }),
  );

export const discard = (flags: MoveFlags): Promise<void> =>
  move(flags, 'discarded', async (input) => (await client(flags.data)).discard.mutate(input));

interface Moved {
  readonly dryRun: boolean;
  readonly matched: number;
  readonly moved: number;
  readonly letters: readonly {
    worker: string;
    eventId: string;
    type: string;
    error: string;
    verdict?: string | undefined;
  }[];
}

async function move(
  flags: MoveFlags,
  done: string,
  ask: (input: { filter: DeadLetterFilter; dryRun: boolean; limit: number; reason: string }) => Promise<Moved>,
): Promise<void> {
  const filter = filterOf(flags);
  if (Object.keys(filter).length === 0) {
    throw new StackError('Say which: --worker, --event, --order, --type, --class or --error');
  }
  if (flags.yes && !flags.reason) throw new StackError('Say why: --reason "…"');
  const input = { filter, dryRun: !flags.yes, limit: whole(flags.limit, '--limit'), reason: flags.reason ?? 'dry run' };
  const report = consoleReport();
  const { dryRun, matched, moved, letters } = await ask(input);
  for (const { worker, eventId, type, error, verdict } of letters) {
    const fate = verdict ?? (dryRun ? 'matches' : done);
    report.line(`${fate.padEnd(16)} ${worker.padEnd(14)} ${type.padEnd(26)} ${eventId}  ${pc.dim(error)}`);
  }
  const due = Math.min(matched, input.limit);
  if (dryRun) report.line(`${matched} match; with --yes ${due} of them are ${done}.`);
  else report.line(`${moved} of ${matched} ${done}.${moved < due ? ' The same again goes on with the rest.' : ''}`);
}

function whole(value: string, flag: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new StackError(`${flag} is ${value}; it must be a whole number above 0`);
}
