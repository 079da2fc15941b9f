import type { EventOf, OrderRefundRequested } from '@orderflow/contracts';
import { type HandlerContext, ignore } from '@orderflow/runtime';
import { decideOnRefund } from '../decide-restock.ts';
import type { InventoryDecision } from '../decision.ts';
import type { Deps } from '../deps.ts';
import { withStockMoved } from '../move-stock.ts';
import type { Reservation } from '../reservation.ts';

/**
 * So often a refund by staff waits for a dispatch that may be in a retry queue. Staff may also refund what never left,
 * which no dispatch will follow; that the goods of any other refund have left is certain.
 */
const TRIES = 3;

/** Puts the refunded goods back on a shelf, where the refund says that they came back. */
export async function onOrderRefundRequested(
  deps: Deps,
  { subject: orderId, data }: EventOf<typeof OrderRefundRequested>,
  state: Reservation | null,
  context: HandlerContext,
): Promise<InventoryDecision> {
  const { refundId, lines, restock, warehouse, actor } = data;
  const { attempt, now, log } = context;
  if (!restock || lines.length === 0) return ignore('no goods come back with this refund');
  const mayHaveLeft = actor === 'system' || attempt <= TRIES;
  const decision = decideOnRefund(state, { refundId, lines, warehouse, mayHaveLeft, now });
  if (decision.kind === 'change') {
    log.warn({ refundId, beyond: beyondOf(decision.state, refundId) }, 'nothing of it had left: nothing is put back');
  }
  const beyond = decision.kind === 'move_stock' && state && beyondOf(state, refundId);
  if (beyond) log.warn({ refundId, beyond }, 'more is refunded than had left: only what had left is put back');
  return withStockMoved(deps, orderId, decision, context);
}

const beyondOf = (state: Reservation, refundId: string) =>
  'restocks' in state ? state.restocks?.find((one) => one.refundId === refundId)?.beyond : undefined;
