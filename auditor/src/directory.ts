import type { Choreography } from './choreography.ts';

/** Who keeps which documents, and what workers were called before; computed from their definitions. */
export interface Directory {
  /** The collection in which the worker marks what it has handled. */
  collectionOf(worker: string): string | undefined;
  /** The worker's present name; undefined: no definition knows it. */
  nameNow(worker: string): string | undefined;
  /** The present name and those from before. */
  namesOf(worker: string): readonly string[];
}

export function directoryOf(choreography: Choreography): Directory {
  const collections = new Map(choreography.map(({ name, collection }) => [name, collection]));
  const names = new Map(
    choreography.flatMap(({ name, formerly }) => [name, ...formerly].map((one) => [one, name] as const)),
  );
  const formerly = new Map(choreography.map((worker) => [worker.name, worker.formerly]));
  return {
    collectionOf: (worker) => collections.get(worker),
    nameNow: (worker) => names.get(worker),
    namesOf: (worker) => [worker, ...(formerly.get(worker) ?? [])],
  };
}
