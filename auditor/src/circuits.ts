import { CIRCUIT_STALE_MS } from '@orderflow/runtime';
import type { Sources } from './sources.ts';

/** Workers that consume no messages now, since something they depend on is down. */
export async function circuitsOpen({ collections }: Sources, now = new Date()): Promise<string[]> {
  const at = { $gt: new Date(now.getTime() - CIRCUIT_STALE_MS) };
  const open = await Promise.all(collections.circuits.map((board) => board.find({ at } as never).toArray()));
  return [...new Set(open.flat().map(({ worker }) => worker))].sort();
}
