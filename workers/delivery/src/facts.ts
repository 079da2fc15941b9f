import {
  type Parcel,
  type QuantityLine,
  ReturnCreated,
  ReturnFailed,
  ReturnReceived,
  ShipmentCreated,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentFailed,
} from '@orderflow/contracts';
import type { DeliveryEvent } from './decision.ts';
import type { CarrierParcel, Confirmed, ReturnThat, Scan, Shipment, ShipmentThat } from './order-shipments.ts';

type Carried = Parcel & { readonly parcel: CarrierParcel };
type Scanned = Carried & { readonly scan: Scan };

const REASONS = {
  lost: 'The carrier has lost the parcel',
  returned_to_sender: 'The parcel could not be delivered and is back at our warehouse',
  silent: 'The carrier has not scanned the parcel for weeks',
} as const;

/** What the carrier answered to a parcel, as the fact it is. */
export const answered = (shipment: ShipmentThat<'created' | 'failed'>): DeliveryEvent =>
  shipment.status === 'created'
    ? ShipmentCreated.of({ ...aboutParcel(shipment), ...shipment.parcel })
    : neverLeft(shipment, shipment);

/** Of parcels that were only found now: those that were not stopped are created before they leave. */
export const createdSince = (
  found: readonly Shipment[],
  { shipments }: Pick<Confirmed, 'shipments'>,
): DeliveryEvent[] =>
  found.flatMap((one) => {
    const now = shipments.find(({ parcelId }) => parcelId === one.parcelId);
    const isStopped = now?.status === 'cancelled' || now?.status === 'failed';
    return one.status === 'created' && !isStopped ? [answered(one)] : [];
  });

export const dispatched = (shipment: Scanned): DeliveryEvent =>
  ShipmentDispatched.of({ ...tracked(shipment), scanAt: shipment.scan.scanAt });

export const delivered = (shipment: Scanned): DeliveryEvent =>
  ShipmentDelivered.of({ ...tracked(shipment), scanAt: shipment.scan.scanAt });

export const lostOrReturned = (shipment: Scanned, code: keyof typeof REASONS): DeliveryEvent =>
  ShipmentFailed.of({
    ...aboutParcel(shipment),
    code,
    reason: REASONS[code],
    dispatched: true,
    elsewhere: false,
    returned: code === 'returned_to_sender',
  });

/** A parcel that the carrier refused, or that was cancelled while others of its order had left. */
export const neverLeft = (parcel: Parcel, why: { code: string; reason: string; elsewhere: boolean }): DeliveryEvent =>
  ShipmentFailed.of({
    ...aboutParcel(parcel),
    code: why.code,
    reason: why.reason,
    elsewhere: why.elsewhere,
    dispatched: false,
    returned: false,
  });

export const cancelledParcel = (shipment: ShipmentThat<'cancelled'>): DeliveryEvent =>
  neverLeft(shipment, { code: 'cancelled', reason: shipment.reason, elsewhere: false });

export const returnCreated = ({ returnId, lines, parcel }: ReturnThat<'created'>): DeliveryEvent => {
  const { eta: _, ...label } = parcel;
  return ReturnCreated.of({ returnId, lines: [...lines], ...label });
};

export const returnReceived = ({ returnId, lines, warehouse, scan }: ReturnThat<'received'>): DeliveryEvent =>
  ReturnReceived.of({ returnId, warehouse, lines: [...lines], scanAt: scan.scanAt });

export const returnFailed = ({
  returnId,
  code,
  reason,
}: {
  returnId: string;
  code: string;
  reason: string;
}): DeliveryEvent => ReturnFailed.of({ returnId, code, reason });

const aboutParcel = ({ parcelId, warehouse, lines }: Parcel): Parcel => ({ parcelId, warehouse, lines });

function tracked(shipment: Carried) {
  const { eta: _, ...label } = shipment.parcel;
  return { ...aboutParcel(shipment), ...label };
}

/** `2 x MUG-RED, 1 x CUP`, for texts. */
export const listed = (lines: readonly QuantityLine[]): string =>
  lines.map(({ sku, quantity }) => `${quantity} x ${sku}`).join(', ');
