import { change, type HandlerContext, wait } from '@orderflow/runtime';
import { callMayStillArrive, cancelParcels, cancelUnknown, cancelUnrecorded, parcelsAtCarrier } from './cancel.ts';
import { afterCancelling, afterTries, mayHaveMore } from './decide-cancellation.ts';
import { afterStopping } from './decide-payment.ts';
import { cancelledShipment } from './decide-shipping.ts';
import type { CarrierStep, DeliveryDecision } from './decision.ts';
import { type Deps, momentOf } from './deps.ts';
import { editParcels } from './edit.ts';
import { answered, createdSince, returnCreated, returnFailed } from './facts.ts';
import { isReserved, withShipments } from './order-shipments.ts';
import { ship } from './ship.ts';
import { takeBack } from './take-back.ts';

/** Does at the carrier what a decision asks for, and returns the decision that the runtime carries out. */
export async function carryOut(
  deps: Deps,
  orderId: string,
  decision: DeliveryDecision | CarrierStep,
  context: HandlerContext,
): Promise<DeliveryDecision> {
  switch (decision.kind) {
    case 'ship': {
      const { state, parcels } = decision;
      const shipments = await ship(deps, { id: orderId, details: state }, parcels, context);
      return change(withShipments(state, shipments), shipments.map(answered));
    }
    case 'stop':
      return stop(deps, orderId, decision, context);
    case 'cancel':
      return cancel(deps, orderId, decision, context);
    case 'cancel_found':
      return cancelFound(deps, orderId, decision, context);
    case 'cancel_unknown':
      // What a try that failed has left there must not leave while the next one is waited for.
      await cancelUnknown(deps, orderId, null, context);
      return decision.outcome;
    case 'cancel_unrecorded':
      return (await cancelUnrecorded(deps, orderId, decision.state, context)) ? decision.outcome : STILL_ON_ITS_WAY;
    case 'edit':
      return editParcels(deps, orderId, decision, context);
    case 'take_back': {
      const { state } = decision;
      const one = await takeBack(deps, orderId, decision, context);
      const published = one.status === 'created' ? returnCreated(one) : returnFailed(one);
      return change({ ...state, returns: [...state.returns, one] }, [published]);
    }
    default:
      return decision;
  }
}

type Step<Kind extends CarrierStep['kind']> = Extract<CarrierStep, { kind: Kind }>;

const STILL_ON_ITS_WAY = wait('nothing is to be sent, and an earlier try may still reach the carrier');

async function stop(
  deps: Deps,
  orderId: string,
  { state, wasSecured }: Step<'stop'>,
  context: HandlerContext,
): Promise<DeliveryDecision> {
  const reserved = state.shipments.filter(isReserved);
  const found = await parcelsAtCarrier(deps, orderId, reserved, context);
  if (wasSecured && found.length < reserved.length && callMayStillArrive(context)) return STILL_ON_ITS_WAY;
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

async function cancel(
  deps: Deps,
  orderId: string,
  { state, reason, asked }: Step<'cancel'>,
  context: HandlerContext,
): Promise<DeliveryDecision> {
  const more = mayHaveMore(state);
  if (more) await cancelUnknown(deps, orderId, state, context);
  const answers = await cancelParcels(deps, state, context);
  const at = momentOf(deps, context);
  const how = { reason, asked, open: asked && more, askAt: afterTries(at) };
  const outcome = afterCancelling(state, answers, how, at);
  if (!asked && outcome.say.length > 0) context.log.warn({ reason }, 'a parcel of a cancelled order has left');
  return change(outcome.state, outcome.say);
}

async function cancelFound(
  deps: Deps,
  orderId: string,
  { state, parcels, reason, asked }: Step<'cancel_found'>,
  context: HandlerContext,
): Promise<DeliveryDecision> {
  const made = await parcelsAtCarrier(deps, orderId, parcels, context);
  if (made.length < parcels.length && callMayStillArrive(context)) return STILL_ON_ITS_WAY;
  const shipments = parcels.map(
    (one) => made.find(({ parcelId }) => parcelId === one.parcelId) ?? cancelledShipment(one, reason),
  );
  const found = withShipments(state, shipments);
  const answers = await cancelParcels(deps, found, context);
  const at = momentOf(deps, context);
  const how = { reason, asked, open: asked && mayHaveMore(found), askAt: afterTries(at), stored: state };
  const outcome = afterCancelling(found, answers, how, at);
  if (!asked && outcome.state.status !== 'cancelled') context.log.warn('a parcel of a cancelled order has left');
  return change(outcome.state, [...createdSince(shipments, outcome.state), ...outcome.say]);
}
