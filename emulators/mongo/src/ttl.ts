import { compare } from './bson/compare.ts';
import { select } from './planner/select.ts';
import { keysAt } from './query/path.ts';
import type { Store } from './storage/store.ts';

/** Removes what TTL indexes say has expired by `now`: documents whose earliest date is `expireAfterSeconds` past. */
export async function expire(store: Store, now: number): Promise<void> {
  for (const collection of store.collections.values()) {
    for (const { spec, parts } of collection.indexes.values()) {
      if (spec.expireAfterSeconds === undefined) continue;
      const deadline = new Date(now - spec.expireAfterSeconds * 1000);
      const { name, path } = parts[0]!;
      for (const stored of select(collection, { filter: { [name]: { $lte: deadline } } })) {
        const dates = keysAt(stored.doc, path).filter((value) => value instanceof Date);
        if (dates.some((date) => compare(date, deadline) <= 0)) collection.remove(stored);
      }
    }
  }
  await store.takePending();
}
