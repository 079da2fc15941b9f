import { setTimeout as pause } from 'node:timers/promises';

/** What is stored stands whether or not its facts are out yet; nobody waits longer for a slow broker. */
const RELAY_WAIT_MS = 2_000;

export async function awaitRelay(relayed: Promise<void>): Promise<void> {
  const bound = new AbortController();
  await Promise.race([relayed, pause(RELAY_WAIT_MS, undefined, { signal: bound.signal }).catch(() => {})]);
  bound.abort();
}
