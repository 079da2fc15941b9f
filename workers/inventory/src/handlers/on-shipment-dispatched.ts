import { type EventOf, InventoryCommitted, type ShipmentDispatched } from '@orderflow/contracts';
import {
  type HandlerContext,
  ignore,
  NotYetError,
  type Outcome,
  PermanentError,
  type SaidBy,
} from '@orderflow/runtime';
import { decideOnDispatched, type Reservation } from '../decide-reservation.ts';
import type { Deps } from '../deps.ts';
import type { inventory } from '../worker.ts';

/** Takes the held stock out of the warehouse's count. */
export async function onShipmentDispatched(
  deps: Deps,
  event: EventOf<typeof ShipmentDispatched>,
  state: Reservation | null,
  { signal }: HandlerContext,
): Promise<Outcome<Reservation, SaidBy<typeof inventory>>> {
  const orderId = event.subject;
  const decision = decideOnDispatched(state);
  switch (decision.do) {
    case 'nothing':
      return ignore(decision.why);
    case 'wait':
      throw new NotYetError(decision.why);
    case 'refuse':
      // Parked on purpose: a parcel left that nobody accounts for, and only a person can say what became of it.
      throw new PermanentError(decision.why);
    case 'claim':
      // Won or lost, the document has moved: this commit misses and we are called again with what is there now.
      await deps.claims.end(orderId, { status: 'committing' });
      return { state: decision.reservation };
    case 'commit': {
      const { lines } = decision.reservation;
      await deps.stock.take(orderId, lines, signal);
      const said = InventoryCommitted.of({ lines: [...lines], reason: 'dispatched' });
      return { state: { ...decision.reservation, status: 'committed' }, say: [said] };
    }
  }
}
