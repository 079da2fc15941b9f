import { type EventOf, ShipmentCancelled } from '@orderflow/contracts';
import { change, type DeadlinePassed, type Decision, type HandlerContext, ignore } from '@orderflow/runtime';
import { cancelParcels, cancelUnknown, reservedAtCarrier } from '../cancel.ts';
import { afterAsking, type Told } from '../decide-asked.ts';
import { afterCancelling, afterSilence, waiting } from '../decide-cancellation.ts';
import { silent } from '../decide-silence.ts';
import { type Deps, momentOf } from '../deps.ts';
import { createdSince, type Said } from '../facts.ts';
import {
  type Cancelling,
  type Confirmed,
  type OrderShipments,
  type ToCallOff,
  withShipments,
} from '../order-shipments.ts';

/** A parcel, or the event that was to answer a cancellation, has been silent for long: the carrier is asked. */
export async function onDeadlinePassed(
  deps: Deps,
  { subject, data }: EventOf<typeof DeadlinePassed>,
  state: OrderShipments | null,
  context: HandlerContext,
): Promise<Decision<OrderShipments, Said>> {
  if (!state || state.status === 'called_off' || state.status === 'unconfirmed') return ignore('nothing is under way');
  // A replica whose clock is behind must not find that it isn't time yet: the deadline would never pass again.
  const now = new Date(Math.max(context.now.getTime(), Date.parse(data.at)));
  if (state.status === 'to_call_off' || state.status === 'cancelling') {
    return stillToCancel(deps, subject, state, now, context);
  }
  const answers = new Map<string, Told | null>();
  for (const shipmentId of silent(state, now)) {
    answers.set(shipmentId, await deps.carrier.status(shipmentId, context.signal));
  }
  const { ignored, ...outcome } = afterAsking(state, answers, momentOf(deps, { now }));
  for (const shipmentId of givenUp(state, outcome.state)) {
    const answer = await deps.carrier.cancel(shipmentId, context.signal);
    if (answer === 'too late') context.log.warn({ shipmentId }, 'given up, though the carrier has it by now');
  }
  for (const [shipmentId, told] of answers) {
    if (told === null) context.log.warn({ shipmentId }, 'the carrier does not know the shipment');
  }
  for (const { why } of ignored.filter(({ odd }) => odd)) context.log.warn({ why }, 'not followed');
  return change(outcome.state, outcome.say);
}

/** Shipments that waited for the carrier and don't any more: what has failed must not be picked up afterwards. */
const givenUp = (before: Confirmed, after: Confirmed): string[] =>
  waiting(before)
    .filter(({ parcelId }) => after.shipments.some((one) => one.parcelId === parcelId && one.status === 'failed'))
    .map(({ parcel }) => parcel.shipmentId);

/**
 * The event that a wish waited for hasn't come, nor is a try of it under way any more. What has left of it all the
 * same can't be told without that event, so it is waited for: it was dead-lettered, and people will send it again.
 */
async function stillToCancel(
  deps: Deps,
  orderId: string,
  state: ToCallOff | Cancelling,
  now: Date,
  context: HandlerContext,
): Promise<Decision<OrderShipments, Said>> {
  const at = momentOf(deps, { now });
  const { reason } = state;
  const found = state.status === 'cancelling' ? await reservedAtCarrier(deps, orderId, state, context) : [];
  const known = state.status === 'cancelling' ? withShipments(state, found) : null;
  const left = await cancelUnknown(deps, orderId, known, context);
  if (left.length > 0) context.log.warn({ left }, 'parcels have left that are not stored: their event is missing');
  if (known) {
    const answers = await cancelParcels(deps, known, context);
    const how = { reason, asked: true, open: left.length > 0, askAt: afterSilence(at) };
    const outcome = afterCancelling(known, answers, how, at);
    return change(outcome.state, [...createdSince(found, outcome.state), ...outcome.say]);
  }
  if (left.length > 0) return change({ ...state, askAt: afterSilence(at).toISOString() });
  return change({ status: 'called_off', reason }, [ShipmentCancelled.of({ reason })]);
}
