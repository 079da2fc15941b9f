import type { TimelineEntry } from '@orderflow/contracts';
import type { OrderRecord } from './order-record.ts';
import { causalOrder } from './timeline.ts';

export type NewEntries = (order: Pick<OrderRecord, 'id' | 'revision'>) => Promise<TimelineEntry[]>;

/**
 * What a watcher does not have yet of an order's timeline, causes before effects, each entry once. When the timeline
 * cannot be read there is nothing new: the next change brings it.
 * @param since the revision that the watcher has; entries of versions before do not say theirs and come again
 */
export function newEntriesSince(
  since: number,
  timelineOf: (id: string) => Promise<readonly TimelineEntry[]>,
): NewEntries {
  const sent = new Set<string>();
  return async ({ id, revision }) => {
    const entries = await timelineOf(id).catch(() => []);
    const fresh = entries.filter(
      (entry) =>
        !sent.has(entry.eventId) &&
        (entry.revision === undefined || (entry.revision > since && entry.revision <= revision)),
    );
    for (const { eventId } of fresh) sent.add(eventId);
    return causalOrder(fresh);
  };
}
