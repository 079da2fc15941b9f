import { InventoryReleased } from '@orderflow/contracts';
import { change, checkpoint, type Decision, type HandlerContext, ignore, type SaidBy } from '@orderflow/runtime';
import { decideOnEnded } from './decide-reservation.ts';
import type { Deps } from './deps.ts';
import { giveBackStrays } from './holding.ts';
import { type Reservation, settled, summed } from './reservation.ts';
import type { inventory } from './worker.ts';

/** What all ends of an order have in common: what it still holds goes back. A tombstone says nothing. */
export async function releaseStock(
  { stock }: Deps,
  ended: { orderId: string; reason: string; left?: readonly string[] | undefined },
  state: Reservation | null,
  { signal }: HandlerContext,
): Promise<Decision<Reservation, SaidBy<typeof inventory>>> {
  const { orderId, reason, left } = ended;
  const decision = decideOnEnded(state, reason, left);
  switch (decision.kind) {
    case 'nothing':
      // A try that was dead-lettered midway may have left something.
      if (state) await giveBackStrays(stock, orderId, state, { signal });
      return ignore(decision.why);
    case 'bury':
      return checkpoint(decision.reservation);
    case 'claim':
      return checkpoint(decision.reservation);
    case 'release': {
      const { reservation } = decision;
      await giveBackStrays(stock, orderId, reservation, { signal });
      const going = reservation.parcels.filter(({ status }) => status === 'releasing');
      const lines = summed(going.flatMap((parcel) => parcel.lines));
      const parcels = reservation.parcels.map((one) =>
        going.includes(one) ? { ...one, status: 'released' as const } : one,
      );
      return change(
        settled(reservation, parcels),
        lines.length > 0 ? [InventoryReleased.of({ lines, reason: reservation.reason })] : [],
      );
    }
  }
}
