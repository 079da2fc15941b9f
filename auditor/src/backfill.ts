import type { OrderflowEvent } from '@orderflow/contracts';
import type { Connection } from 'mongoose';
import { type Choreography, isProjected } from './choreography.ts';
import { documentOfWorker } from './order-snapshot.ts';
import { pacer } from './pacer.ts';
import { readAllDocuments } from './raw-documents.ts';
import { collectionsOf } from './sources.ts';
import { storedEventsOf } from './stored-events.ts';

export interface BackfillOptions {
  readonly worker: string;
  readonly choreography: Choreography;
  /** Of the databases' names. */
  readonly prefix: string;
  /** Only events of this type. */
  readonly type?: string | undefined;
  /** Only events from this time on. */
  readonly since?: Date | undefined;
  /** Events a second. */
  readonly rate: number;
  /** Puts an event into the worker's queue; resolves once the broker has confirmed it. */
  readonly replay: (event: OrderflowEvent) => Promise<void>;
}

export interface Backfilled {
  /** An earlier run was broken off, and this one has gone on from there. */
  readonly resumed: boolean;
  readonly replayed: number;
  readonly handledBefore: number;
  /** Of these a version before kept no data. */
  readonly incomplete: number;
}

/** How far a run has come, in the collection `backfills` of the auditor's database. */
interface Progress {
  readonly _id: string;
  readonly after: string;
  readonly ended: boolean;
}

/** Orders between two notes of how far it has come: so many a run that was broken off repeats. */
const BATCH = 50;

/**
 * Replays stored events into one worker's queue, order by order, each order's by time. What the worker has marked as
 * handled is left out; repeating is harmless, since an event keeps its id.
 * @param connection of a store user who reads every database, and writes the auditor's
 */
export async function backfill(connection: Connection, options: BackfillOptions): Promise<Backfilled> {
  const { worker, choreography, prefix, type, since, rate, replay } = options;
  const definition = choreography.find(({ name }) => name === worker);
  if (!definition) throw new RangeError(`There is no worker "${worker}"`);
  const wanted = new Set(
    definition.hears.map((event) => event.type).filter((one) => type === undefined || one === type),
  );
  if (wanted.size === 0) throw new RangeError(`${worker} does not hear ${type ?? 'anything'}`);

  const collections = collectionsOf(connection, prefix, choreography);
  const progress = connection.useDb(`${prefix}auditor`, { useCache: true }).collection<Progress>('backfills');
  const _id = [worker, type ?? '*', since?.toISOString() ?? ''].join(' ');
  const before = await progress.findOne({ _id });
  const after = before && !before.ended ? before.after : '';
  const counts = { replayed: 0, handledBefore: 0, incomplete: 0 };
  const paced = pacer(rate);

  for await (const batch of readAllDocuments(collections, BATCH, { after, whole: true })) {
    const ordered = batch.toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1));
    for (const raw of ordered) {
      const { events, incomplete } = storedEventsOf(raw);
      counts.incomplete += incomplete;
      const handled = documentOfWorker(raw, worker)?.handled ?? {};
      for (const event of events) {
        if (!wanted.has(event.type) || (since && Date.parse(event.time) < since.getTime())) continue;
        if (handled[event.id] !== undefined && !isProjected(definition, event.type)) {
          counts.handledBefore += 1;
          continue;
        }
        await paced();
        await replay(event);
        counts.replayed += 1;
      }
    }
    const last = ordered.at(-1)?.orderId ?? after;
    await progress.updateOne({ _id }, { $set: { after: last, ended: false } }, { upsert: true });
  }
  await progress.updateOne({ _id }, { $set: { ended: true } }, { upsert: true });
  return { resumed: after !== '', ...counts };
}
