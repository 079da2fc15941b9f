import type { redriveVerdictSchema } from '@orderflow/contracts';
import { z } from 'zod';
import { isOpen } from './checks/orders.ts';
import { type Choreography, PROJECTED } from './choreography.ts';
import { bookOf, isKnownWorker, readPages } from './dossier.ts';
import { inBatches } from './read-orders.ts';
import type { Sources } from './sources.ts';

/** A dead-lettered message, as whoever wants to redrive it names it. */
export const letterSchema = z.object({
  worker: z.string(),
  eventId: z.string(),
  orderId: z.string().optional(),
  type: z.string(),
});
export type LetterRef = z.infer<typeof letterSchema>;
export type Verdict = z.infer<typeof redriveVerdictSchema>;

const BATCH = 100;

/** What redriving each of these messages would do now, in their order. */
export async function verdictsOn(
  { books }: Sources,
  choreography: Choreography,
  letters: readonly LetterRef[],
): Promise<Verdict[]> {
  const pages = new Map<string, Awaited<ReturnType<typeof readPages>>[number]>();
  const ids = [...new Set(letters.map(({ orderId }) => orderId).filter((id) => id !== undefined))];
  for (const batch of inBatches(ids, BATCH))
    for (const page of await readPages(books, batch)) pages.set(page.orderId, page);

  return letters.map(({ worker, eventId, orderId, type }) => {
    const heard = choreography.find(({ name }) => name === worker)?.hears.some((fact) => fact.type === type);
    // A deadline is a message to the worker's own queue, which no definition lists.
    if ((!heard && type !== 'deadline.passed') || eventId === '') return 'unreadable';
    if (PROJECTED.has(type) || !isKnownWorker(worker)) return 'would_retry';
    if (orderId === undefined) return 'unreadable';
    const page = pages.get(orderId);
    if (page && bookOf(page, worker)?.handled?.[eventId]) return 'already_handled';
    return page?.order && !isOpen(page.order.status) ? 'order_finished' : 'would_retry';
  });
}
