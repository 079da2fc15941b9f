import { isDeepStrictEqual, promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import { timeOfId } from '@orderflow/contracts';
import mongoose, { type Connection, type IndexDefinition, type Model, Schema } from 'mongoose';
import { type Batches, inserted } from './batches.ts';
import { type Compacted, unpacked } from './compaction.ts';
import { errorMessage, PermanentError } from './errors.ts';

const { Binary, BSON } = mongoose.mongo;
const zipped = promisify(gzip);

/** What is younger is never archived, so that a new order is looked for in one place. */
export const YOUNGEST_DAYS = 30;
const DAY_MS = 86_400_000;

/** A document that was moved to the archive of its collection, whole. */
export interface Archived {
  readonly _id: string;
  /** Of the document as it was moved; whoever moves or restores it is guarded by these. */
  readonly revision: number;
  readonly changedAt: Date;
  readonly ignored?: number;
  readonly archivedAt: Date;
  /** Gzipped BSON. */
  readonly packed: mongoose.mongo.Binary;
  /** Since when it is being moved, here or back: the collection may have it too, and that one counts. */
  readonly movingAt?: Date;
}

export interface ArchiveOptions {
  /** What lists and searches ask for stays readable, under the same names. Pure. */
  readonly kept?: (document: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  /** By what it is searched. */
  readonly indexes?: readonly IndexDefinition[];
  /** MongoDB's filter: what else has to hold of a document that nobody has written to for long and that waits for nothing. */
  readonly only?: Readonly<Record<string, unknown>>;
}

/** What the runtime asks of a document before it is moved. */
export interface Movable {
  readonly _id: string;
  readonly revision: number;
  readonly changedAt: Date;
  readonly ignored?: number;
}

export type Archive = ReturnType<typeof newArchive>;

export const archiveName = (collection: string): string => `archive_${collection}`;

const archives = new WeakMap<object, Archive>();

/** The archive of a model's collection, beside it in the same database. @param options where it is first asked for */
export function archiveOf(model: Pick<Model<never>, 'collection' | 'db'>, options: ArchiveOptions = {}): Archive {
  const known = archives.get(model.collection) ?? newArchive(model, options);
  archives.set(model.collection, known);
  return known;
}

/** The archive of a collection, where its model has one. */
export function archiveIn({ models }: Connection, collection: string): Archive | undefined {
  const model = Object.values(models).find((one) => one.collection.name === collection);
  return model && archives.get(model.collection);
}

/** Whether a document with this id may be in an archive; by a clock that is off by no more than a day. */
export function mayBeArchived(id: string, slackDays = 1): boolean {
  const isTimed = /^[0-9a-f]{8}-[0-9a-f]{4}-7/i.test(id);
  return !isTimed || timeOfId(id).getTime() < Date.now() - (YOUNGEST_DAYS - slackDays) * DAY_MS;
}

/** The document as it was before it was archived. @throws PermanentError where what is stored cannot be read */
export function unarchived<Document>({ packed }: Pick<Archived, 'packed'>): Document {
  try {
    return BSON.deserialize(gunzipSync(packed.value())) as Document;
  } catch (error) {
    throw new PermanentError(`An archived document cannot be read: ${errorMessage(error)}`);
  }
}

function newArchive({ collection: hot, db }: Pick<Model<never>, 'collection' | 'db'>, options: ArchiveOptions) {
  const { kept = () => ({}), indexes = [], only = {} } = options;
  const name = archiveName(hot.name);
  const fields = { _id: { type: String, required: true }, movingAt: { type: Date, index: { sparse: true } } } as const;
  const schema = new Schema(fields, { collection: name, strict: 'throw', versionKey: false });
  for (const index of indexes) schema.index(index);
  const { collection } = db.models[name] ?? db.model(name, schema);

  const never = Object.keys(only).filter((field) => isAbsence(only[field]));

  /** In the collection, and perhaps not as here. */
  const outdated = async (): Promise<string[]> => {
    const moving = await collection.find({ movingAt: { $exists: true } }, { projection: { _id: 1 } }).toArray();
    if (moving.length === 0) return [];
    const ids = { _id: { $in: moving.map(({ _id }) => _id) } };
    return (await hot.find(ids as never, { projection: { _id: 1 } }).toArray()).map(({ _id }) => String(_id));
  };

  return {
    hot,
    collection,
    only,

    async pack(document: Movable, now: Date): Promise<Archived | undefined> {
      try {
        const whole = unpacked<Movable & { readonly compacted?: Compacted }>(document);
        const { _id, revision, changedAt, ignored } = document;
        const packed = new Binary(await zipped(BSON.serialize(whole, { ignoreUndefined: true }), { level: 9 }));
        if (!isDeepStrictEqual(unarchived({ packed }), whole)) return undefined;
        const guards = { revision, changedAt, ...(ignored !== undefined && { ignored }) };
        return { ...kept(whole as never), _id, ...guards, archivedAt: now, packed };
      } catch (error) {
        if (error instanceof PermanentError) return undefined;
        throw error;
      }
    },

    /** The whole document. */
    async find<Document>(id: string): Promise<Document | null> {
      const found = (await collection.findOne({ _id: id } as never)) as unknown as Archived | null;
      return found && unarchived<Document>(found);
    },

    /** Of the documents that are here and match, the newest by id. @param limit 0: all of them */
    async search<Document>(filter: Readonly<Record<string, unknown>>, limit: number): Promise<Document[]> {
      // What is never moved is not looked for: nothing here is indexed by it.
      if (never.some((field) => field in filter && !isAbsence(filter[field]))) return [];
      const others = await outdated();
      const current = others.length === 0 ? filter : { $and: [filter, { _id: { $nin: others } }] };
      const found = (await collection
        .find(current as never, { projection: { packed: 1 }, sort: { _id: -1 }, limit })
        .toArray()) as unknown as Archived[];
      return found.map((one) => unarchived<Document>(one));
    },

    /**
     * Puts the document back where it is written to: there first, then it goes from here. False: it is not here.
     * Whoever is moving it at the same moment finds that it has changed.
     */
    async restore(id: string): Promise<boolean> {
      if (!mayBeArchived(id)) return false;
      const now = new Date();
      const moving = { $set: { movingAt: now } };
      const found = (await collection.findOneAndUpdate({ _id: id } as never, moving as never)) as Archived | null;
      if (!found) return false;
      // As it is in both places for a moment, this one has to look different.
      const document = { ...unarchived<object>(found), changedAt: now };
      if (await inserted({ collection: hot }, document)) {
        await collection.deleteOne({ _id: id, revision: found.revision } as never);
      }
      return true;
    },

    /** Removes what a move that broke off may have left of a document that the collection has. */
    async forget(id: string): Promise<void> {
      if (mayBeArchived(id)) await collection.deleteOne({ _id: id } as never);
    },
  };
}

/** Reads what is archived where the collection has nothing, brings back what is to be changed, and adds nothing that is archived. */
export function withArchive<Document extends object>(batches: Batches<Document>, archive: Archive): Batches<Document> {
  const find: Batches<Document>['find'] = async (id, fields, besides) => {
    const here = () => batches.find(id, fields, besides);
    const found = await here();
    if (found || !mayBeArchived(id)) return found;
    const archived = await archive.find<Record<string, unknown>>(id);
    // It may have come back between the two.
    if (!archived) return here();
    const names = new Set(['_id', ...fields, ...(besides === undefined ? [] : [besides])].map(topOf));
    return Object.fromEntries(Object.entries(archived).filter(([name]) => names.has(name))) as Document;
  };
  return {
    ...batches,
    find,
    insert: async (document) => {
      const isThere = mayBeArchived(document._id) && (await find(document._id, ['revision'])) !== null;
      return !isThere && batches.insert(document);
    },
    update: async (update) =>
      (await batches.update(update)) || ((await archive.restore(update.id)) && batches.update(update)),
  };
}

const isAbsence = (condition: unknown): boolean => isDeepStrictEqual(condition, { $exists: false });

const topOf = (path: string): string => path.split('.', 1)[0] as string;
