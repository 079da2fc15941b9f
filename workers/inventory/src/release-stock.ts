import { InventoryReleased } from '@orderflow/contracts';
import { type HandlerContext, ignore, type Outcome, type SaidBy } from '@orderflow/runtime';
import { decideOnEnded, type Reservation } from './decide-reservation.ts';
import type { Deps } from './deps.ts';
import type { inventory } from './worker.ts';

/** What order.cancelled and a final payment.declined have in common: the order ended, its stock goes back. */
export async function releaseStock(
  deps: Deps,
  ended: { orderId: string; reason: string },
  state: Reservation | null,
  { signal }: HandlerContext,
): Promise<Outcome<Reservation, SaidBy<typeof inventory>>> {
  const { orderId, reason } = ended;
  const decision = decideOnEnded(state, reason);
  switch (decision.do) {
    case 'nothing':
      return ignore(decision.why);
    case 'leave a tombstone':
      return { state: decision.reservation };
    case 'claim':
      // Won or lost, the document has moved: this commit misses and we are called again with what is there now.
      await deps.claims.end(orderId, { status: 'releasing', reason });
      return { state: decision.reservation };
    case 'release': {
      const { lines, reason: claimed } = decision.reservation;
      await deps.stock.giveBack(orderId, lines, signal);
      return {
        state: { status: 'released', lines, reason: claimed },
        say: [InventoryReleased.of({ lines: [...lines], reason: claimed })],
      };
    }
  }
}
