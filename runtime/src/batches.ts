import mongoose, { type Connection, type Model } from 'mongoose';

/** A write of one document that takes place only if the document is as the guard wants it. */
export interface GuardedUpdate {
  readonly id: string;
  /** What the filter asks beside the id. */
  readonly guard: Readonly<Record<string, unknown>>;
  /** MongoDB's update operators. */
  readonly change: Readonly<Record<string, unknown>>;
  /**
   * How this very write is known again in the document. The store answers a batch with one count: where fewer were
   * matched than were sent, each document is looked at, and that a mark is there does not mean that this write made it.
   */
  readonly trace: { readonly fields: readonly string[]; isIn(document: Readonly<Record<string, unknown>>): boolean };
}

/**
 * Reads and writes of one collection, by id. What is asked for in the same turn of the event loop, or while the
 * command before is under way, goes to the store as one command; alone, nothing waits for company. Each caller gets
 * the answer to its own question: a document that the store refuses fails for whoever wrote it, and nobody else.
 */
export interface Batches<Document> {
  /** These fields of the document, and perhaps more. Read only: whoever asks for it at the same time gets the same. */
  find(id: string, fields: readonly string[]): Promise<Document | null>;
  /** False: there is one with this id. */
  insert(document: WithId): Promise<boolean>;
  /** False: the document was not as the guard wants it, or is not there. */
  update(update: GuardedUpdate): Promise<boolean>;
}

type WithId = Readonly<Record<string, unknown>> & { readonly _id: string };

/** A store that waits for its journal may like more; one that is busy gets larger batches from fewer. */
export const DEFAULT_BATCHES_IN_FLIGHT = 1;
const limits = new WeakMap<Connection, number>();

/** How many commands of each kind and collection may be under way on this connection. */
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

  const insertAlone = async (document: object): Promise<boolean> => {
    try {
      await collection.insertOne(document as never);
      return true;
    } catch (error) {
      if (isDuplicateOf(error, '_id')) return false;
      throw error;
    }
  };

  const find = batched<{ id: string; fields: readonly string[] }, Document | null>(db, async (asked) => {
    const found = await fetch(unique(asked.map(({ id }) => id)), unique(asked.flatMap(({ fields }) => fields)));
    return asked.map(({ id }) => (found.get(id) ?? null) as Document | null);
  });

  const insert = batched<WithId, boolean>(db, async (documents) => {
    if (documents.length === 1) return documents.map(insertAlone);
    const operations = documents.map((document) => ({ insertOne: { document } }));
    const { refused } = await written(() => collection.bulkWrite(operations as never, { ordered: false }));
    return documents.map((document, n) => (refused.has(n) ? insertAlone(document) : true));
  });

  const update = batched<GuardedUpdate, boolean>(db, async (updates, isAgain) => {
    if (updates.length === 1 && !isAgain) return updates.map(updateAlone);
    const operations = updates.map(({ id, guard, change }) => ({
      updateOne: { filter: { _id: id, ...guard }, update: change },
    }));
    const { matched, refused } = await written(() => collection.bulkWrite(operations as never, { ordered: false }));
    const taken = updates.filter((_, n) => !refused.has(n));
    if (matched === taken.length) return updates.map((one, n) => (refused.has(n) ? updateAlone(one) : true));
    const found = await fetch(unique(taken.map(({ id }) => id)), unique(taken.flatMap(({ trace }) => trace.fields)));
    return updates.map((one, n) => {
      if (refused.has(n)) return updateAlone(one);
      const document = found.get(one.id);
      return document !== undefined && one.trace.isIn(document);
    });
  });

  return { find: (id, fields) => find({ id, fields }), insert, update };
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** Whether the write was refused by the unique index on this field (E11000). */
export function isDuplicateOf(error: unknown, field: string): boolean {
  if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== 11_000) return false;
  const pattern = error.keyPattern as Record<string, unknown> | undefined;
  return pattern ? field in pattern : error.message.includes(`${field}_`) || error.message.includes(`{ ${field}:`);
}

/** What the store took of an unordered batch: how many it matched, and the places of those that it refused. */
async function written(
  write: () => Promise<mongoose.mongo.BulkWriteResult>,
): Promise<{ matched: number; refused: ReadonlySet<number> }> {
  try {
    return { matched: (await write()).matchedCount, refused: new Set() };
  } catch (error) {
    if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) throw error;
    const { result, writeErrors } = error;
    // Nobody knows how durable it is.
    if (result.getWriteConcernError()) throw error;
    return { matched: result.matchedCount, refused: new Set([writeErrors].flat().map(({ index }) => index)) };
  }
}

const LARGEST_BATCH = 200;

interface Asked<Question, Answer> {
  readonly question: Question;
  resolve(answer: Answer | PromiseLike<Answer>): void;
  reject(error: unknown): void;
}

/**
 * One question at a time becomes many at once: those of the same turn, or of the time that the batch before took.
 * A batch that fails because of something in it is asked again one by one.
 * @param send gives one answer for each question, in their order; `isAgain`: an earlier try may have done its work
 */
export function batched<Question, Answer>(
  database: Connection,
  send: (questions: readonly Question[], isAgain: boolean) => Promise<readonly (Answer | PromiseLike<Answer>)[]>,
): (question: Question) => Promise<Answer> {
  const waiting: Asked<Question, Answer>[] = [];
  let underWay = 0;
  let isDue = false;

  const answer = async (batch: readonly Asked<Question, Answer>[], isAgain = false): Promise<void> => {
    try {
      const answers = await send(
        batch.map(({ question }) => question),
        isAgain,
      );
      for (const [n, { resolve }] of batch.entries()) resolve(answers[n] as Answer);
    } catch (error) {
      if (batch.length > 1 && isOfOneDocument(error)) await Promise.all(batch.map((one) => answer([one], true)));
      else for (const { reject } of batch) reject(error);
    }
  };
  const next = () => {
    if (isDue || waiting.length === 0 || underWay >= (limits.get(database) ?? DEFAULT_BATCHES_IN_FLIGHT)) return;
    isDue = true;
    setImmediate(async () => {
      isDue = false;
      underWay += 1;
      await answer(waiting.splice(0, LARGEST_BATCH));
      underWay -= 1;
      next();
    });
  };
  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      next();
    });
}

/** Whether the batch failed because of something in it, and not because the store cannot be reached. */
function isOfOneDocument(error: unknown): boolean {
  const { BSON, MongoInvalidArgumentError, MongoServerError } = mongoose.mongo;
  return [BSON.BSONError, MongoInvalidArgumentError, MongoServerError].some((kind) => error instanceof kind);
}
