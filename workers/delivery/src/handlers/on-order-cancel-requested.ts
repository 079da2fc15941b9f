import { type EventOf, type OrderCancelRequested, ShipmentCancelled } from '@orderflow/contracts';
import { type HandlerContext, ignore, type Outcome } from '@orderflow/runtime';
import { cancelParcels, cancelUnknown } from '../cancel.ts';
import { afterCancelling, decideOnCancelRequested } from '../decide-cancellation.ts';
import { type Deps, momentOf } from '../deps.ts';
import type { Said } from '../facts.ts';
import type { OrderShipments } from '../order-shipments.ts';

/** Of a confirmed order we answer first: nothing leaves any more, or this has left already. */
export async function onOrderCancelRequested(
  deps: Deps,
  { subject, data }: EventOf<typeof OrderCancelRequested>,
  state: OrderShipments | null,
  context: HandlerContext,
): Promise<Outcome<OrderShipments, Said>> {
  const decision = decideOnCancelRequested(state, data);
  const { reason } = data;
  switch (decision.do) {
    case 'nothing':
      return ignore(decision.why);
    case 'leave a tombstone':
      return { state: decision.state };
    case 'answer first':
      await cancelUnknown(deps, subject, null, context);
      return { state: decision.state, say: [ShipmentCancelled.of({ reason })] };
    case 'cancel': {
      const answers = await cancelParcels(deps, subject, decision.state, context);
      return afterCancelling(decision.state, answers, { reason, asked: true }, momentOf(deps, context));
    }
  }
}
