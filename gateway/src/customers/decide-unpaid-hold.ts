import type { QuantityLine } from '@orderflow/contracts';
import { type BuyerKey, buyerKindOf } from '../orders/buyer-key.ts';

/** As for declines: many people may share an address. */
export const ADDRESS_FACTOR = 4;
/** So many of a SKU anybody may hold unpaid, however few there are. */
const LEAST_OF_A_SKU = 3;

export interface UnpaidLimits {
  /** Items of all SKUs that one buyer may hold unpaid at once. */
  readonly units: number;
  /** Of what is still available of a SKU, the part that one buyer may hold unpaid; 100 is no limit. */
  readonly sharePercent: number;
}

/** What other unpaid orders of one key hold. */
export interface HeldUnpaid {
  readonly key: BuyerKey;
  readonly lines: readonly QuantityLine[];
}

export type UnpaidHoldDecision =
  | {
      readonly refused: BuyerKey;
      /** The SKU that would be held too much of; undefined: all together. */
      readonly sku?: string;
      readonly most: number;
    }
  /** `large`: more than a buyer may hold unpaid, and nothing else is: it is held until its card is answered, no longer. */
  | { readonly large: boolean };

/**
 * Pure: whether an order may hold its stock beside what its buyer holds unpaid already. Who holds nothing yet may order
 * whatever there is: we want to sell it.
 */
export function decideUnpaidHold(
  lines: readonly QuantityLine[],
  held: readonly HeldUnpaid[],
  available: ReadonlyMap<string, number>,
  limits: UnpaidLimits,
): UnpaidHoldDecision {
  let large = false;
  const wanted = sum(lines);
  for (const { key, lines: others } of held) {
    const kind = buyerKindOf(key);
    for (const { sku, quantity } of lines) {
      const own = sum(others.filter((line) => line.sku === sku));
      const there = available.get(sku);
      if (there === undefined || limits.sharePercent >= 100) continue;
      const most = Math.max(LEAST_OF_A_SKU, Math.floor((there * limits.sharePercent) / 100));
      if (own + quantity <= most) continue;
      if (own > 0) return { refused: key, sku, most };
      large = true;
    }
    const own = sum(others);
    const most = kind === 'address' ? limits.units * ADDRESS_FACTOR : limits.units;
    if (own + wanted <= most) continue;
    if (own > 0) return { refused: key, most };
    large = true;
  }
  return { large };
}

const sum = (lines: readonly QuantityLine[]): number => lines.reduce((total, { quantity }) => total + quantity, 0);
