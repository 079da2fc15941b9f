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

type Declined = Pick<OrderState, 'buyer' | 'declines' | 'declinedBy'>;
type Unpaid = Pick<OrderState, 'buyer' | 'lines' | 'paymentDue' | 'processing' | 'customerId' | 'idempotencyKey'>;

/** What the order store knows of buyers: it is the truth, so nothing has to be counted up or down beside it. */
export function createBuyerOrders(model: OrderModel, { units }: Pick<UnpaidLimits, 'units'>) {
  // Each order has an item at least. Behind one address may be many buyers: no more of them is read than decides.
  const mostOrders = Math.min(ENOUGH, units * ADDRESS_FACTOR + 1);
  const unpaidOf = ofEachBuyer<Unpaid & { _id: string }>(model, {
    filter: (keys) => ({ buyer: { $in: keys }, status: 'pending' }),
    fields: ['buyer', 'lines', 'paymentDue', 'processing', 'customerId', 'idempotencyKey'],
    keysOf: ({ buyer }) => buyer,
    most: mostOrders,
  });
  const declinedOf = ofEachBuyer<Declined>(model, {
    filter: (keys, since) => ({ declinedBy: { $in: keys }, declinedAt: { $gt: since?.toISOString() } }),
    fields: ['buyer', 'declines', 'declinedBy'],
    keysOf: ({ declinedBy }) => declinedBy,
    most: ENOUGH,
  });
  return {
    async unpaid(keys: readonly BuyerKey[]): Promise<UnpaidOrder[]> {
      const found = await unpaidOf({ keys });
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
      const found = await declinedOf({ keys, since });
      const timesOf = (key: BuyerKey) =>
        found.flatMap((order) => declinesOf(order, key).map(({ at }) => Date.parse(at)));
      return new Map(keys.map((key) => [key, timesOf(key)]));
    },

    /** Whose cards were declined since, how often. */
    async decliners(since: Date): Promise<{ declines: number; by: Map<BuyerKey, number> }> {
      const found = await model
        .find({ declinedAt: { $gt: since.toISOString() } } as never, { buyer: 1, declines: 1, declinedBy: 1 })
        .limit(ENOUGH)
        .lean<Declined[]>();
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

interface BuyerQuery<Found> {
  filter(keys: readonly BuyerKey[], since: Date | undefined): object;
  readonly fields: readonly string[];
  /** Whose order it is. */
  keysOf(found: Found): readonly BuyerKey[] | undefined;
  /** No more of them are read. */
  readonly most: number;
}

interface AskedOf {
  readonly keys: readonly BuyerKey[];
  readonly since?: Date;
}

/** Orders by keys of their buyers; for many buyers who come at once in one command, unless there are too many for that. */
function ofEachBuyer<Found>(model: OrderModel, { filter, fields, keysOf, most }: BuyerQuery<Found>) {
  const projection = Object.fromEntries(fields.map((name) => [name, 1]));
  const read = async (keys: readonly BuyerKey[], since: Date | undefined) =>
    (await model.collection
      .find(filter(keys, since) as never, { projection, limit: most })
      .toArray()) as unknown as Found[];

  return batched<AskedOf, Found[]>(model.db, async (asked) => {
    const [first] = asked;
    if (first && asked.length === 1) return [await read(first.keys, first.since)];
    const all = [...new Set(asked.flatMap(({ keys }) => keys))];
    const earliest = asked
      .map(({ since }) => since)
      .reduce((one, other) => (one && other && other < one ? other : one));
    const found = await read(all, earliest);
    if (found.length >= most) return asked.map(({ keys, since }) => read(keys, since));
    return asked.map(({ keys }) => found.filter((one) => keysOf(one)?.some((key) => keys.includes(key))));
  });
}

/** What makes a placement unique: who sends it again means the same order. */
export const placementOf = (customerId: string, idempotencyKey: string): string => `${customerId} ${idempotencyKey}`;
