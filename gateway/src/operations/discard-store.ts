import type { DeadLetter } from '@orderflow/contracts';
import { type Connection, Schema } from 'mongoose';

export type DiscardStore = ReturnType<typeof createDiscardStore>;

/**
 * What staff removed from the dead-letter queues for good, in the collection `discards`: the auditor reads there what has
 * become of an event that nobody handled.
 */
export function createDiscardStore(database: Connection) {
  const text = { type: String, required: true } as const;
  const model = database.model(
    'discards',
    new Schema(
      { _id: text, worker: text, eventId: text, orderId: String, type: text, error: text, at: Date, by: text },
      { collection: 'discards', strict: 'throw', versionKey: false },
    ).index({ worker: 1, at: 1 }),
  );
  return {
    /** Written before they are removed: rather one noted that stayed than one gone without a note. */
    async note(letters: readonly DeadLetter[], by: string, at: Date): Promise<void> {
      const notes = letters.map(({ worker, eventId, orderId, type, error }) => {
        const _id = `${worker}:${eventId}`;
        const note = { worker, eventId, type, error, at, by, ...(orderId === undefined ? {} : { orderId }) };
        return { updateOne: { filter: { _id }, update: { $set: note }, upsert: true } };
      });
      if (notes.length > 0) await model.bulkWrite(notes as never, { ordered: false });
    },
  };
}
