import type { QuantityLine } from '@orderflow/contracts';
import { batched } from '@orderflow/runtime';
import type { BuyerKey } from '../orders/buyer-key.ts';
import { declinesOf } from '../orders/declines.ts';
import type { OrderModel } from '../orders/order-model.ts';
import type { OrderState } from '../orders/order-state.ts';
import { ADDRESS_FACTOR, type UnpaidLimits } from './decide-unpaid-hold.ts';

/** An order that is not paid yet. */
export interface UnpaidOrder {
  readonly of: readonly string[];
  readonly buyer: readonly BuyerKey[];
  readonly lines: readonly QuantityLine[];
  /** Its card has not been answered yet. */
  readonly underWay: boolean;
  /** ISO 8601; until then its customer may pay. */
  readonly until?: string;
}

/** Whoever has more of them is far beyond every limit. */
const ENOUGH = 2_000;

export type BuyerOrders = ReturnType<typeof createBuyerOrders>;

type Unpaid = Pick<OrderState, 'buyer' | 'lines' | 'paymentDue' | 'processing' | 'customerId' | 'idempotencyKey'>;

type Declined = Pick<OrderState, 'buyer' | 'declines' | 'declinedBy' | 'declinedAt'>;

/** What the order store knows of buyers: it is the truth, so nothing has to be counted up or down beside it. */
export function createBuyerOrders(model: OrderModel, { units }: Pick<UnpaidLimits, 'units'>) {
  // Each order has an item at least. Behind one address may be many buyers: no more of them is read than decides.
  const mostOrders = Math.min(ENOUGH, units * ADDRESS_FACTOR + 1);
  const read = async <T>(filter: object, fields: readonly string[], limit: number): Promise<T[]> => {
    const projection = Object.fromEntries(fields.map((name) => [name, 1]));
    const found = model.collection.find(filter as never, { projection, limit });
    return (await found.toArray()) as unknown as T[];
  };

  /**
   * Of many buyers at once, each gets what it would get alone.
   * @param ask gives so many orders at most, of any of these buyers
   */
  const ofEach = <Asked, Order>(
    most: number,
    ask: (asked: readonly Asked[], limit: number) => Promise<Order[]>,
    isOf: (order: Order, one: Asked) => boolean,
  ) =>
    batched<Asked, Order[]>(model.db, async (asked) => {
      const limit = most * asked.length;
      const found = await ask(asked, limit);
      // One buyer's orders may have left no room for another's.
      if (asked.length > 1 && found.length === limit) return asked.map((one) => ask([one], most));
      return asked.map((one) => found.filter((order) => isOf(order, one)).slice(0, most));
    });

  const unpaidOf = ofEach<readonly BuyerKey[], Unpaid & { _id: string }>(
    mostOrders,
    (buyers, limit) => {
      const fields = ['buyer', 'lines', 'paymentDue', 'processing', 'customerId', 'idempotencyKey'];
      return read({ buyer: { $in: buyers.flat() }, status: 'pending' }, fields, limit);
    },
    ({ buyer = [] }, keys) => buyer.some((key) => keys.includes(key)),
  );

  const declinedOf = ofEach<{ keys: readonly BuyerKey[]; since: string }, Declined>(
    ENOUGH,
    (asked, limit) => {
      const since = asked.map((one) => one.since).toSorted()[0];
      const filter = { declinedBy: { $in: asked.flatMap(({ keys }) => keys) }, declinedAt: { $gt: since } };
      return read(filter, ['buyer', 'declines', 'declinedBy', 'declinedAt'], limit);
    },
    ({ declinedBy = [], declinedAt = '' }, { keys, since }) =>
      declinedAt > since && declinedBy.some((key) => keys.includes(key)),
  );

  return {
    async unpaid(keys: readonly BuyerKey[]): Promise<UnpaidOrder[]> {
      const found = await unpaidOf(keys);
      return found.map(({ _id, buyer = [], lines, paymentDue, processing, customerId, idempotencyKey }) => ({
        of: [_id, placementOf(customerId, idempotencyKey)],
        buyer,
        lines,
        underWay: paymentDue === undefined && processing === undefined,
        ...(paymentDue === undefined ? {} : { until: paymentDue.until }),
      }));
    },

    /** When cards were declined, by key, in milliseconds; a key without any has none. */
    async declines(keys: readonly BuyerKey[], since: Date): Promise<Map<BuyerKey, number[]>> {
      const found = await declinedOf({ keys, since: since.toISOString() });
      const timesOf = (key: BuyerKey) =>
        found.flatMap((order) => declinesOf(order, key).map(({ at }) => Date.parse(at)));
      return new Map(keys.map((key) => [key, timesOf(key)]));
    },

    /** Whose cards were declined since, how often. */
    async decliners(since: Date): Promise<{ declines: number; by: Map<BuyerKey, number> }> {
      const found = await model
        .find({ declinedAt: { $gt: since.toISOString() } } as never, { buyer: 1, declines: 1, declinedBy: 1 })
        .limit(ENOUGH)
        .lean<Pick<OrderState, 'buyer' | 'declines' | 'declinedBy'>[]>();
      const isRecent = ({ at }: { at: string }) => Date.parse(at) > since.getTime();
      const by = new Map<BuyerKey, number>();
      for (const order of found) {
        for (const key of order.declinedBy ?? []) {
          by.set(key, (by.get(key) ?? 0) + declinesOf(order, key).filter(isRecent).length);
        }
      }
      return { declines: found.reduce((sum, { declines = [] }) => sum + declines.filter(isRecent).length, 0), by };
    },
  };
}

/** What makes a placement unique: who sends it again means the same order. */
export const placementOf = (customerId: string, idempotencyKey: string): string => `${customerId} ${idempotencyKey}`;
