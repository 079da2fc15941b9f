import type { EventOf, OrderCancelRequested } from '@orderflow/contracts';
import { type Answer, answerOf, type Cancellation } from './decide-answer.ts';
import { followScans } from './decide-scan.ts';
import { cancelledShipment } from './decide-shipping.ts';
import type { Moment } from './decide-silence.ts';
import type { Said } from './facts.ts';
import {
  type CalledOff,
  type Confirmed,
  isReserved,
  never,
  type OrderShipments,
  type Scan,
  type ShipmentThat,
  type Shipping,
  type ToCallOff,
  withShipment,
} from './order-shipments.ts';

type Nothing = { readonly kind: 'nothing'; readonly why: string };
type Tombstone = { readonly kind: 'leave_a_tombstone'; readonly state: CalledOff };
type Cancel = { readonly kind: 'cancel'; readonly state: Shipping };

/**
 * order.cancel_requested. Only a confirmed order waits for our answer; of a pending one nothing can be with the
 * carrier. Of one whose order.confirmed is still to be handled nothing is answered: a try may be creating its parcels.
 */
export function decideOnCancelRequested(
  state: OrderShipments | null,
  { stage, reason }: Pick<EventOf<typeof OrderCancelRequested>['data'], 'stage' | 'reason'>,
  at: Moment,
): Tombstone | { readonly kind: 'leave_the_wish'; readonly state: ToCallOff } | Cancel | Nothing {
  if (!state || state.status === 'unconfirmed') {
    if (stage === 'pending') return { kind: 'leave_a_tombstone', state: { status: 'called_off', reason } };
    return { kind: 'leave_the_wish', state: { status: 'to_call_off', reason, askAt: afterSilence(at).toISOString() } };
  }
  switch (state.status) {
    case 'called_off':
    case 'to_call_off':
    case 'cancelling':
    case 'curtailed':
    case 'cancelled':
      return { kind: 'nothing', why: `it is ${state.status} already` };
    case 'shipping':
      // An order is pending or confirmed, never both: order.cancelled calls off what is left of it.
      return stage === 'pending' ? { kind: 'nothing', why: 'it was confirmed' } : { kind: 'cancel', state };
    default:
      return never(state);
  }
}

/** order.cancelled: usually our own answer coming back, or the order was never confirmed; else what is still live is cancelled. */
export function decideOnCancelled(state: OrderShipments | null, reason: string): Tombstone | Cancel | Nothing {
  if (!state || state.status === 'unconfirmed')
    return { kind: 'leave_a_tombstone', state: { status: 'called_off', reason } };
  switch (state.status) {
    case 'called_off':
    case 'to_call_off':
    case 'cancelling':
    case 'curtailed':
    case 'cancelled':
      return { kind: 'nothing', why: `it is ${state.status} already` };
    case 'shipping':
      return { kind: 'cancel', state };
    default:
      return never(state);
  }
}

/** Long enough for a try that was under way when the wish was stored to be over, or at the carrier. */
const UNDER_WAY_MS = 2 * 60_000;
export const afterTries = ({ now }: Moment): Date => new Date(now.getTime() + UNDER_WAY_MS);
export const afterSilence = ({ now, silenceMs }: Moment): Date => new Date(now.getTime() + silenceMs);

/** Parcels that wait for the carrier. */
export const waiting = (state: Confirmed): readonly ShipmentThat<'created'>[] =>
  state.shipments.filter((one) => one.status === 'created');

/**
 * A parcel may be at the carrier that we don't know yet: its inventory.reallocated, or payment's word, is being handled
 * or tried again. Not where payment does not vouch: then whoever made one meanwhile finds that, and cancels it.
 */
export const mayHaveMore = (state: Confirmed): boolean =>
  state.payment?.status !== 'unsecured' &&
  state.shipments.some((one) => isReserved(one) || (one.status === 'failed' && one.elsewhere));

/** The carrier cancelled the parcel, or it was too late and these are its scans; none: it will be scanned. */
export type CancelAnswer = 'cancelled' | readonly Scan[];

/**
 * What the carrier's answers come to; what has left is said to have left at once.
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
  const left: Said[] = [];
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
