import type { EventOf, ShipmentDispatched } from '@orderflow/contracts';
import { type Decision, flag, type HandlerContext, type SaidBy } from '@orderflow/runtime';
import { decideOnDispatched } from '../decide-reservation.ts';
import type { Deps } from '../deps.ts';
import type { Reservation } from '../reservation.ts';
import { takeParcel } from '../take-parcel.ts';
import type { inventory } from '../worker.ts';

/** Takes the parcel's held stock out of its warehouse's count. */
export async function onShipmentDispatched(
  deps: Deps,
  event: EventOf<typeof ShipmentDispatched>,
  state: Reservation | null,
  context: HandlerContext,
): Promise<Decision<Reservation, SaidBy<typeof inventory>>> {
  const decision = decideOnDispatched(state, event.data.parcelId);
  // Dead-lettered on purpose: a parcel left that nobody accounts for, and only a person can say what became of it.
  if (decision.kind === 'refuse') return flag(decision.why);
  return takeParcel(deps, event.subject, decision, context);
}
