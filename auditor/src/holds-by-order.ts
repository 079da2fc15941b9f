import type { StockDocument } from './documents.ts';
import type { HoldView } from './order-snapshot.ts';

/** What each order holds, according to the stock documents. */
export function holdsByOrder(stock: readonly StockDocument[]): Map<string, HoldView[]> {
  const holds = new Map<string, HoldView[]>();
  for (const { _id, sku = _id, warehouse = '', holds: held } of stock) {
    for (const [orderId, quantity] of Object.entries(held)) {
      const hold = { stockId: _id, sku, warehouse, quantity: Number(quantity) };
      holds.set(orderId, [...(holds.get(orderId) ?? []), hold]);
    }
  }
  return holds;
}
