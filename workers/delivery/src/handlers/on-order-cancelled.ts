import type { EventOf, OrderCancelled } from '@orderflow/contracts';
import { change, type Decision, type HandlerContext, ignore } from '@orderflow/runtime';
import { cancelParcels, cancelUnknown } from '../cancel.ts';
import { afterCancelling, afterTries, decideOnCancelled, mayHaveMore } from '../decide-cancellation.ts';
import { type Deps, momentOf } from '../deps.ts';
import type { Said } from '../facts.ts';
import type { OrderShipments } from '../order-shipments.ts';

/** Cancels at the carrier what is still live; before the order was confirmed here, leaves a tombstone so that it never ships. */
export async function onOrderCancelled(
  deps: Deps,
  { subject, data: { reason } }: EventOf<typeof OrderCancelled>,
  state: OrderShipments | null,
  context: HandlerContext,
): Promise<Decision<OrderShipments, Said>> {
  const decision = decideOnCancelled(state, reason);
  switch (decision.kind) {
    case 'nothing':
      return ignore(decision.why);
    case 'leave_a_tombstone':
      return change(decision.state);
    case 'cancel': {
      if (mayHaveMore(decision.state)) await cancelUnknown(deps, subject, decision.state, context);
      const answers = await cancelParcels(deps, decision.state, context);
      const at = momentOf(deps, context);
      const how = { reason, asked: false, open: false, askAt: afterTries(at) };
      const outcome = afterCancelling(decision.state, answers, how, at);
      if (outcome.say.length > 0) context.log.warn({ reason }, 'a parcel of a cancelled order has left');
      return change(outcome.state, outcome.say);
    }
  }
}
