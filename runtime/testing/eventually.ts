import { setTimeout as pause } from 'node:timers/promises';

/** Each try costs the system that is watched as much as a caller does: what takes longer is asked for less often. */
const nextTryMs = (waitedMs: number): number => Math.min(Math.max(waitedMs / 10, 10), 100);

/**
 * Waits for a condition: tries until `attempt` returns something other than undefined, null or false.
 * @param everyMs how long between tries; by default a tenth of what has been waited already, 10 to 100 ms
 * @throws the last error, or one that names what was awaited, after `deadlineMs`
 */
export async function eventually<T>(
  what: string,
  attempt: () => Promise<T> | T,
  deadlineMs = 15_000,
  everyMs?: number,
): Promise<NonNullable<Exclude<T, false>>> {
  const began = Date.now();
  let last: unknown;
  for (;;) {
    try {
      const result = await attempt();
      if (result !== undefined && result !== null && result !== false) return result as NonNullable<Exclude<T, false>>;
      last = undefined;
    } catch (error) {
      last = error;
    }
    const waitedMs = Date.now() - began;
    if (waitedMs > deadlineMs) throw last ?? new Error(`Not within ${deadlineMs} ms: ${what}`);
    await pause(everyMs ?? nextTryMs(waitedMs));
  }
}
