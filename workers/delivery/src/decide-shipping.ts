import type { EventOf, InventoryReallocated, Parcel } from '@orderflow/contracts';
import {
  type CalledOff,
  type Confirmed,
  isSecured,
  never,
  type OrderShipments,
  type Shipment,
  type ShipmentThat,
  type Shipping,
  type ToCallOff,
  type Word,
} from './order-shipments.ts';

type Nothing = { readonly kind: 'nothing'; readonly why: string };

export type ConfirmedDecision =
  /** `reserve`: nothing is ordered from the carrier before payment has vouched for the order. */
  | { readonly kind: 'ship' | 'reserve'; readonly payment: Word }
  | { readonly kind: 'call_off'; readonly state: CalledOff | ToCallOff }
  | Nothing;

/** order.confirmed: ship once payment vouches for it, unless that was done or called off. */
export function decideOnConfirmed(state: OrderShipments | null): ConfirmedDecision {
  if (!state) return { kind: 'reserve', payment: { status: 'awaited', version: 0 } };
  switch (state.status) {
    case 'unconfirmed':
      return { kind: isSecured(state) ? 'ship' : 'reserve', payment: state.payment };
    case 'called_off':
    case 'to_call_off':
      return { kind: 'call_off', state };
    case 'shipping':
    case 'cancelling':
    case 'curtailed':
    case 'cancelled':
      return { kind: 'nothing', why: `its parcels are known already; ${state.status}` };
    default:
      return never(state);
  }
}

export type ReallocatedDecision =
  | { readonly kind: 'ship' | 'reserve'; readonly state: Shipping; readonly replaced: ShipmentThat<'failed'> }
  | {
      readonly kind: 'call_off';
      readonly state: Exclude<Confirmed, Shipping>;
      readonly replaced: ShipmentThat<'failed'>;
    }
  | { readonly kind: 'wait' | 'refuse'; readonly why: string }
  | Nothing;

/** inventory.reallocated: the new parcels bring what the old one was to bring; nothing does once the order is cancelled. */
export function decideOnReallocated(
  state: OrderShipments | null,
  { replaced: parcelId, parcels }: EventOf<typeof InventoryReallocated>['data'],
): ReallocatedDecision {
  if (!state || state.status === 'to_call_off' || state.status === 'unconfirmed')
    return { kind: 'wait', why: 'the order is not confirmed here yet' };
  if (state.status === 'called_off') return { kind: 'nothing', why: 'the order was cancelled before it was confirmed' };
  const known = new Set(state.shipments.map((one) => one.parcelId));
  if (parcels.some((one) => known.has(one.parcelId))) return { kind: 'nothing', why: 'its parcels are known already' };
  const replaced = state.shipments.find((one) => one.parcelId === parcelId);
  if (replaced?.status !== 'failed' || !replaced.elsewhere) {
    // Both would be sent.
    return { kind: 'refuse', why: `parcel ${parcelId} is ${replaced?.status ?? 'unknown'} and cannot be replaced` };
  }
  if (state.status !== 'shipping') return { kind: 'call_off', state, replaced };
  return { kind: isSecured(state) ? 'ship' : 'reserve', state, replaced };
}

/** With the new parcels in the place of the one that failed. */
export function reallocated<S extends Confirmed>(
  state: S,
  { parcelId, warehouse, lines, code, reason }: ShipmentThat<'failed'>,
  shipments: readonly Shipment[],
): S {
  const by = shipments.map((one) => one.parcelId);
  const replaced: Shipment = { parcelId, warehouse, lines, status: 'replaced', code, reason, by };
  const others = state.shipments.map((one) => (one.parcelId === parcelId ? replaced : one));
  return { ...state, shipments: [...others, ...shipments] };
}

/** Parcels as they are before the carrier hears of them. */
export const reservedShipments = (parcels: readonly Parcel[], readyAt: string): ShipmentThat<'reserved'>[] =>
  parcels.map(({ parcelId, warehouse, lines }) => ({ parcelId, warehouse, lines, status: 'reserved', readyAt }));

export const cancelledShipment = (
  { parcelId, warehouse, lines }: Parcel,
  reason: string,
): ShipmentThat<'cancelled'> => ({ parcelId, warehouse, lines, status: 'cancelled', reason });
