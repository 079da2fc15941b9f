import { orderNumberOf, type TimelineEntry } from '@orderflow/contracts';
import { isDuplicateOf } from '@orderflow/runtime';
import type { OrderKeys } from './order-keys.ts';
import type { OrderModel } from './order-model.ts';

interface Former {
  readonly _id: string;
  readonly timeline: readonly TimelineEntry[];
}

/**
 * Gives orders of versions before what was not stored then: their number, so that it is found, and when their goods
 * arrived. Any number of replicas may do it at once. Returns how many it gave one.
 */
export async function numberOrders(model: OrderModel, keys: Pick<OrderKeys, 'takeNumber'>): Promise<number> {
  const without = { number: { $exists: false } };
  const fields = { 'timeline.type': 1, 'timeline.at': 1 };
  const all = model
    .find(without as never, fields)
    .lean<Former[]>()
    .cursor();
  let numbered = 0;
  for await (const { _id, timeline } of all as AsyncIterable<Former>) {
    const deliveredAt = timeline.findLast(({ type }) => type === 'shipment.delivered')?.at;
    const set = async (number: string): Promise<number> => {
      const $set = { number, ...(deliveredAt === undefined ? {} : { deliveredAt }) };
      return (await model.collection.updateOne({ _id, ...without } as never, { $set } as never)).modifiedCount;
    };
    numbered += await withFreeNumber(keys, _id, set);
  }
  return numbered;
}

/** Nobody is that unlucky. */
const MAX_ATTEMPTS = 10;

/**
 * Stores an order with the first of its numbers that no other order has.
 * @param store refused by the index that a version before had on `number`
 */
export async function withFreeNumber<T>(
  keys: Pick<OrderKeys, 'takeNumber'>,
  id: string,
  store: (number: string) => Promise<T>,
): Promise<T> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const number = orderNumberOf(id, attempt);
    try {
      if (await keys.takeNumber(number, id)) return await store(number);
    } catch (error) {
      if (!isDuplicateOf(error, 'number')) throw error;
    }
  }
  throw new Error(`Others have all numbers of the order ${id}`);
}
