import { randomUUID } from 'node:crypto';
import { mongo } from 'mongoose';

const { EJSON, ObjectId } = mongo.BSON;
const BATCH = 500;
/** Above every serial number that the shop itself gives. */
const SERIALS_FROM = 1_000_000;

interface Template {
  readonly collection: mongo.Collection;
  /** The documents of one order here, as text, since its id may stand anywhere in them. */
  readonly documents: readonly string[];
  /** Fields that no two documents may have the same value of. */
  readonly unique: readonly string[];
}

/** Copies all documents of one order, wherever its id stands in them; copies are numbered, from one to below another. */
export async function copyOrder(uri: string, prefix: string, orderId: string, from: number, to: number): Promise<void> {
  const client = await mongo.MongoClient.connect(uri);
  try {
    const templates = await templatesOf(client, prefix, orderId);
    for (let done = from; done < to; done += BATCH) {
      const count = Math.min(BATCH, to - done);
      for (const template of templates) {
        const copies = Array.from({ length: count }, (_, nth) => copiesOf(template, orderId, done + nth)).flat();
        await template.collection.insertMany(copies);
      }
    }
  } finally {
    await client.close();
  }
}

async function templatesOf(client: mongo.MongoClient, prefix: string, orderId: string): Promise<Template[]> {
  const { databases } = await client.db().admin().listDatabases();
  const ours = databases.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => client.db(name));
  const collections = (await Promise.all(ours.map((database) => database.collections()))).flat();
  const templates = collections.map(async (collection) => {
    const all = (await collection.find().toArray()).map((document) => EJSON.stringify(document, { relaxed: false }));
    const indexes = await collection.listIndexes().toArray();
    const unique = indexes.flatMap((index) => (index.unique ? Object.keys(index.key) : []));
    return { collection, documents: all.filter((text) => text.includes(orderId)), unique: ['_id', ...unique] };
  });
  return (await Promise.all(templates)).filter(({ documents }) => documents.length > 0);
}

const ids = new Map<number, string>();

/** Of the n-th copy, whose order has the same id in every collection. */
function copiesOf({ documents, unique }: Template, orderId: string, nth: number): mongo.Document[] {
  const id = ids.get(nth) ?? randomUUID();
  ids.set(nth, id);
  return documents.map((text) => {
    const document = EJSON.parse(text.replaceAll(orderId, id), { relaxed: false }) as mongo.Document;
    const given = Object.keys(document).filter((field) => unique.includes(field));
    return { ...document, ...Object.fromEntries(given.map((field) => [field, renewed(document[field], id, nth)])) };
  });
}

function renewed(value: unknown, id: string, nth: number): unknown {
  if (value instanceof ObjectId) return new ObjectId();
  if (typeof value === 'number' || value instanceof mongo.BSON.Int32) return SERIALS_FROM + nth;
  return typeof value === 'string' && !value.includes(id) ? `${value}~${nth}` : value;
}
