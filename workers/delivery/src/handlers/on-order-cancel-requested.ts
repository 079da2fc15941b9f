import type { EventOf, OrderCancelRequested } from '@orderflow/contracts';
import { change, type Decision, type HandlerContext, ignore } from '@orderflow/runtime';
import { cancelParcels, cancelUnknown } from '../cancel.ts';
import { afterCancelling, afterTries, decideOnCancelRequested, mayHaveMore } from '../decide-cancellation.ts';
import { type Deps, momentOf } from '../deps.ts';
import type { Said } from '../facts.ts';
import type { OrderShipments } from '../order-shipments.ts';

/** Of a confirmed order we answer: nothing leaves any more, or this has left already. Only once that is sure. */
export async function onOrderCancelRequested(
  deps: Deps,
  { subject, data }: EventOf<typeof OrderCancelRequested>,
  state: OrderShipments | null,
  context: HandlerContext,
): Promise<Decision<OrderShipments, Said>> {
  const at = momentOf(deps, context);
  const decision = decideOnCancelRequested(state, data, at);
  switch (decision.kind) {
    case 'nothing':
      return ignore(decision.why);
    case 'leave_a_tombstone':
      return change(decision.state);
    case 'leave_the_wish':
      // What a try that failed has left there must not leave while the next one is waited for.
      await cancelUnknown(deps, subject, null, context);
      return change(decision.state);
    case 'cancel': {
      const more = mayHaveMore(decision.state);
      if (more) await cancelUnknown(deps, subject, decision.state, context);
      const answers = await cancelParcels(deps, decision.state, context);
      const how = { reason: data.reason, asked: true, open: more, askAt: afterTries(at) };
      const { state: next, say } = afterCancelling(decision.state, answers, how, at);
      return change(next, say);
    }
  }
}
