import { type Connection, Schema } from 'mongoose';
import type { BuyerKey } from '../orders/buyer-key.ts';

interface RefusedDocument {
  readonly _id: BuyerKey;
  readonly times: number;
  /** The latest time. */
  readonly at: Date;
}

/** After so long without another refusal it is forgotten. */
const LIFE_SECONDS = 3_600;
const MOST = 1_000;

export type RefusedStore = ReturnType<typeof createRefusedStore>;

/** Whom we have refused a try lately, and how often: one document each, however often they come. For staff to be told. */
export function createRefusedStore(database: Connection) {
  const model = database.model(
    'refusedBuyers',
    new Schema<RefusedDocument>(
      {
        _id: { type: String, required: true },
        times: { type: Number, required: true },
        at: { type: Date, required: true },
      },
      { collection: 'refusedBuyers', strict: 'throw', versionKey: false } as const,
    ).index({ at: 1 }, { expireAfterSeconds: LIFE_SECONDS }),
  );
  return {
    async note(key: BuyerKey, at: Date): Promise<void> {
      await model.updateOne({ _id: key } as never, { $inc: { times: 1 }, $set: { at } } as never, { upsert: true });
    },
    async since(time: Date): Promise<Map<BuyerKey, number>> {
      const found = await model
        .find({ at: { $gt: time } } as never)
        .limit(MOST)
        .lean<RefusedDocument[]>();
      return new Map(found.map(({ _id, times }) => [_id, times]));
    },
  };
}
