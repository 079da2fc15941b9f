import type { Parcel } from './order.ts';
import type { QuantityLine } from './quantity.ts';

/** What is to leave parcels, by parcel; `missing`: what none of them has. */
export interface TakenOut {
  readonly taken: Parcel[];
  readonly missing: QuantityLine[];
}

/** Pure: takes lines out of parcels, out of the first that has some first. */
export function takeOutOf(parcels: readonly Parcel[], lines: readonly QuantityLine[]): TakenOut {
  const wanted = new Map<string, number>();
  for (const { sku, quantity } of lines) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
  const taken = parcels.flatMap(({ parcelId, warehouse, lines: inside }) => {
    const some = inside.flatMap(({ sku, quantity }) => {
      const part = Math.min(quantity, wanted.get(sku) ?? 0);
      wanted.set(sku, (wanted.get(sku) ?? 0) - part);
      return part > 0 ? [{ sku, quantity: part }] : [];
    });
    return some.length > 0 ? [{ parcelId, warehouse, lines: some }] : [];
  });
  const missing = [...wanted].flatMap(([sku, quantity]) => (quantity > 0 ? [{ sku, quantity }] : []));
  return { taken, missing };
}

/** Pure: the lines without some of them; those of which nothing is left are gone. */
export function linesWithout<T extends QuantityLine>(lines: readonly T[], out: readonly QuantityLine[]): T[] {
  const going = new Map<string, number>();
  for (const { sku, quantity } of out) going.set(sku, (going.get(sku) ?? 0) + quantity);
  return lines.flatMap((line) => {
    const part = Math.min(line.quantity, going.get(line.sku) ?? 0);
    going.set(line.sku, (going.get(line.sku) ?? 0) - part);
    const quantity = line.quantity - part;
    return quantity > 0 ? [{ ...line, quantity }] : [];
  });
}
