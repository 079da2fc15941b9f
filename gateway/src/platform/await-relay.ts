import { atMost } from '@orderflow/runtime';

/** What is stored stands whether or not its facts are out yet; nobody waits longer for a slow broker. */
const RELAY_WAIT_MS = 2_000;

export async function awaitRelay(relayed: Promise<void>): Promise<void> {
  await atMost(RELAY_WAIT_MS, relayed);
}
