import { InventoryCommitted } from '@orderflow/contracts';
import { type HandlerContext, ignore, NotYetError, type Outcome, type SaidBy } from '@orderflow/runtime';
import type { DispatchedDecision } from './decide-reservation.ts';
import type { Deps } from './deps.ts';
import { asParcel, holdsOf, type Reservation, settled, withParcel } from './reservation.ts';
import type { inventory } from './worker.ts';

/** Takes what is held for a parcel that has left out of its warehouse's count. */
export async function takeParcel(
  { stock, claims }: Deps,
  orderId: string,
  state: Reservation | null,
  decision: Exclude<DispatchedDecision, { do: 'refuse' }>,
  { now, signal }: HandlerContext,
): Promise<Outcome<Reservation, SaidBy<typeof inventory>>> {
  switch (decision.do) {
    case 'nothing':
      return ignore(decision.why);
    case 'wait':
      throw new NotYetError(decision.why);
    case 'claim':
      await claims.move(orderId, state as Reservation, decision.reservation, now);
      return { state: decision.reservation };
    case 'commit': {
      const { reservation, parcel } = decision;
      for (const hold of holdsOf(parcel)) {
        signal.throwIfAborted();
        await stock.take(orderId, hold);
      }
      const { parcels } = withParcel(reservation, parcel.parcelId, { status: 'committed' });
      const next = reservation.status === 'releasing' ? { ...reservation, parcels } : settled(reservation, parcels);
      return { state: next, say: [InventoryCommitted.of(asParcel(parcel))] };
    }
    default:
      return decision satisfies never;
  }
}
