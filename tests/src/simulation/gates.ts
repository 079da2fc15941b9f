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
  for (const { collection } of Object.values(database.models)) {
    const target = collection as unknown as Record<string, (...args: unknown[]) => unknown>;
    for (const operation of OPERATIONS) {
      const plain = target[operation]?.bind(collection);
      if (!plain) throw new Error(`mongoose's collections have no ${operation}`);
      target[operation] = (...args) => {
        if (!isInRun()) return plain(...args);
        return gated(`${owner} ${collection.name}.${operation}`, async () => plain(...args)).catch((error) => {
          throw error instanceof Broken ? new MongoNetworkError(error.message) : error;
        });
      };
    }
  }
}
