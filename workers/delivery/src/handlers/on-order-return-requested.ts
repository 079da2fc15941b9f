import type { EventOf, OrderReturnRequested } from '@orderflow/contracts';
import { type HandlerContext, ignore, NotYetError, type Outcome } from '@orderflow/runtime';
import { decideOnReturn } from '../decide-return.ts';
import type { Deps } from '../deps.ts';
import { returnCreated, returnFailed, type Said } from '../facts.ts';
import type { OrderShipments } from '../order-shipments.ts';
import { takeBack } from '../take-back.ts';

/** Orders the shipment that brings lines back to a warehouse. */
export async function onOrderReturnRequested(
  deps: Deps,
  event: EventOf<typeof OrderReturnRequested>,
  state: OrderShipments | null,
  context: HandlerContext,
): Promise<Outcome<OrderShipments, Said>> {
  const decision = decideOnReturn(state, event.data);
  switch (decision.do) {
    case 'nothing':
      return ignore(decision.why);
    case 'wait':
      throw new NotYetError(decision.why);
    case 'refuse':
      return { state: decision.state, say: [returnFailed(decision.failed)] };
    case 'take back': {
      const one = await takeBack(deps, event, decision, context);
      const say = one.status === 'created' ? returnCreated(one) : returnFailed(one);
      return { state: { ...decision.state, returns: [...decision.state.returns, one] }, say: [say] };
    }
  }
}
