import { CustomerPreferencesChanged, StockChanged } from '@orderflow/contracts';
import { z } from 'zod';

/** Who says and hears what. A `WorkerDefinition` is one; so is what `definitionsFrom` reads. */
export interface Participant {
  readonly name: string;
  readonly hears: readonly { readonly type: string }[];
  readonly says: readonly { readonly type: string }[];
}
export type Choreography = readonly Participant[];

/** Facts that only update read models: no worker marks them as handled, and a later one replaces a lost one. */
export const PROJECTED: ReadonlySet<string> = new Set([StockChanged.type, CustomerPreferencesChanged.type]);

const documentSchema = z.object({
  operations: z.record(
    z.string(),
    z.object({ action: z.enum(['send', 'receive']), channel: z.object({ $ref: z.string() }) }),
  ),
});

/**
 * Reads who says and hears what out of the AsyncAPI document that is generated from the workers' definitions
 * (operations are named `<worker>.<says|hears>.<fact>`).
 * @throws Error when it is not such a document
 */
export function definitionsFrom(asyncapi: unknown): Choreography {
  const { operations } = documentSchema.parse(asyncapi);
  const workers = new Map<string, { name: string; hears: { type: string }[]; says: { type: string }[] }>();
  for (const [operation, { action, channel }] of Object.entries(operations)) {
    const name = operation.split('.', 1)[0] as string;
    const worker = workers.get(name) ?? { name, hears: [], says: [] };
    workers.set(name, worker);
    worker[action === 'send' ? 'says' : 'hears'].push({ type: channel.$ref.replace('#/channels/', '') });
  }
  if (workers.size === 0) throw new Error('The document names no worker');
  return [...workers.values()];
}

/** By type of fact, the workers that have to mark it as handled. */
export function hearersOf(choreography: Choreography): ReadonlyMap<string, readonly string[]> {
  const hearers = new Map<string, string[]>();
  for (const { name, hears } of choreography) {
    for (const { type } of hears) if (!PROJECTED.has(type)) hearers.set(type, [...(hearers.get(type) ?? []), name]);
  }
  return hearers;
}
