import { type CarrierScan, type EventOf, type ScanStatus, scanStatusSchema } from '@orderflow/contracts';

/** What the carrier gave us for the order. */
export interface Parcel {
  readonly shipmentId: string;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly trackingUrl: string;
  /** RFC 3339, UTC. */
  readonly eta: string;
}

/** The latest scan; `scanAt` is RFC 3339, UTC. */
export interface Scan {
  readonly status: ScanStatus;
  readonly scanAt: string;
}

export type Shipment =
  | { readonly status: 'created'; readonly parcel: Parcel }
  | { readonly status: 'dispatched'; readonly parcel: Parcel; readonly scan: Scan }
  | { readonly status: 'delivered'; readonly parcel: Parcel; readonly scan: Scan }
  | { readonly status: 'failed'; readonly code: string; readonly reason: string }
  /** Without a parcel it is a tombstone: the order was cancelled before it was confirmed here. */
  | { readonly status: 'cancelled'; readonly reason: string; readonly parcel?: Parcel };

export type ShipmentStatus = Shipment['status'];
type With<S extends ShipmentStatus> = Extract<Shipment, { status: S }>;
type Nothing = { readonly do: 'nothing'; readonly why: string };

/** order.confirmed: ship, unless that was done or called off. */
export function decideOnConfirmed(
  state: Shipment | null,
): { readonly do: 'create' } | { readonly do: 'call off'; readonly shipment: With<'cancelled'> } | Nothing {
  if (!state) return { do: 'create' };
  switch (state.status) {
    case 'cancelled':
      return { do: 'call off', shipment: state };
    case 'created':
    case 'dispatched':
    case 'delivered':
    case 'failed':
      return { do: 'nothing', why: `the shipment is ${state.status} already` };
    default:
      return never(state);
  }
}

/** order.cancelled: nothing leaves any more, unless it has left. */
export function decideOnCancelled(
  state: Shipment | null,
  reason: string,
):
  | { readonly do: 'leave a tombstone'; readonly shipment: With<'cancelled'> }
  | { readonly do: 'cancel'; readonly shipment: With<'created'>; readonly to: With<'cancelled'> }
  | Nothing {
  if (!state) return { do: 'leave a tombstone', shipment: { status: 'cancelled', reason } };
  switch (state.status) {
    case 'created':
      return { do: 'cancel', shipment: state, to: { status: 'cancelled', reason, parcel: state.parcel } };
    case 'dispatched':
    case 'delivered':
      return { do: 'nothing', why: 'too late: the parcel has left' };
    case 'failed':
    case 'cancelled':
      return { do: 'nothing', why: `the shipment is ${state.status} already` };
    default:
      return never(state);
  }
}

export type ScanDecision =
  | { readonly do: 'wait' | 'refuse'; readonly why: string }
  /** `says` in the order in which it happened to the parcel. */
  | {
      readonly do: 'advance';
      readonly shipment: With<'dispatched' | 'delivered'>;
      readonly says: readonly ('dispatched' | 'delivered')[];
    }
  | Nothing;

/** picked_up 1, in_transit 2, out_for_delivery 3, delivered 4. */
export const rankOf = (status: ScanStatus): number => scanStatusSchema.options.indexOf(status) + 1;

/**
 * carrier.scan: a parcel only goes forward. The rank decides, since webhooks come in any order, some never, and the
 * clocks of two hand scanners differ; the first scan we hear of, whichever it is, tells that the parcel has left.
 */
export function decideOnScan(
  state: Shipment | null,
  scan: Pick<EventOf<typeof CarrierScan>['data'], 'shipmentId' | 'status' | 'scanAt'>,
): ScanDecision {
  if (!state) return { do: 'wait', why: 'its shipment is not known yet' };
  const { status, shipmentId } = scan;
  switch (state.status) {
    case 'failed':
    case 'cancelled':
      return { do: 'refuse', why: `a parcel of a ${state.status} shipment was scanned: ${shipmentId} ${status}` };
    case 'created':
    case 'dispatched':
    case 'delivered': {
      if (shipmentId !== state.parcel.shipmentId) {
        return {
          do: 'refuse',
          why: `the scan is of ${shipmentId}, the order's shipment is ${state.parcel.shipmentId}`,
        };
      }
      const known = state.status === 'created' ? undefined : state.scan;
      if (known && rankOf(status) <= rankOf(known.status)) {
        return { do: 'nothing', why: `${status} after ${known.status}` };
      }
      const latest: Scan = { status, scanAt: new Date(scan.scanAt).toISOString() };
      const left = known ? [] : (['dispatched'] as const);
      if (status !== 'delivered') {
        return { do: 'advance', shipment: { status: 'dispatched', parcel: state.parcel, scan: latest }, says: left };
      }
      return {
        do: 'advance',
        shipment: { status: 'delivered', parcel: state.parcel, scan: latest },
        says: [...left, 'delivered'],
      };
    }
    default:
      return never(state);
  }
}

function never(state: never): never {
  throw new TypeError(`Not a shipment: ${JSON.stringify(state)}`);
}
