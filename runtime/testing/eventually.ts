import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits for a condition: tries until `attempt` returns something other than undefined, null or false.
 * @throws the last error, or one that names what was awaited, after `deadlineMs`
 */
export async function eventually<T>(
  what: string,
  attempt: () => Promise<T> | T,
  deadlineMs = 15_000,
  everyMs = 10,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + deadlineMs;
  let last: unknown;
  for (;;) {
    try {
      const result = await attempt();
      if (result !== undefined && result !== null && result !== false) return result as NonNullable<Exclude<T, false>>;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw last ?? new Error(`Not within ${deadlineMs} ms: ${what}`);
    await pause(everyMs);
  }
}
