import type { EventOf, OrderCancelled } from '@orderflow/contracts';
import { type HandlerContext, ignore, type Outcome } from '@orderflow/runtime';
import { cancelParcels } from '../cancel.ts';
import { afterCancelling, decideOnCancelled } from '../decide-cancellation.ts';
import { type Deps, momentOf } from '../deps.ts';
import type { Said } from '../facts.ts';
import type { OrderShipments } from '../order-shipments.ts';

/** Cancels at the carrier what is still live; before the order was confirmed here, leaves a tombstone so that it never ships. */
export async function onOrderCancelled(
  deps: Deps,
  { subject, data: { reason } }: EventOf<typeof OrderCancelled>,
  state: OrderShipments | null,
  context: HandlerContext,
): Promise<Outcome<OrderShipments, Said>> {
  const decision = decideOnCancelled(state, reason);
  switch (decision.do) {
    case 'nothing':
      return ignore(decision.why);
    case 'leave a tombstone':
      return { state: decision.state };
    case 'cancel': {
      const answers = await cancelParcels(deps, subject, decision.state, context);
      const outcome = afterCancelling(decision.state, answers, { reason, asked: false }, momentOf(deps, context));
      if (outcome.say.length > 0) context.log.warn({ reason }, 'a parcel of a cancelled order has left');
      return outcome;
    }
  }
}
