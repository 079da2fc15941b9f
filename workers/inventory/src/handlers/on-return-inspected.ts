import type { EventOf, ReturnInspected } from '@orderflow/contracts';
import { type HandlerContext, ignore } from '@orderflow/runtime';
import { decideOnRefund } from '../decide-restock.ts';
import type { InventoryDecision } from '../decision.ts';
import type { Deps } from '../deps.ts';
import { withStockMoved } from '../move-stock.ts';
import type { Reservation } from '../reservation.ts';

/** Only what staff found sellable goes on the shelf, where it has arrived. */
export async function onReturnInspected(
  deps: Deps,
  { subject: orderId, data: { inspectionId: refundId, lines: found, warehouse } }: EventOf<typeof ReturnInspected>,
  state: Reservation | null,
  context: HandlerContext,
): Promise<InventoryDecision> {
  const lines = found.flatMap(({ sku, sellable }) => (sellable > 0 ? [{ sku, quantity: sellable }] : []));
  if (lines.length === 0) return ignore('nothing of it can be sold again');
  const decision = decideOnRefund(state, { refundId, lines, warehouse, mayHaveLeft: true, now: context.now });
  return withStockMoved(deps, orderId, decision, context);
}
