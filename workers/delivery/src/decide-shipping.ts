import type { EventOf, InventoryReallocated, OrderConfirmed, Parcel } from '@orderflow/contracts';
import { change, flag, ignore, wait } from '@orderflow/runtime';
import type { CarrierStep, DeliveryDecision } from './decision.ts';
import {
  type Confirmed,
  type Details,
  isSecured,
  never,
  type OrderShipments,
  type PaymentState,
  type Shipment,
  type ShipmentThat,
  type Shipping,
} from './order-shipments.ts';

/**
 * order.confirmed: ship once payment secures the order, unless that was done or cancelled. The cancel window needs no
 * timer: the carrier is told when the parcels are ready and doesn't come before.
 */
export function decideOnConfirmed(
  state: OrderShipments | null,
  data: EventOf<typeof OrderConfirmed>['data'],
  triedBefore: boolean,
): DeliveryDecision | CarrierStep {
  const parcels = reservedShipments(data.parcels, data.dispatchAfter);
  const shipping: Shipping = { ...detailsOf(data), status: 'shipping', shipments: parcels, returns: [] };
  const reserve = (payment: PaymentState): DeliveryDecision | CarrierStep => {
    const reserved = { ...shipping, payment };
    return triedBefore && payment.status === 'unsecured'
      ? { kind: 'stop', state: reserved, wasSecured: true }
      : change(reserved);
  };
  if (!state) return reserve({ status: 'awaited', version: 0 });
  switch (state.status) {
    case 'unconfirmed': {
      const { payment } = state;
      return isSecured(state) ? { kind: 'ship', state: { ...shipping, payment }, parcels } : reserve(payment);
    }
    case 'cancelled_early':
    case 'cancel_pending': {
      const { reason, status } = state;
      return { kind: 'cancel_found', state: shipping, parcels, reason, asked: status === 'cancel_pending' };
    }
    case 'shipping':
    case 'cancelling':
    case 'partially_cancelled':
    case 'cancelled':
      return ignore(`its parcels are known already; ${state.status}`);
    default:
      return never(state);
  }
}

const detailsOf = ({ lines, ...data }: EventOf<typeof OrderConfirmed>['data']): Details => {
  const { address, contact, shippingMethod, dispatchAfter } = data;
  return { address, contact, shippingMethod, dispatchAfter, items: lines.map(({ sku, name }) => ({ sku, name })) };
};

/**
 * inventory.reallocated: the new parcels bring what the old one was to bring, once payment secures the order; nothing
 * does once the order is cancelled.
 */
export function decideOnReallocated(
  state: OrderShipments | null,
  { time, data }: Pick<EventOf<typeof InventoryReallocated>, 'time' | 'data'>,
  triedBefore: boolean,
): DeliveryDecision | CarrierStep {
  if (!state || state.status === 'cancel_pending' || state.status === 'unconfirmed')
    return wait('the order is not confirmed here yet');
  if (state.status === 'cancelled_early') return ignore('the order was cancelled before it was confirmed');
  const known = new Set(state.shipments.map((one) => one.parcelId));
  if (data.parcels.some((one) => known.has(one.parcelId))) return ignore('its parcels are known already');
  const replaced = state.shipments.find((one) => one.parcelId === data.replaced);
  if (replaced?.status !== 'failed' || !replaced.elsewhere) {
    // Both would be sent.
    return flag(`parcel ${data.replaced} is ${replaced?.status ?? 'unknown'} and cannot be replaced`);
  }
  const parcels = reservedShipments(data.parcels, laterOf(state.dispatchAfter, time));
  if (state.status !== 'shipping') {
    const { reason } = state;
    // A cancelled order has been answered as a whole; of one that is partly on its way these parcels are missing.
    const asked = state.status !== 'cancelled';
    return { kind: 'cancel_found', state: reallocated(state, replaced, parcels), parcels, reason, asked };
  }
  const next = reallocated(state, replaced, parcels);
  if (isSecured(state)) return { kind: 'ship', state: next, parcels };
  return triedBefore ? { kind: 'stop', state: next, wasSecured: true } : change(next);
}

export const laterOf = (one: string, other: string): string => (Date.parse(one) > Date.parse(other) ? one : other);

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
const reservedShipments = (parcels: readonly Parcel[], readyAt: string): ShipmentThat<'reserved'>[] =>
  parcels.map(({ parcelId, warehouse, lines }) => ({ parcelId, warehouse, lines, status: 'reserved', readyAt }));

export const cancelledShipment = (
  { parcelId, warehouse, lines }: Parcel,
  reason: string,
): ShipmentThat<'cancelled'> => ({ parcelId, warehouse, lines, status: 'cancelled', reason });
