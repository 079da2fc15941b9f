import type { EventDefinition } from './event.ts';

/** After an event that the worker hears, it has to say one of these. */
export interface FollowUp<
  Heard extends EventDefinition = EventDefinition,
  Said extends EventDefinition = EventDefinition,
> {
  readonly after: Heard;
  readonly oneOf: readonly Said[];
}

/**
 * Everything that others need to know of a worker. Queues, broker users, stores' users, generated documents, the
 * simulation and the auditor are made from it; nothing else lists workers.
 */
export interface WorkerDefinition<
  Hears extends EventDefinition = EventDefinition,
  Says extends EventDefinition = EventDefinition,
> {
  /** Also the queue's name, the broker user's and, with a slash before it, the `source` of what it says. */
  readonly name: string;
  readonly summary: string;
  readonly hears: readonly Hears[];
  readonly says: readonly Says[];
  /** The names that it had in versions before, whose queues are deleted and whose events count as its own. */
  readonly formerly: readonly string[];
  /** Whose database it uses, by the name of the service. */
  readonly database: string;
  /** Its aggregates, one document an order, with the runtime's fields: `handled` marks what it has heard. */
  readonly collection?: string;
  /** Its aggregates have deadlines. */
  readonly deadlines: boolean;
  /** Of what it hears, what only updates a read model: no document marks it, and a later event replaces a lost one. */
  readonly projects: readonly Hears[];
  /** What has to follow what it hears. */
  readonly follows: readonly FollowUp<Hears, Says>[];
  /** What it calls beside the broker and the store, as its circuit names them. */
  readonly calls: readonly string[];
}

/** What an author writes: names and events. All else has a default. */
export type WorkerDraft<Hears extends EventDefinition, Says extends EventDefinition> = Pick<
  WorkerDefinition<Hears, Says>,
  'name' | 'summary' | 'hears' | 'says'
> &
  Partial<WorkerDefinition<NoInfer<Hears>, NoInfer<Says>>>;

const NAME = /^[a-z][a-z0-9-]*$/;

/**
 * Defines a worker. Unless told, its database is its own, it has no deadlines and calls nobody.
 * @throws RangeError for a name that cannot be a queue's, an event that is listed twice, or one that is not its to hear or say
 */
export function defineWorker<Hears extends EventDefinition = never, Says extends EventDefinition = never>(
  draft: WorkerDraft<Hears, Says>,
): WorkerDefinition<Hears, Says> {
  const definition: WorkerDefinition<Hears, Says> = {
    formerly: [],
    database: draft.name,
    deadlines: false,
    projects: [],
    follows: [],
    calls: [],
    ...draft,
  };
  const { name, formerly, hears, says, projects, follows } = definition;
  const wrong = [name, ...formerly].find((one) => !NAME.test(one));
  if (wrong !== undefined) throw new RangeError(`Not a worker's name: "${wrong}"`);
  for (const list of [hears, says] as const) {
    const twice = list.find((event, index) => list.findIndex((other) => other.type === event.type) !== index);
    if (twice) throw new RangeError(`${name} lists ${twice.type} twice`);
  }
  const foreign = says.find(({ saidBy }) => !saidBy.includes(name));
  if (foreign) {
    throw new RangeError(`${name} says ${foreign.type}, which only ${foreign.saidBy.join(' and ')} may say`);
  }
  const unheard = [...projects, ...follows.map(({ after }) => after)].find((event) => !has(hears, event));
  if (unheard) throw new RangeError(`${name} does not hear ${unheard.type}`);
  const unsaid = follows.flatMap(({ oneOf }) => oneOf).find((event) => !has(says, event));
  if (unsaid) throw new RangeError(`${name} does not say ${unsaid.type}`);
  return definition;
}

const has = (events: readonly EventDefinition[], { type }: EventDefinition): boolean =>
  events.some((event) => event.type === type);

export function sourceOf(worker: Pick<WorkerDefinition, 'name'>): string {
  return `/${worker.name}`;
}
