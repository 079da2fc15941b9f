import type { QuantityLine } from '@orderflow/contracts';
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

/** What the order store knows of buyers: it is the truth, so nothing has to be counted up or down beside it. */
export function createBuyerOrders(model: OrderModel, { units }: Pick<UnpaidLimits, 'units'>) {
  // Each order has an item at least. Behind one address may be many buyers: no more of them is read than decides.
  const mostOrders = Math.min(ENOUGH, units * ADDRESS_FACTOR + 1);
  return {
    async unpaid(keys: readonly BuyerKey[]): Promise<UnpaidOrder[]> {
      const fields = { buyer: 1, lines: 1, paymentDue: 1, processing: 1, customerId: 1, idempotencyKey: 1 };
      const found = await model
        .find({ buyer: { $in: keys }, status: 'pending' } as never, fields)
        .limit(mostOrders)
        .lean<(Unpaid & { _id: string })[]>();
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
      const found = await model
        .find({ declinedBy: { $in: keys }, declinedAt: { $gt: since.toISOString() } } as never, {
          buyer: 1,
          declines: 1,
        })
        .limit(ENOUGH)
        .lean<Pick<OrderState, 'buyer' | 'declines'>[]>();
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
