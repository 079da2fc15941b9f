import type { QuantityLine } from '@orderflow/contracts';
import type { Shortage } from './reservation.ts';

/** How much of a SKU one warehouse can give. */
export interface Offer {
  readonly sku: string;
  readonly warehouse: string;
  readonly available: number;
}

/** What one warehouse sends. */
export interface Share {
  readonly warehouse: string;
  readonly lines: QuantityLine[];
}

export type Allocation = { readonly shares: readonly Share[] } | { readonly shortages: readonly Shortage[] };

type Available = (sku: string, warehouse: string) => number;

/** Of so many warehouses every combination can be looked at; with each more there are twice as many. */
const FEW = 12;

/**
 * Chooses the warehouses that send these lines: the fewest; of as few, those that split the fewest lines; then the
 * first by name. Looks at every combination of warehouses from the smallest up, as long as they are few; of many it
 * takes the fullest one after the other, which may be more than needed.
 * @param lines one for each SKU
 */
export function decideAllocation(lines: readonly QuantityLine[], offers: readonly Offer[]): Allocation {
  const known = new Map(offers.map((offer) => [`${offer.sku}@${offer.warehouse}`, offer.available]));
  const available: Available = (sku, warehouse) => known.get(`${sku}@${warehouse}`) ?? 0;
  const useful = offers.filter((offer) => offer.available > 0 && lines.some(({ sku }) => sku === offer.sku));
  const warehouses = [...new Set(useful.map(({ warehouse }) => warehouse))].toSorted();
  const total = (sku: string, among: readonly string[]) =>
    among.reduce((sum, warehouse) => sum + available(sku, warehouse), 0);

  const shortages = lines
    .map(({ sku, quantity }) => ({ sku, requested: quantity, available: total(sku, warehouses) }))
    .filter((line) => line.available < line.requested);
  if (shortages.length > 0) return { shortages };

  if (warehouses.length > FEW) return { shares: share(lines, fullest(lines, warehouses, available), available) };
  for (let size = 1; size <= warehouses.length; size++) {
    const enough = combinations(warehouses, size)
      .filter((among) => lines.every(({ sku, quantity }) => total(sku, among) >= quantity))
      .map((among) => share(lines, among, available));
    // Sorting is stable: among equals the first by name stays first.
    const [best] = enough.toSorted((a, b) => pieces(a) - pieces(b));
    if (best) return { shares: best };
  }
  return { shares: [] };
}

/** Each time the warehouse that has most of what is still missing, until nothing is. */
function fullest(lines: readonly QuantityLine[], warehouses: readonly string[], available: Available): string[] {
  const missing = new Map(lines.map(({ sku, quantity }) => [sku, quantity]));
  const has = (warehouse: string) =>
    [...missing].reduce((sum, [sku, quantity]) => sum + Math.min(quantity, available(sku, warehouse)), 0);
  const chosen = new Set<string>();
  for (;;) {
    const [best] = warehouses.filter((one) => !chosen.has(one)).toSorted((a, b) => has(b) - has(a));
    if (best === undefined || has(best) === 0) return warehouses.filter((one) => chosen.has(one));
    for (const [sku, quantity] of missing) missing.set(sku, quantity - Math.min(quantity, available(sku, best)));
    chosen.add(best);
  }
}

/** A line goes to the first warehouse that has all of it; only where none has, to several, from the fullest down. */
function share(lines: readonly QuantityLine[], among: readonly string[], available: Available): Share[] {
  const shares = among.map((warehouse) => ({ warehouse, lines: [] as QuantityLine[] }));
  for (const { sku, quantity } of lines) {
    const has = (one: Share) => available(sku, one.warehouse);
    const whole = shares.find((one) => has(one) >= quantity);
    let left = quantity;
    for (const one of whole ? [whole] : shares.toSorted((a, b) => has(b) - has(a))) {
      const taken = Math.min(left, has(one));
      if (taken > 0) one.lines.push({ sku, quantity: taken });
      left -= taken;
    }
  }
  return shares.filter((one) => one.lines.length > 0);
}

const pieces = (shares: readonly Share[]): number => shares.reduce((sum, { lines }) => sum + lines.length, 0);

/** All ways to choose `size` of them, in their order. */
function combinations(names: readonly string[], size: number): string[][] {
  if (size === 0) return [[]];
  return names.flatMap((first, index) =>
    combinations(names.slice(index + 1), size - 1).map((rest) => [first, ...rest]),
  );
}
