import type { EventDefinition } from './event.ts';

/** What a worker hears and says. Queues, bindings, documents and diagrams are computed from it. */
export interface WorkerDefinition<
  Hears extends EventDefinition = EventDefinition,
  Says extends EventDefinition = EventDefinition,
> {
  /** Also the queue's name, the broker user's and, with a slash before it, the `source` of what it says. */
  readonly name: string;
  readonly summary: string;
  readonly hears: readonly Hears[];
  readonly says: readonly Says[];
}

/** Defines a worker. @throws RangeError for a name that cannot be a queue's, a fact that is listed twice, or one that is not its to say. */
export function defineWorker<
  const Hears extends readonly EventDefinition[],
  const Says extends readonly EventDefinition[],
>(definition: {
  name: string;
  summary: string;
  hears: Hears;
  says: Says;
}): WorkerDefinition<Hears[number], Says[number]> {
  if (!/^[a-z][a-z0-9-]*$/.test(definition.name)) throw new RangeError(`Not a worker's name: "${definition.name}"`);
  for (const list of [definition.hears, definition.says]) {
    const twice = list.find((event, index) => list.findIndex((other) => other.type === event.type) !== index);
    if (twice) throw new RangeError(`${definition.name} lists ${twice.type} twice`);
  }
  const foreign = definition.says.find(({ saidBy }) => !saidBy.includes(definition.name));
  if (foreign) {
    throw new RangeError(`${definition.name} says ${foreign.type}, which only ${foreign.saidBy.join(' and ')} may say`);
  }
  return definition;
}

export function sourceOf(worker: Pick<WorkerDefinition, 'name'>): string {
  return `/${worker.name}`;
}
