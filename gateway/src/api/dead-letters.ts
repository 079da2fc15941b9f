import {
  type DeadLetter,
  type DeadLetterFilter,
  discardDeadLettersInput,
  inspectDeadLetterInput,
  inspectDeadLetterOutput,
  listDeadLettersInput,
  listDeadLettersOutput,
  redriveDeadLettersInput,
  redriveDeadLettersOutput,
} from '@orderflow/contracts';
import { errorMessage, UnknownWorkerError } from '@orderflow/runtime';
import { refusal } from './errors.ts';
import { audited, type GatewayDeps, requireStore, router, staff } from './trpc.ts';

/** So much of an error makes a group; what follows is ids and numbers. */
const GROUP_LENGTH = 120;

/** Whose parking lot, for the audit. */
const subjectOf = ({ filter }: Record<string, unknown>) => {
  const { worker, eventId, orderId } = (filter ?? {}) as DeadLetterFilter;
  return orderId ?? eventId ?? worker ?? 'dead letters';
};

/** What could not be handled, in the parking lots of all workers. For staff. Every mutation is on record. */
export const deadLetters = router({
  /** What is parked, in groups of the same worker and error, the largest first. UNKNOWN_WORKER, BROKER_UNAVAILABLE. */
  list: staff
    .input(listDeadLettersInput)
    .output(listDeadLettersOutput)
    .query(async ({ ctx: { deps }, input: { filter } }) => {
      const letters = await lettersOf(deps, filter);
      const groups = Map.groupBy(letters, (letter) => JSON.stringify([letter.worker, letter.errorClass, gist(letter)]));
      return {
        total: letters.length,
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

  /** One parked message with its headers and its body. UNKNOWN_DEAD_LETTER when it is not there (any more). */
  inspect: staff
    .input(inspectDeadLetterInput)
    .output(inspectDeadLetterOutput)
    .query(async ({ ctx: { deps }, input }) => {
      const [found] = await fromBroker(() => deps.deadLetters.list(input));
      if (!found) throw unknown();
      return { ...found.letter, headers: { ...found.headers }, body: parsed(found.content) };
    }),

  /**
   * Hands messages to their workers again, one at a time and no faster than `perSecond`. With `dryRun` (unless told
   * otherwise) nothing moves, and the verdicts say what would happen now. A crash on the way neither loses nor doubles
   * any. UNKNOWN_DEAD_LETTER when a message that is named is not there, AUDITOR_UNAVAILABLE when nobody knows.
   */
  redrive: staff
    .use(audited(subjectOf))
    .input(redriveDeadLettersInput)
    .output(redriveDeadLettersOutput)
    .mutation(async ({ ctx: { deps, viewer }, input: { filter, dryRun, limit, perSecond, reason } }) => {
      const letters = await matching(deps, filter);
      if (dryRun) return tried(deps, letters, limit);
      const by = `${viewer.id}: ${reason}`;
      const moved = await fromBroker(() => deps.deadLetters.redrive(filter, { limit, perSecond, by }));
      deps.log.warn({ filter, moved: moved.length, by }, 'dead letters redriven');
      return { dryRun, matched: letters.length, moved: moved.length, letters: moved };
    }),

  /** Removes messages for good. The same dry run and errors as `redrive`. */
  discard: staff
    .use(audited(subjectOf))
    .input(discardDeadLettersInput)
    .output(redriveDeadLettersOutput)
    .mutation(async ({ ctx: { deps, viewer }, input: { filter, dryRun, limit, reason } }) => {
      const letters = await matching(deps, filter);
      if (dryRun) return tried(deps, letters, limit);
      const by = `${viewer.id}: ${reason}`;
      requireStore(deps);
      await deps.discards.note(letters.slice(0, limit), by, deps.now());
      const gone = await fromBroker(() => deps.deadLetters.discard(filter, { limit, by }));
      for (const { worker, eventId, orderId } of gone) {
        deps.log.warn({ worker, eventId, orderId, by }, 'dead letter discarded');
      }
      return { dryRun, matched: letters.length, moved: gone.length, letters: gone };
    }),
});

/** What matches; a message that is named and not there has been settled by somebody else, or never was. */
async function matching(deps: GatewayDeps, filter: DeadLetterFilter): Promise<DeadLetter[]> {
  const letters = await lettersOf(deps, filter);
  if (letters.length === 0 && filter.eventId !== undefined) throw unknown();
  return letters;
}

async function lettersOf(deps: GatewayDeps, filter: DeadLetterFilter): Promise<DeadLetter[]> {
  return (await fromBroker(() => deps.deadLetters.list(filter))).map(({ letter }) => letter);
}

async function tried(deps: GatewayDeps, letters: readonly DeadLetter[], limit: number) {
  const chosen = letters.slice(0, limit);
  const verdicts = chosen.length > 0 ? await deps.auditor.verdicts(chosen) : [];
  return {
    dryRun: true,
    matched: letters.length,
    moved: 0,
    letters: chosen.map((letter, index) => ({ ...letter, verdict: verdicts[index] })),
  };
}

async function fromBroker<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UnknownWorkerError) throw refusal('UNKNOWN_WORKER', errorMessage(error), { field: 'worker' });
    throw refusal('BROKER_UNAVAILABLE', 'The parking lots cannot be reached; what was moved so far stays moved');
  }
}

const unknown = () =>
  refusal('UNKNOWN_DEAD_LETTER', 'There is no such message; it may have been redriven already', { field: 'eventId' });

const gist = ({ error }: DeadLetter): string => error.slice(0, GROUP_LENGTH);

function parsed(content: Buffer): unknown {
  const text = content.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
