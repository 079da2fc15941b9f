import type { mongo } from 'mongoose';

/** The index of a former version, under which a key was unique for each customer only. */
const FORMER = 'customerId_1_idempotencyKey_1';
const NO_SUCH_COLLECTION = 26;
const NO_SUCH_INDEX = 27;

interface Keyed {
  readonly _id: string;
  readonly idempotencyKey: string;
}

/**
 * Makes the orders of a former version fit an index that is unique on `idempotencyKey` alone: the first order with a key
 * keeps it, any other gets its id behind it. Does nothing where that was done; several replicas may do it at once.
 */
export async function makeKeysUnique(
  orders: Pick<mongo.Collection<Keyed>, 'indexes' | 'find' | 'updateOne' | 'createIndex' | 'dropIndex'>,
) {
  const indexes = await orders.indexes().catch(unless(NO_SUCH_COLLECTION));
  if (!indexes?.some(({ name }) => name === FORMER)) return;
  let before: string | undefined;
  const all = orders.find({}, { projection: { idempotencyKey: 1 } }).sort({ idempotencyKey: 1, _id: 1 });
  for await (const { _id, idempotencyKey: key } of all) {
    if (key === before) await orders.updateOne({ _id }, { $set: { idempotencyKey: `${key}:${_id}` } });
    before = key;
  }
  await orders.createIndex({ idempotencyKey: 1 }, { unique: true });
  await orders.dropIndex(FORMER).catch(unless(NO_SUCH_INDEX));
}

const unless = (code: number) => (error: unknown) => {
  if ((error as { code?: unknown }).code !== code) throw error;
  return undefined;
};
