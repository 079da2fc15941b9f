import { type EventOf, ShipmentCancelled } from '@orderflow/contracts';
import { change, type DeadlinePassed, type HandlerContext, ignore } from '@orderflow/runtime';
import { cancelParcels, cancelUnknown, parcelsAtCarrier } from '../cancel.ts';
import { afterCancelling, afterTimeout, waiting } from '../decide-cancellation.ts';
import { afterAsking, type CarrierAnswer } from '../decide-carrier-answer.ts';
import { overdue } from '../decide-timeout.ts';
import type { DeliveryDecision } from '../decision.ts';
import { type Deps, momentOf } from '../deps.ts';
import { createdSince } from '../facts.ts';
import {
  type Cancelling,
  type CancelPending,
  type Confirmed,
  isReserved,
  type OrderShipments,
  withShipments,
} from '../order-shipments.ts';

/** A parcel was not scanned, or the event that was to answer a cancellation has not come, for long: the carrier is asked. */
export async function onDeadlinePassed(
  deps: Deps,
  { subject, data }: EventOf<typeof DeadlinePassed>,
  state: OrderShipments | null,
  context: HandlerContext,
): Promise<DeliveryDecision> {
  if (!state || state.status === 'cancelled_early' || state.status === 'unconfirmed')
    return ignore('nothing is under way');
  // A replica whose clock is behind must not find that it isn't time yet: the deadline would never pass again.
  const now = new Date(Math.max(context.now.getTime(), Date.parse(data.at)));
  if (state.status === 'cancel_pending' || state.status === 'cancelling') {
    return stillToCancel(deps, subject, state, now, context);
  }
  const answers = new Map<string, CarrierAnswer | null>();
  for (const shipmentId of overdue(state, now)) {
    answers.set(shipmentId, await deps.carrier.status(shipmentId, context.signal));
  }
  const { ignored, ...outcome } = afterAsking(state, answers, momentOf(deps, { now }));
  for (const shipmentId of givenUp(state, outcome.state)) {
    const answer = await deps.carrier.cancel(shipmentId, context.signal);
    if (answer === 'too late') context.log.warn({ shipmentId }, 'given up, though the carrier has it by now');
  }
  for (const [shipmentId, answer] of answers) {
    if (answer === null) context.log.warn({ shipmentId }, 'the carrier does not know the shipment');
  }
  for (const { reason } of ignored.filter(({ contradicts }) => contradicts)) {
    context.log.warn({ why: reason }, 'not followed');
  }
  return change(outcome.state, outcome.say);
}

/** Shipments that waited for the carrier and don't any more: what has failed must not be picked up afterwards. */
const givenUp = (before: Confirmed, after: Confirmed): string[] =>
  waiting(before)
    .filter(({ parcelId }) => after.shipments.some((one) => one.parcelId === parcelId && one.status === 'failed'))
    .map(({ parcel }) => parcel.shipmentId);

/**
 * The event that a cancellation waited for hasn't come, nor is a try of it under way any more. What has left of it all
 * the same can't be published without that event, so it is waited for: it was dead-lettered, and staff will redrive it.
 */
async function stillToCancel(
  deps: Deps,
  orderId: string,
  state: CancelPending | Cancelling,
  now: Date,
  context: HandlerContext,
): Promise<DeliveryDecision> {
  const at = momentOf(deps, { now });
  const { reason } = state;
  const found =
    state.status === 'cancelling'
      ? await parcelsAtCarrier(deps, orderId, state.shipments.filter(isReserved), context)
      : [];
  const known = state.status === 'cancelling' ? withShipments(state, found) : null;
  const left = await cancelUnknown(deps, orderId, known, context);
  if (left.length > 0) context.log.warn({ left }, 'parcels have left that are not stored: their event is missing');
  if (known) {
    const answers = await cancelParcels(deps, known, context);
    const how = { reason, asked: true, open: left.length > 0, askAt: afterTimeout(at) };
    const outcome = afterCancelling(known, answers, how, at);
    return change(outcome.state, [...createdSince(found, outcome.state), ...outcome.say]);
  }
  if (left.length > 0) return change({ ...state, askAt: afterTimeout(at).toISOString() });
  return change({ status: 'cancelled_early', reason }, [ShipmentCancelled.of({ reason })]);
}
