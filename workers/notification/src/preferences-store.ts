import type { Preferences } from '@orderflow/contracts';
import { batchesOf } from '@orderflow/runtime';
import { type Connection, mongo, Schema } from 'mongoose';

/** How each customer wants to be written to. */
export interface PreferencesStore {
  /** Undefined: the customer has chosen nothing. */
  of(customerId: string): Promise<Preferences | undefined>;
  /** False: a later version is known. */
  learn(customerId: string, preferences: Preferences, version: number): Promise<boolean>;
  forget(customerId: string): Promise<void>;
}

interface Entry {
  _id: string;
  preferences: Preferences;
  version: number;
}

/** Keeps them in the collection `preferences`, by customer id. */
export function preferencesStore(database: Connection): PreferencesStore {
  const model = database.model<Entry>(
    'preferences',
    new Schema(
      {
        _id: { type: String, required: true },
        preferences: { type: Schema.Types.Mixed, required: true },
        version: { type: Number, required: true },
      },
      { collection: 'preferences', versionKey: false, strict: 'throw', minimize: false },
    ),
  );
  const batches = batchesOf<Entry>(model);
  return {
    of: async (customerId) => (await batches.find(customerId, ['preferences']))?.preferences,
    forget: async (customerId) => {
      await model.deleteOne({ _id: customerId });
    },
    async learn(customerId, preferences, version) {
      const filter = { _id: customerId, version: { $lt: version } };
      const change = { $set: { preferences, version } };
      try {
        const { matchedCount, upsertedCount } = await model.updateOne(filter, change, { upsert: true });
        return matchedCount + upsertedCount > 0;
      } catch (error) {
        if (!(error instanceof mongo.MongoServerError && error.code === 11_000)) throw error;
        // The upsert met a document: one as new, or one that somebody inserted just now.
        return (await model.updateOne(filter, change)).matchedCount > 0;
      }
    },
  };
}
