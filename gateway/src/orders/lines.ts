import type { QuantityLine } from '@orderflow/contracts';

/** Quantities by SKU; lines of the same SKU are added up. */
export function summed(lines: readonly QuantityLine[]): Map<string, number> {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return quantities;
}

/** Whether two lists come to the same. */
export function sameLines(some: readonly QuantityLine[], others: readonly QuantityLine[]): boolean {
  const [a, b] = [summed(some), summed(others)];
  return a.size === b.size && [...a].every(([sku, quantity]) => b.get(sku) === quantity);
}
