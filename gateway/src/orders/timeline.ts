import type { OrderflowEvent, TimelineEntry } from '@orderflow/contracts';
import type { OrderState } from './order-state.ts';

/** The order with an event on its timeline, where each event stands once. */
export function withEntry(order: OrderState, event: OrderflowEvent, text: string): OrderState {
  if (order.timeline.some(({ eventId }) => eventId === event.id)) return order;
  return { ...order, timeline: [...order.timeline, entryOf(event, text)] };
}

/** The order with its new entries, those behind the first `known`, saying with which revision they came. */
export function withRevision(order: OrderState, { known, revision }: { known: number; revision: number }): OrderState {
  if (order.timeline.length <= known) return order;
  return { ...order, timeline: order.timeline.map((entry, index) => (index < known ? entry : { ...entry, revision })) };
}

function entryOf(event: OrderflowEvent, text: string): TimelineEntry {
  return {
    eventId: event.id,
    type: event.type,
    source: event.source,
    at: event.time,
    ...(event.causationid === undefined ? {} : { causedBy: event.causationid }),
    text,
  };
}

/**
 * Puts entries in causal order: a cause before its effects whatever the clocks say, otherwise by time. An entry
 * whose cause is not on the timeline (a carrier's scan) stands by its own time.
 */
export function causalOrder(entries: readonly TimelineEntry[]): TimelineEntry[] {
  const known = new Set(entries.map((entry) => entry.eventId));
  const effects = Map.groupBy(entries, (entry) =>
    entry.causedBy !== undefined && known.has(entry.causedBy) ? entry.causedBy : '',
  );
  const ordered: TimelineEntry[] = [];
  const ready = [...(effects.get('') ?? [])];
  while (ready.length > 0) {
    const next = ready.reduce((first, other) => (other.at < first.at ? other : first));
    ready.splice(ready.indexOf(next), 1);
    ordered.push(next);
    ready.push(...(effects.get(next.eventId) ?? []));
  }
  return ordered;
}
