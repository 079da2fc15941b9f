import * as contracts from '@orderflow/contracts';
import {
  type DeadLetter,
  type DeadLetterFilter,
  discardDeadLettersInput,
  type EventDefinition,
  inspectDeadLetterInput,
  inspectDeadLetterOutput,
  listDeadLettersInput,
  listDeadLettersOutput,
  parseEvent,
  redriveDeadLettersInput,
  redriveDeadLettersOutput,
} from '@orderflow/contracts';
import { DeadlinePassed, type DeadMessage, errorMessage, UnknownWorkerError } from '@orderflow/runtime';
import type { GatewayDeps } from '../gateway-deps.ts';
import { DomainError } from '../platform/domain-error.ts';
import { requireStore } from '../platform/require-store.ts';
import { recordedStaff, router, staff } from './trpc.ts';

/** So much of an error makes a group; what follows is ids and numbers. */
const GROUP_LENGTH = 120;
/** So many of each dead-letter queue are looked at. */
const LOOKED_AT = 10_000;
/** So many ids of what was moved are kept in the audit; the log has all. */
const MAX_ON_RECORD = 1_000;

/** Every message that some worker can read. */
const KNOWN: ReadonlyMap<string, EventDefinition> = new Map(
  ([...Object.values(contracts), DeadlinePassed] as unknown[]).filter(isDefinition).map((known) => [known.type, known]),
);
function isDefinition(value: unknown): value is EventDefinition {
  return typeof value === 'object' && value !== null && 'dataschema' in value && 'of' in value;
}

/** Whose dead-letter queue, for the audit. */
const subjectOf = ({ filter }: Record<string, unknown>) => {
  const { worker, eventId, orderId } = (filter ?? {}) as DeadLetterFilter;
  return orderId ?? eventId ?? worker ?? 'dead letters';
};

/** What could not be handled, in the dead-letter queues of all workers. For staff. Every mutation is on record. */
export const deadLetters = router({
  /** What is dead-lettered, in groups of the same worker and error, the largest first. UNKNOWN_WORKER, BROKER_UNAVAILABLE. */
  list: staff
    .input(listDeadLettersInput)
    .output(listDeadLettersOutput)
    .query(async ({ ctx: { deps }, input: { filter } }) => {
      const letters = (await found(deps, filter)).map(({ letter }) => letter);
      const groups = Map.groupBy(letters, (letter) => JSON.stringify([letter.worker, letter.errorClass, gist(letter)]));
      return {
        total: letters.length,
        unseen: await unseen(deps, filter),
        groups: [...groups.values()]
          .map((group) => {
            const [example] = group as [DeadLetter, ...DeadLetter[]];
            const { worker, errorClass } = example;
            const types = [...new Set(group.map(({ type }) => type))].sort();
            return { worker, errorClass, error: gist(example), count: group.length, types, example };
          })
          .sort((a, b) => b.count - a.count),
      };
    }),

  /** One dead-lettered message with its headers and its body. UNKNOWN_DEAD_LETTER when it is not there (any more). */
  inspect: staff
    .input(inspectDeadLetterInput)
    .output(inspectDeadLetterOutput)
    .query(async ({ ctx: { deps }, input }) => {
      const [deadLettered] = await found(deps, input);
      if (!deadLettered) throw unknown();
      return { ...deadLettered.letter, headers: { ...deadLettered.headers }, body: parsed(deadLettered.content) };
    }),

  /**
   * Hands messages to their workers again, one at a time and no faster than `perSecond`, for four minutes at most: then
   * the same again goes on. With `dryRun` (unless told otherwise) nothing moves, and the verdicts say what would happen
   * now. A crash on the way neither loses nor doubles any. UNKNOWN_DEAD_LETTER when a message that is named is not
   * there, AUDITOR_UNAVAILABLE when nobody knows.
   */
  redrive: recordedStaff(subjectOf)
    .input(redriveDeadLettersInput)
    .output(redriveDeadLettersOutput)
    .mutation(async ({ ctx: { deps, viewer, effect }, input: { filter, dryRun, limit, perSecond, reason } }) => {
      const deadLettered = await matching(deps, filter);
      if (dryRun) {
        const letters = await verdictsOn(deps, deadLettered.slice(0, limit));
        return { dryRun, matched: deadLettered.length, moved: 0, letters };
      }
      const by = `${viewer.id}: ${reason}`;
      const { moved, onMoved } = movement(deps, { what: 'dead letter redriven', by, effect });
      await fromBroker(deps, () => deps.deadLetters.redrive(filter, { limit, perSecond, onMoved }));
      return { dryRun, matched: deadLettered.length, moved: moved.length, letters: moved };
    }),

  /** Removes messages for good, those that were noted before. Dry run and errors as of `redrive`; no verdicts. */
  discard: recordedStaff(subjectOf)
    .input(discardDeadLettersInput)
    .output(redriveDeadLettersOutput)
    .mutation(async ({ ctx: { deps, viewer, effect }, input: { filter, dryRun, limit, reason } }) => {
      const deadLettered = await matching(deps, filter);
      const letters = deadLettered.slice(0, limit).map(({ letter }) => letter);
      if (dryRun) return { dryRun, matched: deadLettered.length, moved: 0, letters };
      const by = `${viewer.id}: ${reason}`;
      requireStore(deps);
      await deps.discards.note(letters, by, deps.now());
      const noted = new Set(letters.map(keyOf));
      const { moved, onMoved } = movement(deps, { what: 'dead letter discarded', by, effect });
      // Others may have been dead-lettered since, and nobody has noted these.
      const only = (letter: DeadLetter) => noted.has(keyOf(letter));
      await fromBroker(deps, () => deps.deadLetters.discard(filter, { limit, only, onMoved }));
      return { dryRun, matched: deadLettered.length, moved: moved.length, letters: moved };
    }),
});

const keyOf = ({ worker, eventId }: DeadLetter): string => JSON.stringify([worker, eventId]);

/** Notes each message as it moves, in the log and for the audit, so that a move that breaks off is on record too. */
function movement(
  deps: GatewayDeps,
  { what, by, effect }: { what: string; by: string; effect: Record<string, unknown> },
) {
  const moved: DeadLetter[] = [];
  const eventIds: string[] = [];
  Object.assign(effect, { moved: 0, eventIds });
  const onMoved = (letter: DeadLetter) => {
    const { worker, eventId, orderId } = letter;
    effect.moved = moved.push(letter);
    if (eventIds.length < MAX_ON_RECORD) eventIds.push(eventId);
    deps.log.warn({ worker, eventId, orderId, by }, what);
  };
  return { moved, onMoved };
}

/** What matches; a message that is named and not there has been settled by somebody else, or never was. */
async function matching(deps: GatewayDeps, filter: DeadLetterFilter): Promise<DeadMessage[]> {
  const deadLettered = await found(deps, filter);
  if (deadLettered.length === 0 && (filter.eventId ?? filter.eventIds) !== undefined) throw unknown();
  return deadLettered;
}

const found = (deps: GatewayDeps, filter: DeadLetterFilter): Promise<DeadMessage[]> =>
  fromBroker(deps, () => deps.deadLetters.list(filter, LOOKED_AT));

/** How many are dead-lettered behind those that are looked at, as the broker counted a few seconds ago. */
async function unseen({ queues }: GatewayDeps, { worker }: DeadLetterFilter): Promise<number> {
  const lots = ((await queues?.().catch(() => [])) ?? []).filter(
    (lot) => worker === undefined || lot.worker === worker,
  );
  return lots.reduce((sum, { deadLettered }) => sum + Math.max(0, deadLettered - LOOKED_AT), 0);
}

/** What cannot be read is dead-lettered again at once, whatever the auditor knows of the order. */
async function verdictsOn(deps: GatewayDeps, deadLettered: readonly DeadMessage[]) {
  const readable = deadLettered.filter(({ content }) => isReadable(content)).map(({ letter }) => letter);
  const verdicts = readable.length > 0 ? await deps.auditor.verdicts(readable) : [];
  const verdictOf = new Map(readable.map((letter, index) => [letter, verdicts[index]]));
  return deadLettered.map(({ letter }) => ({ ...letter, verdict: verdictOf.get(letter) ?? ('unreadable' as const) }));
}

function isReadable(content: Buffer): boolean {
  try {
    parseEvent(content, KNOWN);
    return true;
  } catch {
    return false;
  }
}

async function fromBroker<T>({ log }: GatewayDeps, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UnknownWorkerError)
      throw new DomainError('UNKNOWN_WORKER', errorMessage(error), { field: 'worker' });
    log.error({ err: error }, 'the dead-letter queues cannot be reached');
    throw new DomainError(
      'BROKER_UNAVAILABLE',
      'The dead-letter queues cannot be reached; what was moved so far stays moved',
    );
  }
}

const unknown = () =>
  new DomainError('UNKNOWN_DEAD_LETTER', 'There is no such message; it may have been redriven already', {
    field: 'eventId',
  });

const gist = ({ error }: DeadLetter): string => error.slice(0, GROUP_LENGTH);

function parsed(content: Buffer): unknown {
  const text = content.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
