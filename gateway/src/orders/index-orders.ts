import type { Stored } from '@orderflow/runtime';
import type { OrderModel } from './order-model.ts';
import type { OrderState } from './order-state.ts';
import { type Searched, searchKeysOf } from './search-keys.ts';

const BATCH = 200;
const FIELDS = {
  contact: 1,
  address: 1,
  billingAddress: 1,
  'parcels.tracking.number': 1,
  'returns.tracking.number': 1,
  documents: 1,
  captured: 1,
  'refunds.refundId': 1,
  total: 1,
  placedAt: 1,
  searchedId: 1,
} as const;

/** Undefined: the order cannot be read, which whoever looks at it is told. */
function keysOf(order: Searched): string[] | undefined {
  try {
    return searchKeysOf(order);
  } catch {
    return undefined;
  }
}

/**
 * Gives orders of versions before the keys that searches look for, in batches, the newest first. A change of what they are
 * made of writes its own; any number of replicas may do it at once.
 * @returns how many were given theirs here
 */
export async function indexOrders(model: OrderModel): Promise<number> {
  let indexed = 0;
  let before: string | undefined;
  for (;;) {
    const without = { search: { $exists: false }, ...(before === undefined ? {} : { _id: { $lt: before } }) };
    const batch = await model
      .find(without as never, FIELDS)
      .sort({ _id: -1 })
      .limit(BATCH)
      .lean<Stored<OrderState>[]>();
    if (batch.length === 0) return indexed;
    for (const { _id, ...order } of batch) {
      const search = keysOf(order as Searched);
      if (!search) continue;
      const filter = { _id, search: { $exists: false } };
      const { modifiedCount } = await model.collection.updateOne(filter as never, { $set: { search } });
      indexed += modifiedCount;
    }
    before = batch.at(-1)?._id;
  }
}
