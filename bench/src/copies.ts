import { mongo } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';

const { BSON, ObjectId } = mongo;
/** Orders a command: more at once only make the server's garbage older. */
const BATCH = 50;
const MOST_BYTES = 1_000;
/** Above every serial number that the shop itself gives. */
const SERIALS_FROM = 1_000_000;
const DAY_MS = 86_400_000;
/** Over so many days the orders were placed, the last of them yesterday: too young to be compacted. */
const DAYS = 90;
/** A real one's numbers stay numbers of the same kind. */
const AS_STORED = { promoteValues: false, promoteBuffers: false } as const;

interface Template {
  readonly collection: mongo.Collection;
  /** The documents of one order here, and where its id stands in each. */
  readonly documents: readonly { readonly bytes: Buffer; readonly places: readonly number[] }[];
  /** Fields that no two documents may have the same value of. */
  readonly unique: readonly string[];
}

export interface Copies {
  /** As if others like it had been placed before: numbered from the last one to below this; the older, the smaller its number. */
  fillTo(count: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Copies all documents of one order, wherever its id stands in them.
 * @param most there will ever be
 */
export async function copiesOf(uri: string, prefix: string, orderId: string, most: number): Promise<Copies> {
  const client = await mongo.MongoClient.connect(uri);
  const templates = await templatesOf(client, prefix, orderId);
  const now = Date.now();
  const placedAt = (nth: number) => new Date(now - DAY_MS - Math.floor(((most - nth) / most) * DAYS * DAY_MS));
  let done = 0;
  return {
    close: () => client.close(),
    async fillTo(count) {
      for (; done < count; done = Math.min(done + BATCH, count)) {
        const numbers = Array.from({ length: Math.min(BATCH, count - done) }, (_, n) => done + n);
        const others = numbers.map((nth) => ({
          nth,
          at: placedAt(nth),
          id: uuidv7({ msecs: placedAt(nth).getTime() }),
        }));
        await Promise.all(
          templates.map(({ collection, ...of }) =>
            collection.insertMany(
              others.flatMap((one) => copied(of, one)),
              { ordered: false, forceServerObjectId: true },
            ),
          ),
        );
      }
    },
  };
}

async function templatesOf(client: mongo.MongoClient, prefix: string, orderId: string): Promise<Template[]> {
  const { databases } = await client.db().admin().listDatabases();
  const ours = databases.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => client.db(name));
  const collections = (await Promise.all(ours.map((database) => database.collections()))).flat();
  const templates = collections.map(async (collection) => {
    const all = await collection.find({}, AS_STORED).toArray();
    const documents = all
      .map((document) => Buffer.from(BSON.serialize(withoutBytes(document))))
      .map((bytes) => ({ bytes, places: placesOf(bytes, orderId) }))
      .filter(({ places }) => places.length > 0);
    const indexes = await collection.listIndexes().toArray();
    const unique = indexes.flatMap((index) => (index.unique ? Object.keys(index.key) : []));
    return { collection, documents, unique: ['_id', ...unique] };
  });
  return (await Promise.all(templates)).filter(({ documents }) => documents.length > 0);
}

/** Without an invoice's PDF, which is as much again as all else and which no query looks into. */
function withoutBytes(document: mongo.Document): mongo.Document {
  const isLong = (value: unknown) => value instanceof BSON.Binary && value.length() > MOST_BYTES;
  const none = new BSON.Binary(Buffer.alloc(0));
  return Object.fromEntries(Object.entries(document).map(([name, value]) => [name, isLong(value) ? none : value]));
}

function placesOf(bytes: Buffer, text: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + text.length)) places.push(at);
  return places;
}

interface Other {
  readonly nth: number;
  readonly id: string;
  readonly at: Date;
}

/** Of the n-th copy, whose order has the same id in every collection. */
function copied({ documents, unique }: Omit<Template, 'collection'>, { nth, id, at }: Other): mongo.Document[] {
  return documents.map(({ bytes, places }) => {
    const copy = Buffer.from(bytes);
    for (const place of places) copy.write(id, place, 'latin1');
    const document = BSON.deserialize(copy, AS_STORED);
    for (const field of unique) {
      if (field in document) document[field] = renewed(document[field], id, nth);
    }
    // When it was last written, by which the auditor and those who keep old documents smaller go.
    if ('changedAt' in document) document.changedAt = at;
    return document;
  });
}

function renewed(value: unknown, id: string, nth: number): unknown {
  if (value instanceof ObjectId) return new ObjectId();
  if (typeof value === 'number' || value instanceof BSON.Int32) return new BSON.Int32(SERIALS_FROM + nth);
  return typeof value === 'string' && !value.includes(id) ? `${value}~${nth}` : value;
}
