import type { Order, TimelineEntry } from '@orderflow/contracts';

const FIRST_MS = 500;
const LONGEST_MS = 8_000;

/** Longer each time that nobody answers. */
export const backoffMs = (tries: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** tries);

/** A reconnected stream may say again what was said before it was cut. */
export function withEntries<T extends { readonly entries: readonly TimelineEntry[] }>(
  timeline: T,
  added: readonly TimelineEntry[],
): T {
  const known = new Set(timeline.entries.map(({ eventId }) => eventId));
  const fresh = added.filter(({ eventId }) => !known.has(eventId));
  return fresh.length === 0 ? timeline : { ...timeline, entries: [...timeline.entries, ...fresh] };
}

/** The order in whatever `orders.list` has cached, a page or pages of it; an older revision than there is does nothing. */
export function withOrder<T>(cached: T, order: Order): T {
  if (Array.isArray(cached)) return cached.map((inner) => withOrder(inner, order)) as T;
  if (cached === null || typeof cached !== 'object') return cached;
  const page = cached as { orders?: readonly Order[]; pages?: unknown };
  if (page.pages) return { ...cached, pages: withOrder(page.pages, order) };
  if (!page.orders) return cached;
  const orders = page.orders.map((old) => (old.id === order.id && old.revision < order.revision ? order : old));
  return { ...cached, orders };
}
