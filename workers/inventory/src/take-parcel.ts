import { InventoryCommitted } from '@orderflow/contracts';
import { change, checkpoint, type Decision, type HandlerContext, ignore, type SaidBy, wait } from '@orderflow/runtime';
import type { DispatchedDecision } from './decide-reservation.ts';
import type { Deps } from './deps.ts';
import { asParcel, holdsOf, type Reservation, settled, withParcel } from './reservation.ts';
import type { inventory } from './worker.ts';

/** Takes what is held for a parcel that has left out of its warehouse's count. */
export async function takeParcel(
  { stock }: Deps,
  orderId: string,
  decision: Exclude<DispatchedDecision, { kind: 'refuse' }>,
  { signal }: HandlerContext,
): Promise<Decision<Reservation, SaidBy<typeof inventory>>> {
  switch (decision.kind) {
    case 'nothing':
      return ignore(decision.why);
    case 'wait':
      return wait(decision.why);
    case 'claim':
      return checkpoint(decision.reservation);
    case 'commit': {
      const { reservation, parcel } = decision;
      for (const hold of holdsOf(parcel)) {
        signal.throwIfAborted();
        await stock.take(orderId, hold);
      }
      const { parcels } = withParcel(reservation, parcel.parcelId, { status: 'committed' });
      const next = reservation.status === 'releasing' ? { ...reservation, parcels } : settled(reservation, parcels);
      return change(next, [InventoryCommitted.of(asParcel(parcel))]);
    }
    default:
      return decision satisfies never;
  }
}
