import mongoose, { type Connection, type Model } from 'mongoose';
import { dependencyAtFault } from './errors.ts';

/** A write of one document that takes place only if the document is as the guard wants it. */
export interface GuardedUpdate {
  readonly id: string;
  /** What the filter asks beside the id. */
  readonly guard: Readonly<Record<string, unknown>>;
  /** MongoDB's update operators. */
  readonly change: Readonly<Record<string, unknown>>;
  /**
   * Tells from the document whether this very write was applied. The store answers a batch with one count: where it
   * matched fewer than were sent, each document is read, and another replica may have written the same mark.
   */
  readonly confirm: {
    readonly fields: readonly string[];
    wasApplied(document: Readonly<Record<string, unknown>>): boolean;
  };
}

/**
 * Reads and writes of one collection, by id. What is asked for in the same turn of the event loop, or while the
 * command before is in flight, goes to the store as one command; nothing waits for others to join it. Each caller gets
 * the result of its own request: a document that the store refuses fails for whoever wrote it, and nobody else.
 */
export interface Batches<Document> {
  /**
   * These fields of the document, and perhaps more. Read only: whoever asks for it at the same time gets the same.
   * @param besides one more, where the fields are the same list each time
   */
  find(id: string, fields: readonly string[], besides?: string): Promise<Document | null>;
  /** False: there is one with this id. */
  insert(document: WithId): Promise<boolean>;
  /** False: the document was not as the guard wants it, or is not there. */
  update(update: GuardedUpdate): Promise<boolean>;
  /** Does nothing where there is none with this id. */
  remove(id: string): Promise<void>;
}

type WithId = Readonly<Record<string, unknown>> & { readonly _id: string };

/** More commands at a time suit a store that waits for its journal; fewer make larger batches. */
export const DEFAULT_BATCHES_IN_FLIGHT = 1;
const limits = new WeakMap<Connection, number>();

/** How many commands of each kind and collection may be in flight on this connection. */
export const limitBatches = (database: Connection, inFlight: number): void => void limits.set(database, inFlight);

/** @param model whose collection it is; its schema is not asked */
export function batchesOf<Document extends object>({
  collection,
  db,
}: Pick<Model<Document>, 'collection' | 'db'>): Batches<Document> {
  type Found = Record<string, unknown> & { _id: string };
  const fetch = async (ids: readonly string[], fields: readonly string[]): Promise<Map<string, Found>> => {
    const projection = Object.fromEntries(fields.map((name) => [name, 1]));
    const filter = { _id: ids.length === 1 ? ids[0] : { $in: ids } };
    const found = await collection.find(filter as never, { projection }).toArray();
    return new Map((found as unknown as Found[]).map((document) => [document._id, document]));
  };

  const updateAlone = async ({ id, guard, change }: GuardedUpdate): Promise<boolean> =>
    (await collection.updateOne({ _id: id, ...guard } as never, change as never)).matchedCount === 1;

  const insertAlone = (document: object) => inserted({ collection }, document);

  const find = batched<FindRequest, Document | null>(db, async (requests) => {
    const besides = requests.flatMap((one) => one.besides ?? []);
    const fields = unique(unique(requests.map((one) => one.fields)).flat());
    const found = await fetch(unique(requests.map(({ id }) => id)), [...fields, ...besides]);
    return requests.map(({ id }) => (found.get(id) ?? null) as Document | null);
  });

  const insert = batched<WithId, boolean>(db, async (documents) => {
    if (documents.length === 1) return documents.map(insertAlone);
    const operations = documents.map((document) => ({ insertOne: { document } }));
    const { refused } = await written(() => collection.bulkWrite(operations as never, { ordered: false }));
    return documents.map((document, n) => (refused.has(n) ? insertAlone(document) : true));
  });

  const update = batched<GuardedUpdate, boolean>(db, async (updates, isRetry) => {
    if (updates.length === 1 && !isRetry) return updates.map(updateAlone);
    const operations = updates.map(({ id, guard, change }) => ({
      updateOne: { filter: { _id: id, ...guard }, update: change },
    }));
    const { matched, refused } = await written(() => collection.bulkWrite(operations as never, { ordered: false }));
    const taken = updates.filter((_, n) => !refused.has(n));
    if (matched === taken.length) return updates.map((one, n) => (refused.has(n) ? updateAlone(one) : true));
    const found = await fetch(
      unique(taken.map(({ id }) => id)),
      unique(taken.flatMap(({ confirm }) => confirm.fields)),
    );
    return updates.map((one, n) => {
      if (refused.has(n)) return updateAlone(one);
      const document = found.get(one.id);
      return document !== undefined && one.confirm.wasApplied(document);
    });
  });

  const remove = batched<string, undefined>(db, async (ids) => {
    await collection.deleteMany({ _id: { $in: ids } } as never);
    return ids.map(() => undefined);
  });

  return { find: (id, fields, besides) => find({ id, fields, besides }), insert, update, remove };
}

interface FindRequest {
  readonly id: string;
  readonly fields: readonly string[];
  readonly besides: string | undefined;
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** Inserts one document by itself; false when one with its id is there already. */
export async function inserted({ collection }: Pick<Model<never>, 'collection'>, document: object): Promise<boolean> {
  try {
    await collection.insertOne(document as never);
    return true;
  } catch (error) {
    if (isDuplicateOf(error, '_id')) return false;
    throw error;
  }
}

/** Whether the write was refused by the unique index on this field (E11000). */
export function isDuplicateOf(error: unknown, field: string): boolean {
  if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== 11_000) return false;
  const pattern = error.keyPattern as Record<string, unknown> | undefined;
  return pattern ? field in pattern : error.message.includes(`${field}_`) || error.message.includes(`{ ${field}:`);
}

/** What the store made of an unordered batch: how many it matched, and the indexes of those that it refused. */
export async function written(
  write: () => Promise<mongoose.mongo.BulkWriteResult>,
): Promise<{ matched: number; refused: ReadonlySet<number> }> {
  try {
    return { matched: (await write()).matchedCount, refused: new Set() };
  } catch (error) {
    if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) throw error;
    const { result, errorResponse } = error;
    // The writes may be lost with a node: nothing of the batch counts.
    if (result.getWriteConcernError()) throw error;
    const refused = [error.writeErrors].flat();
    // The driver dresses as this also what is no document's: a connection that broke, a node that is none to write to.
    if (refused.length === 0) throw errorResponse instanceof Error ? errorResponse : error;
    return { matched: result.matchedCount, refused: new Set(refused.map(({ index }) => index)) };
  }
}

const LARGEST_BATCH = 200;

interface Pending<Request, Result> {
  readonly request: Request;
  resolve(result: Result | PromiseLike<Result>): void;
  reject(error: unknown): void;
}

/**
 * Makes a function of one request of one that takes many: those of the same turn, or of the time that the batch before
 * took, go together. A batch that fails because of one of its requests is sent again one by one.
 * @param send gives one result for each request, in their order; `isRetry`: an earlier try may have been applied
 */
export function batched<Request, Result>(
  database: Connection,
  send: (requests: readonly Request[], isRetry: boolean) => Promise<readonly (Result | PromiseLike<Result>)[]>,
): (request: Request) => Promise<Result> {
  const pending: Pending<Request, Result>[] = [];
  let inFlight = 0;
  let isScheduled = false;

  const settle = async (batch: readonly Pending<Request, Result>[], isRetry = false): Promise<void> => {
    try {
      const results = await send(
        batch.map(({ request }) => request),
        isRetry,
      );
      for (const [n, { resolve }] of batch.entries()) resolve(results[n] as Result);
    } catch (error) {
      if (batch.length > 1 && isOfOneDocument(error)) await Promise.all(batch.map((one) => settle([one], true)));
      else for (const { reject } of batch) reject(error);
    }
  };
  const schedule = () => {
    const limit = limits.get(database) ?? DEFAULT_BATCHES_IN_FLIGHT;
    if (isScheduled || pending.length === 0 || inFlight >= limit) return;
    isScheduled = true;
    setImmediate(async () => {
      isScheduled = false;
      inFlight += 1;
      await settle(pending.splice(0, LARGEST_BATCH));
      inFlight -= 1;
      schedule();
    });
  };
  return (request) =>
    new Promise((resolve, reject) => {
      pending.push({ request, resolve, reject });
      schedule();
    });
}

/** Whether the batch failed because of something in it, and not because the store cannot be reached. */
function isOfOneDocument(error: unknown): boolean {
  if (dependencyAtFault(error)) return false;
  const { BSON, MongoInvalidArgumentError, MongoServerError } = mongoose.mongo;
  return [BSON.BSONError, MongoInvalidArgumentError, MongoServerError].some((kind) => error instanceof kind);
}
