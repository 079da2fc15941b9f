import { setTimeout as pause } from 'node:timers/promises';
import { errorMessage } from './errors.ts';
import { isStoreConflict, storeIsAway } from './store-errors.ts';

/**
 * Does what a process needs of its store before it works, again for as long as the store is away or others are at the same.
 * @param what is done, for the log and the error, e.g. `the index number_1__id_-1 of orders`
 * @throws Error that names it, at once where trying again is of no use, else after a minute
 */
export type AtStart = <T>(what: string, act: () => Promise<T>) => Promise<T>;

export interface AtStartOptions {
  readonly log?: { warn(fields: object, message: string): void };
  /** The process is told to stop: nothing is tried again. */
  readonly signal?: AbortSignal;
  readonly withinMs?: number;
  readonly firstPauseMs?: number;
}

const WITHIN_MS = 60_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

export function startingWith({
  log,
  signal,
  withinMs = WITHIN_MS,
  firstPauseMs = FIRST_PAUSE_MS,
}: AtStartOptions = {}): AtStart {
  return async (what, act) => {
    const until = performance.now() + withinMs;
    for (let tries = 1, wait = firstPauseMs; ; tries += 1, wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
      try {
        return await act();
      } catch (error) {
        const passes = storeIsAway(error) || isStoreConflict(error);
        if (!passes || performance.now() > until) throw failure(what, tries, error);
        log?.warn({ what, tries, error: errorMessage(error) }, 'the store did not do it, and is asked again');
        // Those who met once are not to meet again.
        await pause(wait * (0.5 + Math.random()), undefined, signal && { signal }).catch(() => {});
        if (signal?.aborted) throw failure(what, tries, error);
      }
    }
  };
}

function failure(what: string, tries: number, cause: unknown): Error {
  const often = tries === 1 ? '' : ` in ${tries} tries`;
  return new Error(`The store did not make ready ${what}${often}: ${errorMessage(cause)}`, { cause });
}
