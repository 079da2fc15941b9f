import type { EventOf, ShipmentFailed } from '@orderflow/contracts';
import { type HandlerContext, ignore } from '@orderflow/runtime';
import { unheardEdit } from '../decide-edit.ts';
import { decideOnDispatched, decideOnFailed } from '../decide-reservation.ts';
import type { InventoryDecision } from '../decision.ts';
import type { Deps } from '../deps.ts';
import { withStockMoved } from '../move-stock.ts';
import { holdReplacement, planReplacement } from '../replace-parcel.ts';
import type { Reservation } from '../reservation.ts';

/** Holds the goods of a parcel that its warehouse cannot send in others, lets it wait, or releases them. */
export async function onShipmentFailed(
  deps: Deps,
  event: EventOf<typeof ShipmentFailed>,
  state: Reservation | null,
  context: HandlerContext,
): Promise<InventoryDecision> {
  const orderId = event.subject;
  const { dispatched, parcelId, elsewhere, reason } = event.data;
  const unheard = unheardEdit(state, event.data);
  if (unheard) return unheard;
  if (dispatched) return afterItLeft(deps, event, state, context);
  const decision = decideOnFailed(state, { parcelId, elsewhere, reason, triedBefore: context.triedBefore });
  switch (decision.kind) {
    case 'reallocate':
      return planReplacement(deps, { orderId, reason }, decision, context);
    case 'hold_replacement':
      return holdReplacement(deps, { orderId, reason }, decision, context);
    default:
      return withStockMoved(deps, orderId, decision, context);
  }
}

/** A refund says what is back on the shelf. What left is taken now: the order may end before its dispatch is heard of. */
async function afterItLeft(
  deps: Deps,
  { subject: orderId, data }: EventOf<typeof ShipmentFailed>,
  state: Reservation | null,
  context: HandlerContext,
): Promise<InventoryDecision> {
  const decision = decideOnDispatched(state, data.parcelId);
  // The handler of the dispatch itself flags it.
  if (decision.kind === 'flag') return ignore(decision.reason);
  return withStockMoved(deps, orderId, decision, context);
}
