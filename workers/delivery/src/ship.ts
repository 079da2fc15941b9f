import type { QuantityLine } from '@orderflow/contracts';
import { type HandlerContext, PermanentError } from '@orderflow/runtime';
import type { ShipmentRequest } from './adapters/carrier.ts';
import { heard } from './decide-timeout.ts';
import { type Deps, momentOf } from './deps.ts';
import {
  aboutShipment,
  type Details,
  isEmptied,
  parcelIdIn,
  referenceOf,
  type ShipmentThat,
  type Shipping,
} from './order-shipments.ts';

/**
 * Orders a shipment for each parcel. After a crash between two of them the next try finds what is there already. When
 * they are ready is the same for every try, whichever event it is of: the idempotency key stands for the whole request.
 */
export async function ship(
  deps: Deps,
  order: { id: string; details: Shipping },
  parcels: readonly ShipmentThat<'reserved'>[],
  context: HandlerContext,
): Promise<ShipmentThat<'created' | 'failed'>[]> {
  // A warehouse that isn't known must not leave half an order at the carrier.
  const requests = parcels.map((parcel) => ({ parcel, request: requestFor(deps, order, parcel) }));
  await cancelFormer(deps, order, parcels, context);
  const shipments: ShipmentThat<'created' | 'failed'>[] = [];
  for (const { parcel, request } of requests) {
    const about = aboutShipment(parcel);
    const earlier = context.triedBefore ? await deps.carrier.find(request.reference, context.signal) : null;
    const result = earlier ? { created: earlier.parcel } : await deps.carrier.create(request, context.signal);
    if ('created' in result) {
      const watch = heard(momentOf(deps, context), new Date(parcel.readyAt));
      shipments.push({ ...about, status: 'created', parcel: result.created, watch });
      continue;
    }
    const { ours, ...refused } = result.refused;
    if (ours)
      context.log.error(
        { warehouse: parcel.warehouse, reason: refused.reason },
        'the carrier refuses the address of a warehouse',
      );
    shipments.push({ ...about, status: 'failed', ...refused });
  }
  return shipments;
}

/** What is at the carrier of an edited parcel with what was in it before: a try of another event may have made it. */
async function cancelFormer(
  { carrier }: Deps,
  { id: orderId, details }: { id: string; details: Shipping },
  parcels: readonly ShipmentThat<'reserved'>[],
  { signal }: HandlerContext,
): Promise<void> {
  const edited = [...parcels.filter(({ content }) => content !== undefined), ...details.shipments.filter(isEmptied)];
  if (edited.length === 0) return;
  const wanted = new Set(parcels.map((one) => referenceOf(orderId, one)));
  for (const { parcel, reference } of await carrier.ofOrder(orderId, signal)) {
    const isEdited = edited.some(({ parcelId }) => parcelId === parcelIdIn(orderId, reference));
    if (!isEdited || wanted.has(reference)) continue;
    if ((await carrier.cancel(parcel.shipmentId, signal)) === 'too late') {
      throw new PermanentError(`${reference} has left with what was taken out of it since`);
    }
  }
}

function requestFor(
  { warehouses }: Deps,
  { id: orderId, details }: { id: string; details: Details },
  parcel: ShipmentThat<'reserved'>,
): ShipmentRequest {
  const { warehouse, lines, readyAt } = parcel;
  const { address: recipient, contact, shippingMethod: service } = details;
  return {
    ...{ orderId, reference: referenceOf(orderId, parcel), service, readyAt, lines: named(details, lines) },
    ...{ origin: warehouse, sender: warehouses.addressOf(warehouse), recipient, contact },
  };
}

export const named = ({ items }: Details, lines: readonly QuantityLine[]) =>
  lines.map(({ sku, quantity }) => ({ sku, quantity, name: items.find((item) => item.sku === sku)?.name ?? sku }));
