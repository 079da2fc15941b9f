import { type EventOf, InventoryCommitted, type ShipmentDispatched } from '@orderflow/contracts';
import {
  type HandlerContext,
  ignore,
  NotYetError,
  type Outcome,
  PermanentError,
  type SaidBy,
} from '@orderflow/runtime';
import { decideOnDispatched } from '../decide-reservation.ts';
import type { Deps } from '../deps.ts';
import { asParcel, holdsOf, type Reservation, settled, withParcel } from '../reservation.ts';
import type { inventory } from '../worker.ts';

/** Takes the parcel's held stock out of its warehouse's count. */
export async function onShipmentDispatched(
  { stock, claims }: Deps,
  event: EventOf<typeof ShipmentDispatched>,
  state: Reservation | null,
  { now, signal }: HandlerContext,
): Promise<Outcome<Reservation, SaidBy<typeof inventory>>> {
  const orderId = event.subject;
  const { parcelId } = event.data;
  const decision = decideOnDispatched(state, parcelId);
  switch (decision.do) {
    case 'nothing':
      return ignore(decision.why);
    case 'wait':
      throw new NotYetError(decision.why);
    case 'refuse':
      // Parked on purpose: a parcel left that nobody accounts for, and only a person can say what became of it.
      throw new PermanentError(decision.why);
    case 'claim':
      await claims.move(orderId, state as Reservation, decision.reservation, now);
      return { state: decision.reservation };
    case 'commit': {
      const { reservation, parcel } = decision;
      for (const hold of holdsOf(parcel)) {
        signal.throwIfAborted();
        await stock.take(orderId, hold);
      }
      const { parcels } = withParcel(reservation, parcelId, { status: 'committed' });
      const next = reservation.status === 'releasing' ? { ...reservation, parcels } : settled(reservation, parcels);
      return { state: next, say: [InventoryCommitted.of(asParcel(parcel))] };
    }
  }
}
