import { type EventOf, InventoryRestocked, type OrderRefundRequested } from '@orderflow/contracts';
import { change, checkpoint, type Decision, type HandlerContext, ignore, type SaidBy, wait } from '@orderflow/runtime';
import { decideOnRefund, restocked } from '../decide-restock.ts';
import type { Deps } from '../deps.ts';
import type { Reservation } from '../reservation.ts';
import type { inventory } from '../worker.ts';

/**
 * So often a refund by staff waits for a dispatch that may be in a retry queue. Staff may also refund what never left,
 * which no dispatch will follow; that the goods of any other refund have left is certain.
 */
const TRIES = 3;

/** Puts the refunded goods back on a shelf, where the refund says that they came back. */
export async function onOrderRefundRequested(
  { stock }: Deps,
  event: EventOf<typeof OrderRefundRequested>,
  state: Reservation | null,
  { now, signal, log, attempt }: HandlerContext,
): Promise<Decision<Reservation, SaidBy<typeof inventory>>> {
  const { refundId, lines, restock, warehouse, actor } = event.data;
  if (!restock || lines.length === 0) return ignore('no goods come back with this refund');
  const mayHaveLeft = actor === 'system' || attempt <= TRIES;
  const decision = decideOnRefund(state, { refundId, lines, warehouse, mayHaveLeft });
  switch (decision.kind) {
    case 'nothing':
      return ignore(decision.why);
    case 'wait':
      return wait(decision.why);
    case 'note':
      log.warn({ refundId, beyond: decision.restock.beyond }, 'nothing of it had left: nothing is put back');
      return change(decision.reservation);
    case 'claim':
      return checkpoint(decision.reservation);
    case 'restock': {
      const { beyond } = decision.restock;
      if (beyond) log.warn({ refundId, beyond }, 'more is refunded than had left: only what had left is put back');
      for (const line of decision.restock.stock) {
        signal.throwIfAborted();
        await stock.restock(refundId, line);
      }
      const said = InventoryRestocked.of({ refundId, stock: decision.restock.stock.map((line) => ({ ...line })) });
      return change(restocked(decision.reservation, decision.restock, now), [said]);
    }
  }
}
