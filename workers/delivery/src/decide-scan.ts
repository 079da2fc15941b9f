import type { ScanStatus } from '@orderflow/contracts';
import { answerOf } from './decide-answer.ts';
import { heard, type Moment } from './decide-silence.ts';
import type { Said } from './facts.ts';
import * as facts from './facts.ts';
import {
  type CarrierParcel,
  type Confirmed,
  hasLeft,
  never,
  type OrderShipments,
  type Return,
  type Scan,
  type Shipment,
  type ShipmentThat,
  withReturn,
  withShipment,
} from './order-shipments.ts';

/** How far a parcel has come. An attempt that failed is followed by another, so those two change by time. */
const RANKS: Readonly<Record<ScanStatus, number>> = {
  picked_up: 1,
  in_transit: 2,
  out_for_delivery: 3,
  delivery_failed: 3,
  delivered: 4,
  lost: 4,
  returned_to_sender: 4,
};

/** What one scan changes. `odd`: it contradicts what was said, and people may want to know. */
type Step<Now> =
  | { readonly is: Now; readonly say: readonly Said[] }
  | { readonly ignored: string; readonly odd: boolean }
  | { readonly refused: string };

export interface Followed<S> {
  readonly state: S;
  readonly say: readonly Said[];
  readonly ignored: readonly { readonly why: string; readonly odd: boolean }[];
}

export type ScanDecision =
  | { readonly kind: 'wait' | 'refuse'; readonly why: string }
  /** The order is known, the shipment isn't: the carrier can say whether it is ours. */
  | { readonly kind: 'look_up' }
  | { readonly kind: 'nothing'; readonly why: string; readonly odd: boolean }
  | { readonly kind: 'follow'; readonly state: Confirmed; readonly say: readonly Said[] };

/** carrier.scan: a parcel only goes forward, and its first scan, whichever it is, tells that it has left. */
export function decideOnScan(state: OrderShipments | null, shipmentId: string, scan: Scan, at: Moment): ScanDecision {
  if (!state) return { kind: 'wait', why: 'its shipment is not known yet' };
  if (state.status === 'to_call_off' || state.status === 'unconfirmed')
    return { kind: 'wait', why: 'its order is not confirmed here yet' };
  if (state.status === 'called_off' || !carried(state, shipmentId)) return { kind: 'look_up' };
  const step = stepOf(state, shipmentId, scan, at);
  if ('refused' in step) return { kind: 'refuse', why: step.refused };
  if ('ignored' in step) return { kind: 'nothing', why: step.ignored, odd: step.odd };
  return { kind: 'follow', ...whatFollows(state, step.is, step.say, at) };
}

/** Something has left of an order that was to be cancelled, or that we had called cancelled. */
function whatFollows(before: Confirmed, is: Confirmed, say: readonly Said[], { now: askAt }: Moment) {
  if (!(is.status === 'cancelling' || is.status === 'cancelled') || !is.shipments.some(hasLeft)) {
    return { state: is, say };
  }
  const asked = is.status === 'cancelling';
  const answer = answerOf(before, is, { reason: is.reason, asked, open: true, askAt });
  return { ...answer, say: [...say, ...answer.say] };
}

/**
 * The carrier has, or had, a shipment for a parcel that for us was stopped or had failed for good: then that is the
 * one that left. Undefined: the parcel is another's, or not known.
 */
export function adopted(state: OrderShipments, parcelId: string, parcel: CarrierParcel): Confirmed | undefined {
  if (!('shipments' in state)) return undefined;
  const one = state.shipments.find((shipment) => shipment.parcelId === parcelId);
  if (one?.status !== 'cancelled' && !(one?.status === 'failed' && !one.elsewhere)) return undefined;
  const { warehouse, lines, reason } = one;
  return withShipment(state, { parcelId, warehouse, lines, status: 'cancelled', reason, parcel });
}

/** The same for all that the carrier knows of one shipment, e.g. when it was asked. Scans of what never left are passed over. */
export function followScans<S extends Confirmed>(
  state: S,
  shipmentId: string,
  scans: readonly Scan[],
  at: Moment,
): Followed<S> {
  let followed: Followed<S> = { state, say: [], ignored: [] };
  for (const scan of scans.toSorted((a, b) => Date.parse(a.scanAt) - Date.parse(b.scanAt))) {
    const step = stepOf(followed.state, shipmentId, scan, at);
    if ('is' in step) followed = { ...followed, state: step.is, say: [...followed.say, ...step.say] };
    else if ('ignored' in step) {
      followed = { ...followed, ignored: [...followed.ignored, { why: step.ignored, odd: step.odd }] };
    }
  }
  return followed;
}

function carried(state: Confirmed, shipmentId: string): Shipment | Return | undefined {
  return [...state.shipments, ...state.returns].find((one) => 'parcel' in one && one.parcel?.shipmentId === shipmentId);
}

function stepOf<S extends Confirmed>(state: S, shipmentId: string, scan: Scan, at: Moment): Step<S> {
  const one = carried(state, shipmentId);
  if (!one) return { refused: `the order has no shipment ${shipmentId}` };
  if ('returnId' in one) {
    const step = stepOfReturn(one, scan, at);
    return 'is' in step ? { ...step, is: withReturn(state, step.is) } : step;
  }
  const step = stepOfParcel(one, scan, at);
  return 'is' in step ? { ...step, is: withShipment(state, step.is) } : step;
}

function stepOfParcel(shipment: Shipment, scan: Scan, at: Moment): Step<Shipment> {
  const { parcelId } = shipment;
  switch (shipment.status) {
    case 'reserved':
    case 'failed':
    case 'replaced':
      return { refused: `a parcel that is ${shipment.status} was scanned: ${parcelId} ${scan.status}` };
    case 'delivered':
    case 'returned':
      return ended(shipment.status, shipment.scan, scan);
    case 'lost': {
      // What was given up may turn up all the same, at the customer's or with us: that is the truth.
      const hasArrived = scan.status === 'delivered' || scan.status === 'returned_to_sender';
      if (!hasArrived || !tellsMore(scan, shipment.scan)) return ended(shipment.status, shipment.scan, scan);
      return moved(shipment, shipment.parcel, scan, at);
    }
    // What was cancelled and has left all the same is on its way: that is the truth.
    case 'cancelled':
    case 'created':
    case 'dispatched':
      if (!shipment.parcel) return { refused: `parcel ${parcelId} never was at the carrier` };
      return moved(shipment, shipment.parcel, scan, at);
    default:
      return never(shipment);
  }
}

function moved(
  shipment: ShipmentThat<'cancelled' | 'created' | 'dispatched' | 'lost'>,
  parcel: CarrierParcel,
  scan: Scan,
  at: Moment,
): Step<Shipment> {
  const { parcelId, warehouse, lines } = shipment;
  const known = 'scan' in shipment ? shipment.scan : undefined;
  if (known && !tellsMore(scan, known)) return { ignored: `${scan.status} after ${known.status}`, odd: false };
  const is = { parcelId, warehouse, lines, parcel, scan };
  const left = known ? [] : [facts.dispatched(is)];
  if (scan.status === 'delivered') return { is: { ...is, status: 'delivered' }, say: [...left, facts.delivered(is)] };
  if (scan.status === 'lost' || scan.status === 'returned_to_sender') {
    const status = scan.status === 'lost' ? 'lost' : 'returned';
    return { is: { ...is, status }, say: [...left, facts.lostOrReturned(is, scan.status)] };
  }
  return { is: { ...is, status: 'dispatched', watch: heard(at) }, say: left };
}

function stepOfReturn(one: Return, scan: Scan, at: Moment): Step<Return> {
  switch (one.status) {
    case 'received':
      return ended(one.status, one.scan, scan);
    case 'failed': {
      const { returnId, number, lines, warehouse, parcel, scan: last } = one;
      // It may turn up all the same. What went back to the customer is delivered there.
      const arrives = scan.status === 'delivered' && one.code !== 'returned_to_sender';
      if (!arrives || !warehouse || !parcel || (last && !tellsMore(scan, last))) return ended(one.status, last, scan);
      const received = { returnId, number, lines, warehouse, parcel, scan, status: 'received' } as const;
      return { is: received, say: [facts.returnReceived(received)] };
    }
    case 'created':
    case 'under_way': {
      const known = one.status === 'created' ? undefined : one.scan;
      if (known && !tellsMore(scan, known)) return { ignored: `${scan.status} after ${known.status}`, odd: false };
      const { returnId, number, warehouse, lines, parcel } = one;
      const is = { returnId, number, warehouse, lines, parcel, scan };
      if (scan.status === 'delivered') {
        const received = { ...is, status: 'received' } as const;
        return { is: received, say: [facts.returnReceived(received)] };
      }
      if (scan.status === 'lost' || scan.status === 'returned_to_sender') {
        const reason =
          scan.status === 'lost' ? 'The carrier has lost the return' : 'The return went back to the customer';
        const failed = { ...is, status: 'failed', code: scan.status, reason } as const;
        return { is: failed, say: [facts.returnFailed(failed)] };
      }
      return { is: { ...is, status: 'under_way', watch: heard(at) }, say: [] };
    }
    default:
      return never(one);
  }
}

/**
 * Higher ranks count whatever their time, since webhooks overtake each other and the clocks of two hand scanners
 * differ; within a rank the later scan does. Lost and returned only count when nothing was scanned afterwards.
 */
function tellsMore(scan: Scan, known: Scan): boolean {
  const later = Date.parse(scan.scanAt) - Date.parse(known.scanAt);
  if (scan.status === 'lost' || scan.status === 'returned_to_sender') return later >= 0;
  const further = RANKS[scan.status] - RANKS[known.status];
  return further > 0 || (further === 0 && later > 0);
}

/** An end stays one. */
function ended(status: string, last: Scan | undefined, scan: Scan): { ignored: string; odd: boolean } {
  const odd = last?.status !== scan.status && (last === undefined || Date.parse(scan.scanAt) > Date.parse(last.scanAt));
  return { ignored: `${scan.status} after it was ${status}`, odd };
}
