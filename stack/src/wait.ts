import { setTimeout as pause } from 'node:timers/promises';
import { StackError } from './errors.ts';

/** How long to wait, what for, and what would make waiting pointless (returns the reason, or undefined). */
export interface Wait {
  readonly what: string;
  readonly timeoutMs: number;
  readonly everyMs?: number;
  readonly hopeless?: () => string | undefined;
}

/** Polls until `ready` returns something true. A rejection counts as not ready yet. @throws StackError at the deadline */
export async function waitUntil<T>(ready: () => Promise<T> | T, wait: Wait): Promise<T> {
  const deadline = Date.now() + wait.timeoutMs;
  let last = '';
  for (;;) {
    try {
      const result = await ready();
      if (result) return result;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    const reason = wait.hopeless?.();
    if (reason !== undefined) throw new StackError(`${wait.what}: ${reason}`);
    if (Date.now() > deadline) {
      throw new StackError(`${wait.what}: not ready after ${wait.timeoutMs / 1000} s${last ? ` (${last})` : ''}`);
    }
    await pause(wait.everyMs ?? 100);
  }
}
