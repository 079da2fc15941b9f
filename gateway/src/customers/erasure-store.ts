import type { Erasure } from '@orderflow/contracts';
import { type Connection, Schema } from 'mongoose';

/** An erasure on record: that there was one, and of which orders. Nothing in it tells of whom. */
interface ErasureDocument {
  readonly _id: string;
  /** Who was asked for, hashed with a secret of ours. */
  readonly who: string;
  readonly by: string;
  readonly reason: string;
  readonly at: Date;
  readonly account: boolean;
  readonly orders: Erasure['orders'];
  /** What was answered; absent: it has not come to its end. */
  readonly answer?: Erasure;
}

export type ErasureStore = ReturnType<typeof createErasureStore>;

/** Erasures, in the collection `erasures`; `_id` is the idempotency key. */
export function createErasureStore(database: Connection) {
  const text = { type: String, required: true } as const;
  const { Mixed } = Schema.Types;
  const model = database.model<ErasureDocument>(
    'erasures',
    new Schema(
      {
        ...{ _id: text, who: text, by: text, reason: text },
        at: { type: Date, required: true },
        account: { type: Boolean, required: true },
        orders: { type: [Mixed], required: true },
        answer: Mixed,
      },
      { collection: 'erasures', strict: 'throw', versionKey: false, minimize: false },
    ) as never,
  );
  return {
    find: (id: string): Promise<ErasureDocument | null> => model.findById(id).lean<ErasureDocument>(),

    /** Written before it is done: whoever goes on later finds nothing of it any more. @returns all that it has come to */
    async willErase(id: string, { account, orders, ...erasure }: Omit<ErasureDocument, '_id' | 'answer'>) {
      const change = {
        $setOnInsert: { ...erasure, ...(!account && { account }) },
        $addToSet: { orders: { $each: orders } },
        ...(account && { $set: { account } }),
      };
      const options = { upsert: true, returnDocument: 'after' } as const;
      return (await model.findOneAndUpdate({ _id: id }, change as never, options).lean()) as unknown as ErasureDocument;
    },

    async done(id: string, answer: Erasure): Promise<void> {
      await model.updateOne({ _id: id }, { $set: { answer } } as never);
    },
  };
}
