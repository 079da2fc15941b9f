import { limitBatches } from '@orderflow/runtime';
import type { Connection } from 'mongoose';
import { Broken, gated, isInRun } from './run.ts';

const OPERATIONS = [
  'insertOne',
  'insertMany',
  'updateOne',
  'updateMany',
  'replaceOne',
  'findOneAndUpdate',
  'findOneAndDelete',
  'deleteOne',
  'deleteMany',
  'bulkWrite',
  'findOne',
  'find',
] as const;

/** The driver's error for a connection that broke; the runtime takes it for an outage of the store. */
class MongoNetworkError extends Error {
  override readonly name = 'MongoNetworkError';
}

/** Puts a gate before every operation on the collections of a connection. Models have to be there already. */
export function gateStore(database: Connection, owner: string): void {
  // A run that is stopped at a gate stands for another replica: it keeps no batch of this one waiting.
  limitBatches(database, Number.POSITIVE_INFINITY);
  for (const { collection } of Object.values(database.models)) {
    const target = collection as unknown as Record<string, (...args: unknown[]) => unknown>;
    for (const operation of OPERATIONS) {
      const plain = target[operation]?.bind(collection);
      if (!plain) throw new Error(`mongoose's collections have no ${operation}`);
      target[operation] = (...args) => {
        if (!isInRun()) return plain(...args);
        const answer = gated(`${owner} ${collection.name}.${operation}`, async () => plain(...args)).catch((error) => {
          throw error instanceof Broken ? new MongoNetworkError(error.message) : error;
        });
        if (operation !== 'find') return answer;
        // Whoever waits for the cursor gets it; the driver's own way is not to wait for it.
        return Object.assign(answer, { toArray: async () => ((await answer) as { toArray(): unknown }).toArray() });
      };
    }
  }
}
