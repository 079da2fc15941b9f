import { type EventOf, type OrderCancelRequested, ShipmentCancelled } from '@orderflow/contracts';
import { followScans } from './decide-scan.ts';
import { cancelledShipment } from './decide-shipping.ts';
import type { Moment } from './decide-silence.ts';
import type { Said } from './facts.ts';
import * as facts from './facts.ts';
import {
  type CalledOff,
  type Cancelled,
  type Curtailed,
  hasLeft,
  never,
  type OrderShipments,
  type Scan,
  type ShipmentThat,
  type Shipping,
  withShipment,
} from './order-shipments.ts';

type Nothing = { readonly do: 'nothing'; readonly why: string };
type Tombstone = { readonly do: 'leave a tombstone'; readonly state: CalledOff };
type Cancel = { readonly do: 'cancel'; readonly state: Shipping };

/** order.cancel_requested. Only a confirmed order waits for our answer; of a pending one nothing can be with the carrier. */
export function decideOnCancelRequested(
  state: OrderShipments | null,
  { stage, reason }: Pick<EventOf<typeof OrderCancelRequested>['data'], 'stage' | 'reason'>,
): Tombstone | { readonly do: 'answer first'; readonly state: CalledOff } | Cancel | Nothing {
  if (!state) {
    const calledOff: CalledOff = { status: 'called_off', reason };
    return { do: stage === 'pending' ? 'leave a tombstone' : 'answer first', state: calledOff };
  }
  switch (state.status) {
    case 'called_off':
    case 'curtailed':
    case 'cancelled':
      return { do: 'nothing', why: `it is ${state.status} already` };
    case 'shipping':
      // An order is pending or confirmed, never both: order.cancelled calls off what is left of it.
      return stage === 'pending' ? { do: 'nothing', why: 'it was confirmed' } : { do: 'cancel', state };
    default:
      return never(state);
  }
}

/** order.cancelled: usually our own answer coming back, or the order was never confirmed; else what is still live is cancelled. */
export function decideOnCancelled(state: OrderShipments | null, reason: string): Tombstone | Cancel | Nothing {
  if (!state) return { do: 'leave a tombstone', state: { status: 'called_off', reason } };
  switch (state.status) {
    case 'called_off':
    case 'curtailed':
    case 'cancelled':
      return { do: 'nothing', why: `it is ${state.status} already` };
    case 'shipping':
      return { do: 'cancel', state };
    default:
      return never(state);
  }
}

/** Parcels that wait for the carrier. */
export const waiting = (state: Shipping): readonly ShipmentThat<'created'>[] =>
  state.shipments.filter((one) => one.status === 'created');

/** A parcel may be at the carrier that we don't know yet: its inventory.reallocated is being handled or tried again. */
export const mayHaveMore = (state: Shipping): boolean =>
  state.shipments.some((one) => one.status === 'failed' && one.elsewhere);

/** The carrier cancelled the parcel, or it was too late and these are its scans. */
export type CancelAnswer = 'cancelled' | readonly Scan[];

/**
 * What the carrier's answers come to. Nothing has left: cancelled as a whole. Something has: it goes its way and
 * is said to have left at once, and each parcel that was cancelled has failed on its own.
 * @param answers for every parcel that waited, by parcel id
 * @param asked whether somebody waits for our answer
 */
export function afterCancelling(
  before: Shipping,
  answers: ReadonlyMap<string, CancelAnswer>,
  { reason, asked }: { reason: string; asked: boolean },
  at: Moment,
): { readonly state: Curtailed | Cancelled; readonly say: readonly Said[] } {
  let state = before;
  const left: Said[] = [];
  const cancelled: Said[] = [];
  for (const shipment of waiting(before)) {
    const answer = answers.get(shipment.parcelId);
    if (answer === undefined) throw new TypeError(`No answer about parcel ${shipment.parcelId}`);
    if (answer === 'cancelled') {
      const off = { ...cancelledShipment(shipment, reason), parcel: shipment.parcel };
      state = withShipment(state, off);
      cancelled.push(facts.cancelledParcel(off));
    } else {
      const followed = followScans(state, shipment.parcel.shipmentId, answer, at);
      state = followed.state;
      left.push(...followed.say);
    }
  }
  if (state.shipments.some(hasLeft)) {
    return { state: { ...state, status: 'curtailed', reason }, say: [...left, ...(asked ? cancelled : [])] };
  }
  return { state: { ...state, status: 'cancelled', reason }, say: asked ? [ShipmentCancelled.of({ reason })] : [] };
}
