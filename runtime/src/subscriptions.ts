import type { WorkerDefinition } from '@orderflow/contracts';
import type { Connection } from 'mongoose';

/** Since when a worker hears a type of event, in the collection `subscriptions` of its database. */
export interface Subscription {
  /** `worker:type` */
  readonly _id: string;
  readonly worker: string;
  readonly type: string;
  /** When its queue was first bound; nobody owes it what was said before. */
  readonly since: Date;
}

type Heard = Pick<WorkerDefinition, 'name' | 'formerly' | 'hears' | 'collection'>;

/** A worker that has documents and no subscriptions comes from a version that recorded none: it has always heard. */
const ALWAYS = new Date(0);

/**
 * Records what the worker has begun to hear; what was recorded before stays. Call it once the queue is bound and before
 * the first event is handled: a document that this process wrote would pass for one of a version before.
 */
export async function recordSubscriptions(database: Connection, worker: Heard, now: Date): Promise<void> {
  const { name, formerly, hears } = worker;
  const subscriptions = database.collection<Subscription>('subscriptions');
  const recorded = await subscriptions.find({ worker: { $in: [name, ...formerly] } }).toArray();
  const known = new Set(recorded.filter((one) => one.worker === name).map(({ type }) => type));
  const added = hears.filter(({ type }) => !known.has(type));
  if (added.length === 0) return;
  const joins = recorded.length > 0 || !(await hasDocuments(database, worker));
  const sinceOf = (type: string) => recorded.find((one) => one.type === type)?.since ?? (joins ? now : ALWAYS);
  await subscriptions.bulkWrite(
    added.map(({ type }) => ({
      updateOne: {
        filter: { _id: `${name}:${type}` },
        update: { $setOnInsert: { worker: name, type, since: sinceOf(type) } },
        upsert: true,
      },
    })),
    { ordered: false },
  );
}

async function hasDocuments(database: Connection, { collection }: Heard): Promise<boolean> {
  if (collection === undefined) return false;
  return (await database.collection(collection).findOne({}, { projection: { _id: 1 } })) !== null;
}
