/** How much of an id tells orders of one watcher apart: a UUIDv7 ends in random digits. */
const TAIL = 12;

/**
 * What a watcher of several orders has: each one's latest revision, as a stream's event id.
 * @param lastEventId as `toString` gave it; what it does not tell counts as not seen
 */
export function seenRevisions(lastEventId: string | null | undefined) {
  const revisions = new Map<string, number>();
  for (const [, tail, revision] of (lastEventId ?? '').matchAll(/([0-9a-f]{12}):(\d{1,9})/g)) {
    revisions.set(tail as string, Number(revision));
  }
  return {
    of: (orderId: string): number => revisions.get(orderId.slice(-TAIL)) ?? 0,
    set: (orderId: string, revision: number) => void revisions.set(orderId.slice(-TAIL), revision),
    toString: () => [...revisions].map(([tail, revision]) => `${tail}:${revision}`).join(','),
  };
}
