import { setTimeout as pause } from 'node:timers/promises';

/**
 * Lets callers pass one at a time, no more than so many in a second; a pause of the caller is not made up for.
 * @param clock milliseconds; tests move it
 */
export function pacer(
  perSecond: number,
  clock: { now(): number; wait(ms: number): Promise<unknown> } = { now: () => performance.now(), wait: pause },
): () => Promise<void> {
  let next = clock.now();
  return async () => {
    const ms = next - clock.now();
    next = Math.max(next, clock.now()) + 1_000 / perSecond;
    if (ms > 0) await clock.wait(ms);
  };
}
