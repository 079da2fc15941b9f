import type { Order, TimelineEntry } from '@orderflow/contracts';
import { replaceEqualDeep } from '@tanstack/react-query';

const FIRST_MS = 500;
const LONGEST_MS = 8_000;

/** Longer each time that nobody answers. */
export const backoffMs = (tries: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** tries);

/** Answers overtake each other: the higher revision stays. */
export const newerOrder = <T extends Pick<Order, 'revision'>>(known: T | undefined, order: T): T =>
  known && known.revision > order.revision ? known : order;

type Timeline = { readonly entries: readonly TimelineEntry[] };

/** For queries: an answer that the stream has overtaken does not take back what the page shows. */
export const keepNewerOrder = (known: unknown, answer: unknown): unknown =>
  replaceEqualDeep(known, newerOrder(known as Order | undefined, answer as Order));

/** The same of a timeline, which only grows. */
export const keepLongerTimeline = (known: unknown, answer: unknown): unknown => {
  const length = (timeline: unknown) => (timeline as Timeline | undefined)?.entries.length ?? 0;
  return length(known) > length(answer) ? known : replaceEqualDeep(known, answer);
};

/** A reconnected stream may say again what was said before it was cut. */
export function withEntries<T extends Timeline>(timeline: T, added: readonly TimelineEntry[]): T {
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
