import type { EventOf } from '@orderflow/contracts';
import type { DeadlinePassed, HandlerContext } from '@orderflow/runtime';
import { decideOnDeadline, NO_WAREHOUSE } from '../decide-deadline.ts';
import type { InventoryDecision } from '../decision.ts';
import type { Deps } from '../deps.ts';
import { withStockMoved } from '../move-stock.ts';
import { holdReplacement, planReplacement } from '../replace-parcel.ts';
import type { Reservation } from '../reservation.ts';

/** Tries a parcel again that no warehouse could send: in others, or where it is. Removes marks that have served. */
export async function onDeadlinePassed(
  deps: Deps,
  { subject: orderId }: EventOf<typeof DeadlinePassed>,
  state: Reservation | null,
  context: HandlerContext,
): Promise<InventoryDecision> {
  const decision = decideOnDeadline(state);
  switch (decision.kind) {
    case 'reallocate':
    case 'hold_replacement': {
      const cause = { orderId, reason: decision.parcel.reason ?? NO_WAREHOUSE };
      const proceed = decision.kind === 'reallocate' ? planReplacement : holdReplacement;
      return proceed(deps, cause, decision, context);
    }
    default:
      return withStockMoved(deps, orderId, decision, context);
  }
}
