import type { Parcel } from '@orderflow/contracts';
import type {
  Cancelled,
  Cancelling,
  CarrierParcel,
  Confirmed,
  Details,
  PartiallyCancelled,
  PaymentState,
  Return,
  ReturnStatus,
  ReturnThat,
  Scan,
  Shipment,
  ShipmentStatus,
  ShipmentThat,
  Shipping,
  Unconfirmed,
  Watch,
} from '../order-shipments.ts';

export const NOW = new Date('2026-03-10T12:00:00.000Z');
const HOUR_MS = 60 * 60_000;
export const DAY_MS = 24 * HOUR_MS;
export const AT = { now: NOW, scanTimeoutMs: 72 * HOUR_MS };
/** ISO 8601, so many hours after `NOW`. */
export const hours = (count: number): string => new Date(NOW.getTime() + count * HOUR_MS).toISOString();

export const labelOf = (shipmentId: string): CarrierParcel => ({
  shipmentId,
  carrier: 'Parcelway',
  trackingNumber: `OF-${shipmentId}`,
  trackingUrl: `http://carrier.test/${shipmentId}`,
  eta: hours(48),
});
export const scanOf = (status: Scan['status'], at = -1): Scan => ({ status, scanAt: hours(at) });
export const watch: Watch = { heardAt: hours(-80), askAt: hours(-8) };

const BERLIN: Parcel = { parcelId: '1', warehouse: 'BERLIN', lines: [{ sku: 'MUG-RED', quantity: 2 }] };
export const reason = 'changed my mind';

/** A parcel in each status it can have; the carrier knows it as `shp_<parcelId>`. */
export function shipmentsOf(about: Parcel = BERLIN): { readonly [S in ShipmentStatus]: ShipmentThat<S> } {
  const parcel = labelOf(`shp_${about.parcelId}`);
  const why = { code: 'ORIGIN_UNAVAILABLE', reason: 'The gate is shut' };
  return {
    reserved: { ...about, status: 'reserved', readyAt: hours(0) },
    created: { ...about, status: 'created', parcel, watch },
    dispatched: { ...about, status: 'dispatched', parcel, scan: scanOf('picked_up'), watch },
    delivered: { ...about, status: 'delivered', parcel, scan: scanOf('delivered') },
    lost: { ...about, status: 'lost', parcel, scan: scanOf('lost') },
    returned: { ...about, status: 'returned', parcel, scan: scanOf('returned_to_sender') },
    failed: { ...about, status: 'failed', ...why, elsewhere: true },
    replaced: { ...about, status: 'replaced', ...why, by: ['9'] },
    cancelled: { ...about, status: 'cancelled', reason, parcel },
  };
}

export const inHamburg = (parcelId = '2'): Parcel => ({
  parcelId,
  warehouse: 'HAMBURG',
  lines: [{ sku: 'CLOCK-OAK', quantity: 1 }],
});

export const RETURN_ID = '0192d3c4-0000-7000-8000-000000000001';
const backTo = { returnId: RETURN_ID, number: 1, warehouse: 'BERLIN', lines: [{ sku: 'MUG-RED', quantity: 1 }] };
export const returns: { readonly [S in ReturnStatus]: ReturnThat<S> } = {
  created: { ...backTo, status: 'created', parcel: labelOf('shp_r1'), watch },
  under_way: { ...backTo, status: 'under_way', parcel: labelOf('shp_r1'), scan: scanOf('picked_up'), watch },
  received: { ...backTo, status: 'received', parcel: labelOf('shp_r1'), scan: scanOf('delivered') },
  failed: {
    ...backTo,
    ...{ status: 'failed', code: 'lost', reason: 'Lost', parcel: labelOf('shp_r1'), scan: scanOf('lost') },
  },
};

export const details: Details = {
  address: { name: 'Alice', line1: 'Hoofdstraat 1', postalCode: '1011 AA', city: 'Amsterdam', country: 'NL' },
  contact: { email: 'alice@example.com' },
  shippingMethod: 'standard',
  dispatchAfter: hours(0),
  items: [
    { sku: 'MUG-RED', name: 'Mug, red' },
    { sku: 'CLOCK-OAK', name: 'Clock, oak' },
  ],
};
export const shipping = (shipments: readonly Shipment[], back: readonly Return[] = []): Shipping => ({
  ...details,
  status: 'shipping',
  shipments,
  returns: back,
});
export const partiallyCancelled = (...shipments: Shipment[]): PartiallyCancelled => ({
  ...shipping(shipments),
  status: 'partially_cancelled',
  reason,
});
export const cancelled = (...shipments: Shipment[]): Cancelled => ({
  ...shipping(shipments),
  status: 'cancelled',
  reason,
});
export const cancelling = (...shipments: Shipment[]): Cancelling => ({
  ...shipping(shipments),
  status: 'cancelling',
  reason,
  askAt: hours(1),
});
export const unconfirmed = (status: PaymentState['status'], version = 1): Unconfirmed => ({
  status: 'unconfirmed',
  payment: { status, version },
});
export const cancelPending = { status: 'cancel_pending', reason, askAt: hours(72) } as const;
export const cancelledEarly = { status: 'cancelled_early', reason } as const;
/** A confirmed order in each status, with a parcel of the status that it must have. */
export const everyConfirmed: { readonly [S in Confirmed['status']]: Extract<Confirmed, { status: S }> } = {
  shipping: shipping([shipmentsOf().created]),
  cancelling: cancelling(shipmentsOf().cancelled, shipmentsOf(inHamburg()).failed),
  partially_cancelled: partiallyCancelled(shipmentsOf().dispatched),
  cancelled: cancelled(shipmentsOf().cancelled),
};

/** What is published, as `type` or, of a failed one, `type code`. */
export const typesOf = (say: readonly { type: string; data: unknown }[] | undefined): string[] =>
  (say ?? []).map(({ type, data }) => [type, (data as { code?: string }).code].filter(Boolean).join(' '));
