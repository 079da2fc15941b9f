import type { EventOf, OrderCancelRequested } from '@orderflow/contracts';
import { change, ignore } from '@orderflow/runtime';
import { type Answer, answerOf, type Cancellation } from './decide-cancellation-answer.ts';
import { cancelledShipment } from './decide-shipping.ts';
import type { Moment } from './decide-timeout.ts';
import type { CarrierStep, DeliveryDecision, DeliveryEvent } from './decision.ts';
import { followScans } from './evolve-shipments.ts';
import {
  type Confirmed,
  isReserved,
  never,
  type OrderShipments,
  type Scan,
  type ShipmentThat,
  type Unconfirmed,
  withShipment,
} from './order-shipments.ts';

/**
 * order.cancel_requested. Only a confirmed order waits for our answer; of a pending one nothing can be with the
 * carrier. Of one whose order.confirmed is still to be handled nothing is answered: a try may be creating its parcels.
 */
export function decideOnCancelRequested(
  state: OrderShipments | null,
  { stage, reason }: Pick<EventOf<typeof OrderCancelRequested>['data'], 'stage' | 'reason'>,
  at: Moment,
): DeliveryDecision | CarrierStep {
  if (!state || state.status === 'unconfirmed') {
    if (stage === 'pending') return change({ status: 'cancelled_early', reason });
    const outcome = change({ status: 'cancel_pending', reason, askAt: afterTimeout(at).toISOString() } as const);
    return { kind: 'cancel_unknown', outcome };
  }
  // An order is pending or confirmed, never both: order.cancelled cancels what is left of it.
  if (state.status === 'shipping' && stage === 'pending') return ignore('it was confirmed');
  return cancelIfShipping(state, { reason, asked: true });
}

/** order.cancelled: usually our own answer coming back, or the order was never confirmed; else what is still live is cancelled. */
export function decideOnCancelled(state: OrderShipments | null, reason: string): DeliveryDecision | CarrierStep {
  if (!state || state.status === 'unconfirmed') return change({ status: 'cancelled_early', reason });
  return cancelIfShipping(state, { reason, asked: false });
}

function cancelIfShipping(
  state: Exclude<OrderShipments, Unconfirmed>,
  how: { readonly reason: string; readonly asked: boolean },
): DeliveryDecision | CarrierStep {
  switch (state.status) {
    case 'cancelled_early':
    case 'cancel_pending':
    case 'cancelling':
    case 'partially_cancelled':
    case 'cancelled':
      return ignore(`it is ${state.status} already`);
    case 'shipping':
      return { kind: 'cancel', state, ...how };
    default:
      return never(state);
  }
}

/** Long enough for a try that was under way when the cancellation was stored to be over, or at the carrier. */
const UNDER_WAY_MS = 2 * 60_000;
export const afterTries = ({ now }: Moment): Date => new Date(now.getTime() + UNDER_WAY_MS);
export const afterTimeout = ({ now, scanTimeoutMs }: Moment): Date => new Date(now.getTime() + scanTimeoutMs);

/** Parcels that wait for the carrier. */
export const waiting = (state: Confirmed): readonly ShipmentThat<'created'>[] =>
  state.shipments.filter((one) => one.status === 'created');

/**
 * A parcel may be at the carrier that we don't know yet: its inventory.reallocated, or payment.secured, is being handled
 * or tried again. Not where the order is unsecured: then the handler that made one meanwhile finds that, and cancels it.
 */
export const mayHaveMore = (state: Confirmed): boolean =>
  state.payment?.status !== 'unsecured' &&
  state.shipments.some((one) => isReserved(one) || (one.status === 'failed' && one.elsewhere));

/** The carrier cancelled the parcel, or it was too late and these are its scans; none: it will be scanned. */
export type CancelAnswer = 'cancelled' | readonly Scan[];

/**
 * What the carrier's answers come to; of what has left, shipment.dispatched is published at once.
 * @param before with every parcel, also those that are not stored yet
 * @param answers for every parcel that waited, by parcel id
 */
export function afterCancelling(
  before: Confirmed,
  answers: ReadonlyMap<string, CancelAnswer>,
  { stored = before, ...how }: Cancellation & { readonly stored?: Confirmed },
  at: Moment,
): Answer {
  let state = before;
  let unclear = false;
  const left: DeliveryEvent[] = [];
  for (const shipment of waiting(before)) {
    const answer = answers.get(shipment.parcelId);
    if (answer === undefined) throw new TypeError(`No answer about parcel ${shipment.parcelId}`);
    if (answer === 'cancelled') {
      state = withShipment(state, { ...cancelledShipment(shipment, how.reason), parcel: shipment.parcel });
    } else {
      const followed = followScans(state, shipment.parcel.shipmentId, answer, at);
      state = followed.state;
      left.push(...followed.say);
      unclear ||= answer.length === 0;
    }
  }
  const answer = answerOf(stored, state, { ...how, open: how.open || unclear });
  return { ...answer, say: [...left, ...answer.say] };
}
