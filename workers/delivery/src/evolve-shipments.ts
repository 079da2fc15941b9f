import type { ScanStatus } from '@orderflow/contracts';
import { type Flag, flag } from '@orderflow/runtime';
import { heard, type Moment } from './decide-timeout.ts';
import type { DeliveryEvent } from './decision.ts';
import * as facts from './facts.ts';
import {
  type CarrierParcel,
  type Confirmed,
  never,
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

/** What one scan changes, and what is published of it. */
export type ScanStep<Now> =
  | { readonly kind: 'moved'; readonly is: Now; readonly say: readonly DeliveryEvent[] }
  | IgnoredScan
  | Flag;

/** `contradicts`: it is at odds with what was published before, and staff may want to know. */
export interface IgnoredScan {
  readonly kind: 'ignored';
  readonly reason: string;
  readonly contradicts: boolean;
}

export interface Followed<S> {
  readonly state: S;
  readonly say: readonly DeliveryEvent[];
  readonly ignored: readonly IgnoredScan[];
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
    const step = evolveByScan(followed.state, shipmentId, scan, at);
    if (step.kind === 'moved') followed = { ...followed, state: step.is, say: [...followed.say, ...step.say] };
    else if (step.kind === 'ignored') followed = { ...followed, ignored: [...followed.ignored, step] };
  }
  return followed;
}

export function carried(state: Confirmed, shipmentId: string): Shipment | Return | undefined {
  return [...state.shipments, ...state.returns].find((one) => 'parcel' in one && one.parcel?.shipmentId === shipmentId);
}

export function evolveByScan<S extends Confirmed>(state: S, shipmentId: string, scan: Scan, at: Moment): ScanStep<S> {
  const one = carried(state, shipmentId);
  if (!one) return flag(`the order has no shipment ${shipmentId}`);
  if ('returnId' in one) {
    const step = stepOfReturn(one, scan, at);
    return step.kind === 'moved' ? { ...step, is: withReturn(state, step.is) } : step;
  }
  const step = stepOfParcel(one, scan, at);
  return step.kind === 'moved' ? { ...step, is: withShipment(state, step.is) } : step;
}

function stepOfParcel(shipment: Shipment, scan: Scan, at: Moment): ScanStep<Shipment> {
  const { parcelId } = shipment;
  switch (shipment.status) {
    case 'reserved':
    case 'failed':
    case 'replaced':
      return flag(`a parcel that is ${shipment.status} was scanned: ${parcelId} ${scan.status}`);
    case 'delivered':
    case 'returned':
      return ended(shipment.status, shipment.scan, scan);
    case 'lost': {
      // What was given up may turn up all the same, at the customer's or with us.
      const hasArrived = scan.status === 'delivered' || scan.status === 'returned_to_sender';
      if (!hasArrived || !tellsMore(scan, shipment.scan)) return ended(shipment.status, shipment.scan, scan);
      return moved(shipment, shipment.parcel, scan, at);
    }
    // What was cancelled and has left all the same is on its way.
    case 'cancelled':
    case 'created':
    case 'dispatched':
      if (!shipment.parcel) return flag(`parcel ${parcelId} never was at the carrier`);
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
): ScanStep<Shipment> {
  const { parcelId, warehouse, lines } = shipment;
  const known = 'scan' in shipment ? shipment.scan : undefined;
  if (known && isTooUnsure(scan))
    return { kind: 'ignored', reason: `${scan.status} by a clock that is wrong`, contradicts: true };
  if (known && !tellsMore(scan, known))
    return { kind: 'ignored', reason: `${scan.status} after ${known.status}`, contradicts: false };
  const is = { parcelId, warehouse, lines, parcel, scan };
  const left = known ? [] : [facts.dispatched(is)];
  if (scan.status === 'delivered')
    return { kind: 'moved', is: { ...is, status: 'delivered' }, say: [...left, facts.delivered(is)] };
  if (scan.status === 'lost' || scan.status === 'returned_to_sender') {
    const status = scan.status === 'lost' ? 'lost' : 'returned';
    return { kind: 'moved', is: { ...is, status }, say: [...left, facts.lostOrReturned(is, scan.status)] };
  }
  return { kind: 'moved', is: { ...is, status: 'dispatched', watch: heard(at) }, say: left };
}

function stepOfReturn(one: Return, scan: Scan, at: Moment): ScanStep<Return> {
  switch (one.status) {
    case 'received':
      return ended(one.status, one.scan, scan);
    case 'failed': {
      const { returnId, number, lines, warehouse, parcel, scan: last } = one;
      // It may turn up all the same. What went back to the customer is delivered there.
      const arrives = scan.status === 'delivered' && one.code !== 'returned_to_sender';
      if (!arrives || !warehouse || !parcel || (last && !tellsMore(scan, last))) return ended(one.status, last, scan);
      const received = { returnId, number, lines, warehouse, parcel, scan, status: 'received' } as const;
      return { kind: 'moved', is: received, say: [facts.returnReceived(received)] };
    }
    case 'created':
    case 'under_way': {
      const known = one.status === 'created' ? undefined : one.scan;
      if (known && isTooUnsure(scan))
        return { kind: 'ignored', reason: `${scan.status} by a clock that is wrong`, contradicts: true };
      if (known && !tellsMore(scan, known))
        return { kind: 'ignored', reason: `${scan.status} after ${known.status}`, contradicts: false };
      const { returnId, number, warehouse, lines, parcel } = one;
      const is = { returnId, number, warehouse, lines, parcel, scan };
      if (scan.status === 'delivered') {
        const received = { ...is, status: 'received' } as const;
        return { kind: 'moved', is: received, say: [facts.returnReceived(received)] };
      }
      if (scan.status === 'lost' || scan.status === 'returned_to_sender') {
        const reason =
          scan.status === 'lost' ? 'The carrier has lost the return' : 'The return went back to the customer';
        const failed = { ...is, status: 'failed', code: scan.status, reason } as const;
        return { kind: 'moved', is: failed, say: [facts.returnFailed(failed)] };
      }
      return { kind: 'moved', is: { ...is, status: 'under_way', watch: heard(at) }, say: [] };
    }
    default:
      return never(one);
  }
}

/**
 * Lost and returned count only when nothing was scanned afterwards, which a clock that is far off cannot say. The carrier is
 * asked when the parcel stays silent.
 */
const isTooUnsure = ({ status, clock }: Scan): boolean =>
  (status === 'lost' || status === 'returned_to_sender') && (clock === 'behind' || clock === 'unreadable');

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
function ended(status: string, last: Scan | undefined, scan: Scan): IgnoredScan {
  const contradicts =
    last?.status !== scan.status && (last === undefined || Date.parse(scan.scanAt) > Date.parse(last.scanAt));
  return { kind: 'ignored', reason: `${scan.status} after it was ${status}`, contradicts };
}
