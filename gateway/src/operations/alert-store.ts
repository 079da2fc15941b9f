import type { Alert } from '@orderflow/contracts';
import { type Connection, mongo, Schema } from 'mongoose';

export type AlertStore = ReturnType<typeof createAlertStore>;

type AlertDocument = Omit<Alert, 'alertId'> & { _id: string };

/** What staff have to look at and is about no order, in the collection `alerts`, until somebody settles it. */
export function createAlertStore(database: Connection) {
  const text = { type: String, required: true } as const;
  const model = database.model(
    'alerts',
    new Schema<AlertDocument>(
      { _id: text, type: text, text, at: text, settled: { type: Schema.Types.Mixed } },
      { collection: 'alerts', strict: 'throw', versionKey: false },
    ).index({ settled: 1, _id: 1 }),
  );
  const isOpen = { settled: { $exists: false } };
  return {
    /** Raised again it is the same alert. */
    async raise({ alertId, ...alert }: Omit<Alert, 'settled'>): Promise<void> {
      try {
        await model.updateOne({ _id: alertId }, { $setOnInsert: alert }, { upsert: true });
      } catch (error) {
        // Sent twice at once, both inserted.
        if (!(error instanceof mongo.MongoServerError && error.code === 11_000)) throw error;
      }
    },

    async open(limit = 100): Promise<Alert[]> {
      const found = await model.find(isOpen).sort({ at: -1 }).limit(limit).lean<AlertDocument[]>();
      return found.map(({ _id: alertId, type, text, at }) => ({ alertId, type, text, at }));
    },

    count: (): Promise<number> => model.countDocuments(isOpen),

    /** @returns null: there is no such alert. Settled before, it stays as it was settled. */
    async settle(alertId: string, settled: NonNullable<Alert['settled']>): Promise<Alert | null> {
      await model.updateOne({ _id: alertId, ...isOpen }, { $set: { settled } });
      const found = await model.findById(alertId).lean<AlertDocument>();
      if (!found) return null;
      const { _id, ...rest } = found;
      return { alertId: _id, ...rest };
    },
  };
}
