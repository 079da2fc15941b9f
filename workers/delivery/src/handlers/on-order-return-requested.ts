import type { EventOf, OrderReturnRequested } from '@orderflow/contracts';
import { change, type Decision, type HandlerContext, ignore, wait } from '@orderflow/runtime';
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
): Promise<Decision<OrderShipments, Said>> {
  const decision = decideOnReturn(state, event.data);
  switch (decision.kind) {
    case 'nothing':
      return ignore(decision.why);
    case 'wait':
      return wait(decision.why);
    case 'refuse':
      return change(decision.state, [returnFailed(decision.failed)]);
    case 'take_back': {
      const one = await takeBack(deps, event, decision, context);
      const say = one.status === 'created' ? returnCreated(one) : returnFailed(one);
      return change({ ...decision.state, returns: [...decision.state.returns, one] }, [say]);
    }
  }
}
