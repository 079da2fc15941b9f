import type { EventOf } from '@orderflow/contracts';
import {
  change,
  type DeadlinePassed,
  type Decision,
  type HandlerContext,
  ignore,
  type SaidBy,
} from '@orderflow/runtime';
import { decideOnDeadline } from '../decide-deadline.ts';
import { unmarked } from '../decide-restock.ts';
import type { Deps } from '../deps.ts';
import { holdInstead, lookElsewhere, releaseParcel } from '../replace-parcel.ts';
import type { Reservation } from '../reservation.ts';
import type { inventory } from '../worker.ts';

/** Tries a parcel again that no warehouse could send: in others, or where it is. Takes marks away that have served. */
export async function onDeadlinePassed(
  deps: Deps,
  { subject: orderId }: EventOf<typeof DeadlinePassed>,
  state: Reservation | null,
  context: HandlerContext,
): Promise<Decision<Reservation, SaidBy<typeof inventory>>> {
  const decision = decideOnDeadline(state);
  if (decision.kind === 'nothing') return ignore(decision.why);
  if (decision.kind === 'forget') {
    const { reservation, restock } = decision;
    for (const line of restock.stock) await deps.stock.forget(restock.refundId, line);
    return change(unmarked(reservation, restock));
  }
  const cause = { orderId, reason: decision.parcel.reason ?? 'no warehouse could send it' };
  switch (decision.kind) {
    case 'look_elsewhere':
      return lookElsewhere(deps, cause, decision, context);
    case 'hold_instead':
      return holdInstead(deps, cause, decision, context);
    case 'release':
      return releaseParcel(deps, cause, decision, context);
  }
}
