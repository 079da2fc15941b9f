import { z } from 'zod';

interface EventType {
  readonly type: string;
}

/** What the auditor knows of a worker. A `WorkerDefinition` is one; so is what `definitionsFrom` reads. */
export interface Participant {
  readonly name: string;
  readonly formerly: readonly string[];
  readonly hears: readonly EventType[];
  readonly says: readonly EventType[];
  readonly database: string;
  readonly collection?: string | undefined;
  readonly deadlines: boolean;
  readonly projects: readonly EventType[];
  readonly follows: readonly { readonly after: EventType; readonly oneOf: readonly EventType[] }[];
}
export type Choreography = readonly Participant[];

const documentSchema = z.object({
  operations: z.record(
    z.string(),
    z.object({ action: z.enum(['send', 'receive']), channel: z.object({ $ref: z.string() }) }),
  ),
  'x-workers': z.record(
    z.string(),
    z.object({
      formerly: z.array(z.string()).default([]),
      database: z.string(),
      collection: z.string().optional(),
      deadlines: z.boolean(),
      projects: z.array(z.string()).default([]),
      follows: z.array(z.object({ after: z.string(), oneOf: z.array(z.string()) })).default([]),
    }),
  ),
});

const typed = (types: readonly string[]): EventType[] => types.map((type) => ({ type }));

/**
 * Reads the workers out of the AsyncAPI document that is generated from their definitions (operations are named
 * `<worker>.<says|hears>.<event>`).
 * @throws Error when it is not such a document
 */
export function definitionsFrom(asyncapi: unknown): Choreography {
  const { operations, 'x-workers': workers } = documentSchema.parse(asyncapi);
  const eventsOf = (worker: string, wanted: 'send' | 'receive') =>
    Object.entries(operations)
      .filter(([operation, { action }]) => action === wanted && operation.split('.', 1)[0] === worker)
      .map(([, { channel }]) => ({ type: channel.$ref.replace('#/channels/', '') }));
  if (Object.keys(workers).length === 0) throw new Error('The document names no worker');
  return Object.entries(workers).map(([name, { projects, follows, ...rest }]) => ({
    ...rest,
    name,
    hears: eventsOf(name, 'receive'),
    says: eventsOf(name, 'send'),
    projects: typed(projects),
    follows: follows.map(({ after, oneOf }) => ({ after: { type: after }, oneOf: typed(oneOf) })),
  }));
}

/** Whether the worker only updates a read model with such events: no document marks them. */
export const isProjected = ({ projects }: Participant, type: string): boolean =>
  projects.some((event) => event.type === type);

/** By type of event, the workers that have to mark it as handled. */
export function hearersOf(choreography: Choreography): ReadonlyMap<string, readonly string[]> {
  const hearers = new Map<string, string[]>();
  for (const worker of choreography) {
    for (const { type } of worker.hears) {
      if (!isProjected(worker, type)) hearers.set(type, [...(hearers.get(type) ?? []), worker.name]);
    }
  }
  return hearers;
}
