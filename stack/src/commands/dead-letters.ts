import type { DeadLetterFilter } from '@orderflow/contracts';
import pc from 'picocolors';
import type { Client } from '../client.ts';
import { StackError } from '../errors.ts';
import { consoleReport } from '../report.ts';
import { type ApiFlags, asStaff } from './staff.ts';

interface FilterFlags extends ApiFlags {
  readonly worker?: string;
  readonly event?: string;
  readonly order?: string;
  readonly type?: string;
  readonly class?: string;
  readonly error?: string;
}

interface MoveFlags extends FilterFlags {
  readonly yes?: boolean;
  readonly reason?: string;
  readonly limit: string;
}

function filterOf(flags: FilterFlags): DeadLetterFilter {
  const { worker, event: eventId, order: orderId, type, class: errorClass, error } = flags;
  const given = Object.entries({ worker, eventId, orderId, type, errorClass, error });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

export async function list(flags: FilterFlags): Promise<void> {
  const report = consoleReport();
  const filter = filterOf(flags);
  const { total, unseen, groups } = await asStaff(flags, ({ ops }) => ops.deadLetters.list.query({ filter }));
  for (const { worker, errorClass, error, count, types, example } of groups) {
    report.line(`${String(count).padStart(5)}  ${pc.bold(worker)}  ${types.join(', ')}`);
    report.line(`       ${errorClass}: ${error}`);
    report.line(pc.dim(`       e.g. ${example.eventId}${example.orderId ? ` of order ${example.orderId}` : ''}`));
  }
  report.line(total === 0 ? 'Nothing is dead-lettered.' : `${total} dead-lettered.`);
  if (unseen > 0) report.line(`About ${unseen} more are dead-lettered behind these and were not looked at.`);
}

export async function inspect(worker: string, eventId: string, flags: ApiFlags): Promise<void> {
  const letter = await asStaff(flags, ({ ops }) => ops.deadLetters.inspect.query({ worker, eventId }));
  process.stdout.write(`${JSON.stringify(letter, null, 2)}\n`);
}

export const redrive = (flags: MoveFlags & { perSecond: string }): Promise<void> =>
  move(flags, 'redriven', ({ ops }, input) =>
    ops.deadLetters.redrive.mutate({ ...input, perSecond: whole(flags.perSecond, '--per-second') }),
  );

export const discard = (flags: MoveFlags): Promise<void> =>
  move(flags, 'discarded', ({ ops }, input) => ops.deadLetters.discard.mutate(input));

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
  ask: (
    api: Client,
    input: { filter: DeadLetterFilter; dryRun: boolean; limit: number; reason: string },
  ) => Promise<Moved>,
): Promise<void> {
  const filter = filterOf(flags);
  if (Object.keys(filter).length === 0) {
    throw new StackError('Say which: --worker, --event, --order, --type, --class or --error');
  }
  if (flags.yes && !flags.reason) throw new StackError('Say why: --reason "…"');
  const input = { filter, dryRun: !flags.yes, limit: whole(flags.limit, '--limit'), reason: flags.reason ?? 'dry run' };
  const report = consoleReport();
  const { dryRun, matched, moved, letters } = await asStaff(flags, (api) => ask(api, input));
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
