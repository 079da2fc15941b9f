import type { redriveVerdictSchema } from '@orderflow/contracts';
import { z } from 'zod';
import { isOpen } from './checks/orders.ts';
import { type Choreography, isProjected } from './choreography.ts';
import { documentOfWorker } from './order-snapshot.ts';
import { readDocuments } from './raw-documents.ts';
import { inBatches } from './read-orders.ts';
import type { Sources } from './sources.ts';

/** How a request to redrive names a dead-lettered message. */
export const deadLetterRefSchema = z.object({
  worker: z.string(),
  eventId: z.string(),
  orderId: z.string().optional(),
  type: z.string(),
});
export type DeadLetterRef = z.infer<typeof deadLetterRefSchema>;
export type RedriveOutcome = z.infer<typeof redriveVerdictSchema>;

const BATCH = 100;

/** What redriving each of these messages would do now, in the same sequence. */
export async function predictRedrives(
  { collections }: Sources,
  choreography: Choreography,
  letters: readonly DeadLetterRef[],
): Promise<RedriveOutcome[]> {
  const rawDocuments = new Map<string, Awaited<ReturnType<typeof readDocuments>>[number]>();
  const ids = [...new Set(letters.map(({ orderId }) => orderId).filter((id) => id !== undefined))];
  for (const batch of inBatches(ids, BATCH))
    for (const raw of await readDocuments(collections, batch)) rawDocuments.set(raw.orderId, raw);

  return letters.map(({ worker, eventId, orderId, type }) => {
    const definition = choreography.find(({ name }) => name === worker);
    const heard = definition?.hears.some((event) => event.type === type);
    // A worker sends itself deadlines, which no definition lists.
    if (!definition || (!heard && type !== 'deadline.passed') || eventId === '') return 'unreadable';
    if (isProjected(definition, type)) return 'would_retry';
    if (orderId === undefined) return 'unreadable';
    const raw = rawDocuments.get(orderId);
    if (raw && documentOfWorker(raw, worker)?.handled?.[eventId]) return 'already_handled';
    return raw?.order && !isOpen(raw.order.status) ? 'order_finished' : 'would_retry';
  });
}
