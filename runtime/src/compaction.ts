import { isDeepStrictEqual, promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import type { OrderflowEvent } from '@orderflow/contracts';
import mongoose, { type Connection } from 'mongoose';
import { errorMessage, PermanentError } from './errors.ts';
import type { HandlingRecord } from './handling-record.ts';
import { idleDocuments, type WalkStep } from './idle-documents.ts';

const { Binary, BSON } = mongoose.mongo;
const zipped = promisify(gzip);

/** What a document keeps of the events that it handled and published. */
interface Marks {
  readonly handled: Readonly<Record<string, OrderflowEvent[]>>;
  readonly hops: Readonly<Record<string, HandlingRecord>>;
  readonly relayed?: readonly OrderflowEvent[];
}

/** The marks of a document to which nothing has happened for long, whole, in one field. */
export interface Compacted {
  readonly at: Date;
  /** Gzipped Extended JSON of `{ handled, hops, relayed? }`. */
  readonly marks: mongoose.mongo.Binary;
}

/** Any document with marks; those of versions before may lack some. */
interface Marked {
  readonly handled?: object | undefined;
  readonly hops?: object | undefined;
  readonly relayed?: readonly unknown[] | undefined;
  readonly compacted?: Compacted | undefined;
}

/**
 * The document as it was before its marks were compacted; what was added since comes last. Of one that was not, the same.
 * @throws PermanentError where what is stored cannot be read
 */
export function unpacked<Document extends Marked>(document: Document): Document {
  const { compacted, ...rest } = document;
  if (!compacted) return document;
  const { handled, hops, relayed = [] } = marksIn(compacted);
  const published = [...relayed, ...(rest.relayed ?? [])];
  return {
    ...rest,
    handled: { ...handled, ...rest.handled },
    hops: { ...hops, ...rest.hops },
    ...(published.length > 0 && { relayed: published }),
  } as unknown as Document;
}

function marksIn({ marks }: Compacted): Marks {
  try {
    return BSON.EJSON.parse(gunzipSync(marks.value()).toString('utf8')) as Marks;
  } catch (error) {
    throw new PermanentError(`Compacted marks cannot be read: ${errorMessage(error)}`);
  }
}

/** Undefined: it would not come back as it is. */
async function packed(marks: Marks, at: Date): Promise<Compacted | undefined> {
  const bytes = await zipped(BSON.EJSON.stringify(marks), { level: 9 });
  const compacted = { at, marks: new Binary(bytes) };
  return isDeepStrictEqual(marksIn(compacted), marks) ? compacted : undefined;
}

/** Guards marks that others add without a new revision: of events that changed nothing, and of what was published. */
export const sameMarks = ({
  relayed,
  ignored,
}: {
  readonly relayed?: readonly unknown[] | undefined;
  readonly ignored?: number | undefined;
}) => ({
  relayed: relayed ? { $size: relayed.length } : { $exists: false },
  ignored: ignored ?? { $exists: false },
});

interface Stored extends Marks {
  readonly _id: string;
  readonly revision: number;
  readonly ignored?: number;
  readonly changedAt: Date;
  readonly compacted?: Compacted;
}
type Collection = ReturnType<Connection['collection']>;

/** `done`: compacted. `left`: their marks do not survive it. */
export type CompactionStep = WalkStep;

/**
 * Compacts the marks of all aggregates that were last written in this time and wait for nothing, the oldest first. Each is one
 * write, guarded by its revision: whoever handles an event at the same moment wins, and its document is compacted another
 * time. Broken off and begun again it does the same; done twice it changes nothing.
 */
export async function* compacting(
  collection: Collection,
  { from, before, now }: { from: Date; before: Date; now: Date },
): AsyncGenerator<CompactionStep> {
  const projection = { revision: 1, handled: 1, hops: 1, relayed: 1, compacted: 1, changedAt: 1, ignored: 1 };
  const pages = idleDocuments<Stored>(collection, { from, before }, { projection });
  for await (const page of pages) yield await compactAll(collection, page, now);
}

async function compactAll(collection: Collection, batch: readonly Stored[], now: Date): Promise<CompactionStep> {
  const left: string[] = [];
  const writes: object[] = [];
  for (const document of batch) {
    const { _id, revision } = document;
    if (isPacked(document)) continue;
    const compacted = await packedMarksOf(document, now);
    if (!compacted) {
      left.push(_id);
      continue;
    }
    const guard = { revision, ...sameMarks(document) };
    const update = { $set: { handled: {}, hops: {}, compacted }, $unset: { relayed: 1 } };
    writes.push({ updateOne: { filter: { _id, ...guard }, update } });
  }
  const done = writes.length > 0 ? await collection.bulkWrite(writes as never, { ordered: false }) : undefined;
  const upTo = batch.at(-1)?.changedAt ?? now;
  return { upTo, read: batch.length, done: done?.matchedCount ?? 0, left };
}

const isPacked = ({ handled, hops, relayed }: Partial<Stored>): boolean =>
  Object.keys(handled ?? {}).length === 0 && Object.keys(hops ?? {}).length === 0 && relayed === undefined;

async function packedMarksOf(document: Stored, now: Date): Promise<Compacted | undefined> {
  try {
    const { handled = {}, hops = {}, relayed } = unpacked(document);
    return await packed({ handled, hops, ...(relayed && { relayed: [...relayed] }) }, now);
  } catch (error) {
    if (error instanceof PermanentError) return undefined;
    throw error;
  }
}
