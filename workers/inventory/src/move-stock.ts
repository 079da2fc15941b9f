import type { HandlerContext } from '@orderflow/runtime';
import type { InventoryDecision, MoveStock, StockMove } from './decision.ts';
import { releaseDeadHolds } from './holding.ts';
import { holdsOf } from './reservation.ts';
import type { Stock } from './stock-store.ts';

/** Makes the stock move that a decision asks for, and returns the decision that the runtime carries out. */
export async function withStockMoved(
  { stock }: { readonly stock: Stock },
  orderId: string,
  decision: InventoryDecision | MoveStock,
  { signal }: Pick<HandlerContext, 'signal'>,
): Promise<InventoryDecision> {
  if (decision.kind !== 'move_stock') return decision;
  await move(stock, orderId, decision.move, signal);
  return decision.outcome;
}

async function move(stock: Stock, orderId: string, wanted: StockMove, signal: AbortSignal): Promise<void> {
  switch (wanted.kind) {
    case 'release_dead_holds':
      return releaseDeadHolds(stock, orderId, wanted.reservation, { skus: wanted.skus, signal });
    case 'shrink':
      for (const hold of wanted.parcels.flatMap(holdsOf)) {
        signal.throwIfAborted();
        await stock.shrink(orderId, hold);
      }
      return releaseDeadHolds(stock, orderId, wanted.reservation, { signal });
    case 'take_out':
      for (const hold of wanted.holds) {
        signal.throwIfAborted();
        await stock.take(orderId, hold);
      }
      return;
    case 'restock':
      for (const line of wanted.restock.stock) {
        signal.throwIfAborted();
        await stock.restock(wanted.restock.refundId, line);
      }
      return;
    case 'remove_marks':
      for (const line of wanted.restock.stock) {
        signal.throwIfAborted();
        await stock.removeMark(wanted.restock.refundId, line);
      }
      return;
    default:
      return wanted satisfies never;
  }
}
