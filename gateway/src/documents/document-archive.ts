import { type Connection, type Model, Schema } from 'mongoose';
import { type Content, type IssuedDocument, idOf, numberOf, pdfOf, type Series } from './issued-document.ts';

/** As it is stored. Documents of before there was a series have none of its fields. */
interface Stored {
  readonly _id: string;
  readonly orderId: string;
  readonly number: string;
  readonly seller?: string;
  readonly kind?: Series['kind'];
  readonly year?: number;
  readonly region?: number;
  readonly serial?: number;
  readonly issuedAt: Date;
  readonly content: Content;
  /** Missing only between the number and the bytes. */
  readonly pdf?: Buffer;
  readonly digest?: string;
}

/** What is to be issued, but for its number. */
export type Draft = (number: string) => Content;

/** Every invoice and credit note that was issued, for ever as it was issued. */
export interface DocumentArchive {
  /** Gives the next number of its series, once for each id, and keeps the bytes. Whoever asks again gets the same. */
  issue(id: string, series: Series, at: Date, draft: Draft): Promise<IssuedDocument>;
  /** Keeps a document that went out before there was a series, under the number that it had. */
  adopt(content: Content, at: Date): Promise<IssuedDocument>;
  find(id: string): Promise<IssuedDocument | null>;
  /** All of these orders, by number. */
  ofOrders(orderIds: readonly string[]): Promise<KeptDocument[]>;
}

/** That there is a document. */
export interface KeptDocument {
  readonly orderId: string;
  readonly kind: Series['kind'];
  readonly number: string;
  readonly issuedAt: Date;
  /** Of its series, by the seller's calendar. */
  readonly year?: number;
}

const COLLECTION = 'documents';
const MAX_TRIES = 200;
/** What is missing stays missing: as null it would be printed. */
const DURABLY = { writeConcern: { w: 'majority', j: true }, ignoreUndefined: true } as const;

function modelOn(database: Connection): Model<Stored> {
  const known = database.models[COLLECTION] as Model<Stored> | undefined;
  if (known) return known;
  const { Mixed, Buffer: Bytes } = Schema.Types;
  const schema = new Schema<Stored>(
    {
      _id: { type: String, required: true },
      orderId: { type: String, required: true, index: true },
      number: { type: String, required: true, index: true },
      seller: String,
      kind: String,
      year: Number,
      region: Number,
      serial: Number,
      issuedAt: { type: Date, required: true },
      content: { type: Mixed, required: true },
      pdf: Bytes,
      digest: String,
    },
    { collection: COLLECTION, versionKey: false, strict: 'throw', minimize: false },
  );
  // Nothing else makes numbers consecutive: whoever inserts a number that is taken takes the next.
  const unique = { unique: true, partialFilterExpression: { serial: { $exists: true } } };
  schema.index({ seller: 1, kind: 1, year: 1, serial: 1 }, unique);
  return database.model<Stored>(COLLECTION, schema);
}

/** The archive in the gateway's database. It is not to be sharded: the index would be unique on each shard only. */
export function documentArchive(database: Connection): DocumentArchive {
  const model = modelOn(database);
  /** By series, whoever takes a number now: within a process nobody tries the same. */
  const turns = new Map<string, Promise<unknown>>();
  const load = (id: string) =>
    model.collection.findOne({ _id: id as never }, { promoteBuffers: true }) as unknown as Promise<Stored | null>;

  /**
   * Inserts with the number after the last that is there. The number before is in the store, for good, when the next is
   * tried (`majority`), so there is never a gap; the index refuses what is taken.
   */
  async function insert(id: string, series: Series, at: Date, draft: Draft): Promise<Stored> {
    const key = `${series.seller} ${series.kind} ${series.year}`;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      // Asked each time: a store that was restored has fewer than we would remember.
      const serial = (await lastOf(series)) + 1;
      const number = numberOf(series, serial);
      const content = draft(number);
      const stored: Stored = { _id: id, orderId: content.orderId, number, ...series, serial, issuedAt: at, content };
      try {
        await model.collection.insertOne(stored as never, DURABLY);
        return stored;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const known = await load(id);
        if (known) return known;
      }
    }
    throw new Error(`No number of ${key} was free in ${MAX_TRIES} tries`);
  }

  async function lastOf({ seller, kind, year }: Series): Promise<number> {
    await model.init();
    const options = { projection: { serial: 1 }, sort: { serial: -1 }, readConcern: { level: 'majority' } } as const;
    // The index has only those with a number, and is used only by who asks for those.
    const found = await model.collection.findOne({ seller, kind, year, serial: { $exists: true } }, options);
    return (found?.serial as number | undefined) ?? 0;
  }

  function inTurn<T>(key: string, act: () => Promise<T>): Promise<T> {
    const turn = (turns.get(key) ?? Promise.resolve()).then(act, act);
    turns.set(
      key,
      turn.catch(() => {}),
    );
    return turn;
  }

  /** The first bytes that are kept are the document's, whoever made them. */
  async function withBytes(stored: Stored): Promise<IssuedDocument> {
    const { _id, content, digest } = stored;
    if (stored.pdf && digest !== undefined) return { content, digest, pdf: stored.pdf };
    const made = await pdfOf(content);
    const { matchedCount } = await model.updateOne({ _id, digest: { $exists: false } }, { $set: made });
    if (matchedCount === 1) return { content, ...made };
    const kept = await load(_id);
    if (!kept?.pdf || kept.digest === undefined) throw new Error(`The document ${_id} has gone`);
    return { content: kept.content, digest: kept.digest, pdf: kept.pdf };
  }

  return {
    async issue(id, series, at, draft) {
      const { seller, kind, year } = series;
      return withBytes(await inTurn(`${seller} ${kind} ${year}`, () => insert(id, series, at, draft)));
    },
    async adopt(content, issuedAt) {
      const _id = idOf(content);
      const { number } = content.document;
      const { orderId } = content;
      try {
        await model.collection.insertOne({ _id, orderId, number, issuedAt, content } as never, DURABLY);
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      return withBytes((await load(_id)) as Stored);
    },
    async ofOrders(orderIds) {
      const fields = { orderId: 1, number: 1, issuedAt: 1, year: 1, 'content.kind': 1 };
      const found = await model
        .find({ orderId: { $in: orderIds } } as never, fields)
        .sort({ number: 1 })
        .lean<Stored[]>();
      return found.map(({ orderId, number, issuedAt, year, content: { kind } }) => {
        return { orderId, kind, number, issuedAt, ...(year !== undefined && { year }) };
      });
    },
    async find(id) {
      const stored = await load(id);
      return stored && withBytes(stored);
    },
  };
}

/** E11000: the index refuses it. */
const isDuplicateKey = (error: unknown): boolean => (error as { code?: unknown }).code === 11_000;
