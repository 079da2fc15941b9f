import { archiveOf, batchesOf } from '@orderflow/runtime';
import { type Connection, type Model, Schema } from 'mongoose';
import type { OrderModel } from './order-model.ts';

/** `_id` is what only one order may have. */
interface OrderKey {
  readonly _id: string;
  readonly orderId: string;
}

interface Former {
  readonly _id: string;
  readonly idempotencyKey: string;
  readonly number?: string;
}

const COLLECTION = 'orderkeys';
/** Says that each order has its keys here: there are none left of a version before. */
const COMPLETE = 'complete';
const BATCH = 500;
const keyName = (idempotencyKey: string) => `key ${idempotencyKey}`;
const numberName = (number: string) => `number ${number}`;

export type OrderKeys = ReturnType<typeof createOrderKeys>;

/**
 * What belongs to one order only, its idempotency key and its number: each is the `_id` of a document of its own, since an index on
 * the orders would be unique on each of their shards only. Taken before the order is stored; whoever dies in between leaves
 * the order's id behind, and the next with the same key stores the order under that.
 */
export function createOrderKeys(database: Connection, orders: OrderModel) {
  const known = database.models[COLLECTION] as Model<OrderKey> | undefined;
  const text = { type: String, required: true } as const;
  const schema = new Schema<OrderKey>({ _id: text, orderId: text }, { collection: COLLECTION, versionKey: false });
  const model = known ?? database.model<OrderKey>(COLLECTION, schema);
  const batches = batchesOf<OrderKey>(model);
  let isComplete = false;

  const orderOf = async (name: string): Promise<string | null> =>
    (await batches.find(name, ['orderId']))?.orderId ?? null;

  const take = async (name: string, orderId: string): Promise<string> => {
    if (await batches.insert({ _id: name, orderId })) return orderId;
    const owner = await orderOf(name);
    if (owner === null) throw new Error(`${name} is taken, and nobody has it`);
    return owner;
  };

  return {
    /** @returns the id that the order with this key has, or is to be stored under; this one, if nobody was quicker */
    takeKey: (idempotencyKey: string, orderId: string) => take(keyName(idempotencyKey), orderId),

    /** False: another order has this number. */
    takeNumber: async (number: string, orderId: string) => (await take(numberName(number), orderId)) === orderId,

    /** The id of the order with this key, which may not be stored yet. */
    async orderWithKey(idempotencyKey: string, { isFormer = false } = {}): Promise<string | null> {
      // Until all orders have their keys here, the store has the index on them that a version before made.
      const former =
        isFormer || !isComplete
          ? await orders.collection.findOne({ idempotencyKey } as never, { projection: { _id: 1 } })
          : null;
      return (former?._id as string | undefined) ?? orderOf(keyName(idempotencyKey));
    },

    /** Gives orders of versions before their keys. Any number of replicas may do it at once. Returns how many it looked at. */
    async complete(): Promise<number> {
      let seen = 0;
      if ((await orderOf(COMPLETE)) === null) {
        const fields = { idempotencyKey: 1, number: 1 };
        const archived = archiveOf(orders as never).collection.find({}, { projection: fields });
        const all = [orders.find({}, fields).lean<Former[]>().cursor(), archived] as unknown as AsyncIterable<Former>[];
        let names: { name: string; orderId: string }[] = [];
        const flush = async () => {
          // What the order has counts, whatever was taken for another one that was refused.
          const writes = names.map(({ name, orderId }) => ({
            updateOne: { filter: { _id: name }, update: { $set: { orderId } }, upsert: true },
          }));
          if (writes.length > 0) await model.collection.bulkWrite(writes as never, { ordered: false });
          names = [];
        };
        for await (const { _id, idempotencyKey, number } of oneAfterTheOther(all)) {
          seen += 1;
          names.push({ name: keyName(idempotencyKey), orderId: _id });
          if (number !== undefined) names.push({ name: numberName(number), orderId: _id });
          if (names.length >= BATCH) await flush();
        }
        await flush();
        await batches.insert({ _id: COMPLETE, orderId: '' });
      }
      isComplete = true;
      return seen;
    },
  };
}

async function* oneAfterTheOther<Item>(sources: readonly AsyncIterable<Item>[]): AsyncGenerator<Item> {
  for (const source of sources) yield* source;
}
