import type { HoldView } from './dossier.ts';
import type { StockBook } from './views.ts';

/** What each order holds, as the documents of the stock say. */
export function holdsByOrder(stock: readonly StockBook[]): Map<string, HoldView[]> {
  const holds = new Map<string, HoldView[]>();
  for (const { _id, sku = _id, warehouse = '', holds: held } of stock) {
    for (const [orderId, quantity] of Object.entries(held)) {
      const hold = { stockId: _id, sku, warehouse, quantity: Number(quantity) };
      holds.set(orderId, [...(holds.get(orderId) ?? []), hold]);
    }
  }
  return holds;
}
