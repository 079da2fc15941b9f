import { change, type Decision, type HandlerContext } from '@orderflow/runtime';
import { cancelParcels, cancelUnknown, mayStillArrive, reservedAtCarrier } from './cancel.ts';
import { afterStopping } from './decide-payment-word.ts';
import { type Deps, momentOf } from './deps.ts';
import { createdSince, type Said } from './facts.ts';
import { isReserved, type OrderShipments, type Shipping, withShipments } from './order-shipments.ts';

/** Payment does not vouch for the order: what is at the carrier is cancelled there, or said to have left. */
export async function stop(
  deps: Deps,
  orderId: string,
  state: Shipping,
  context: HandlerContext,
): Promise<Decision<OrderShipments, Said>> {
  const found = await reservedAtCarrier(deps, orderId, state, context);
  const known = withShipments(state, found);
  // A try that makes parcels in the place of one that failed finds this, and cancels them itself: but that may be later.
  if (known.shipments.some((one) => one.status === 'failed')) await cancelUnknown(deps, orderId, known, context);
  const answers = await cancelParcels(deps, known, context);
  const stopped = afterStopping(known, answers, momentOf(deps, context));
  if (stopped.tooLate.length > 0) {
    context.log.error({ parcels: stopped.tooLate }, 'parcels of an order that is not paid have left');
  }
  return change(stopped.state, [...createdSince(found, stopped.state), ...stopped.say]);
}

/** The same for an event of which an earlier try, when payment vouched for the order, may have made parcels. */
export async function stopAgain(
  deps: Deps,
  orderId: string,
  state: Shipping,
  context: HandlerContext,
): Promise<Decision<OrderShipments, Said>> {
  const found = await reservedAtCarrier(deps, orderId, state, context);
  mayStillArrive(found.length < state.shipments.filter(isReserved).length, context);
  return stop(deps, orderId, state, context);
}
