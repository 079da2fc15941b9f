import type { EventOf, ShipmentFailed } from '@orderflow/contracts';
import { checkpoint, type Decision, flag, type HandlerContext, ignore, type SaidBy, wait } from '@orderflow/runtime';
import { decideOnDispatched, decideOnFailed } from '../decide-reservation.ts';
import type { Deps } from '../deps.ts';
import { giveBackStrays } from '../holding.ts';
import { holdInstead, lookElsewhere, releaseParcel } from '../replace-parcel.ts';
import type { Reservation } from '../reservation.ts';
import { takeParcel } from '../take-parcel.ts';
import type { inventory } from '../worker.ts';

/** Holds the goods of a parcel that its warehouse cannot send in others, lets it wait, or gives them back. */
export async function onShipmentFailed(
  deps: Deps,
  event: EventOf<typeof ShipmentFailed>,
  state: Reservation | null,
  context: HandlerContext,
): Promise<Decision<Reservation, SaidBy<typeof inventory>>> {
  const orderId = event.subject;
  const { dispatched, parcelId, elsewhere, reason } = event.data;
  const { stock } = deps;
  if (dispatched) return afterItLeft(deps, event, state, context);
  const decision = decideOnFailed(state, { parcelId, elsewhere, reason });
  switch (decision.kind) {
    case 'nothing':
      if (state && context.triedBefore) await giveBackStrays(stock, orderId, state, context);
      return ignore(decision.why);
    case 'wait':
      return wait(decision.why);
    case 'refuse':
      return flag(decision.why);
    case 'claim':
      return checkpoint(decision.reservation);
    case 'look_elsewhere':
      return lookElsewhere(deps, { orderId, reason }, decision, context);
    case 'hold_instead':
      return holdInstead(deps, { orderId, reason }, decision, context);
    case 'release':
      return releaseParcel(deps, { orderId, reason }, decision, context);
  }
}

/** A refund says what is back on the shelf. What left is taken now: the order may end before its dispatch is heard of. */
async function afterItLeft(
  deps: Deps,
  { subject: orderId, data: { parcelId } }: EventOf<typeof ShipmentFailed>,
  state: Reservation | null,
  context: HandlerContext,
): Promise<Decision<Reservation, SaidBy<typeof inventory>>> {
  const decision = decideOnDispatched(state, parcelId);
  // Whoever hears of the dispatch itself has that looked into.
  if (decision.kind === 'refuse') return ignore(decision.why);
  return takeParcel(deps, orderId, decision, context);
}
