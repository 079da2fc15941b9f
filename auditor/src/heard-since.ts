import type { Collections } from './sources.ts';

/** Since when each worker hears an event; undefined: it has recorded nothing, and owes every event. */
export type HeardSince = (worker: string, type: string) => Date | undefined;

/** Reads what the workers have recorded at their starts. */
export async function readHeardSince({ subscriptions }: Pick<Collections, 'subscriptions'>): Promise<HeardSince> {
  const recorded = await Promise.all(subscriptions.map((collection) => collection.find().toArray()));
  const since = new Map(recorded.flat().map((one) => [`${one.worker}:${one.type}`, one.since]));
  return (worker, type) => since.get(`${worker}:${type}`);
}
