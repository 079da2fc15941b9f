import type { QuantityLine } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import type { ShipmentRequest } from './adapters/carrier.ts';
import { heard } from './decide-timeout.ts';
import { type Deps, momentOf } from './deps.ts';
import type { Details, ShipmentThat } from './order-shipments.ts';

export const referenceOf = (orderId: string, parcelId: string): string => `${orderId}.${parcelId}`;

/**
 * Orders a shipment for each parcel. After a crash between two of them the next try finds what is there already. When
 * they are ready is the same for every try, whichever event it is of: the idempotency key stands for the whole request.
 */
export async function ship(
  deps: Deps,
  order: { id: string; details: Details },
  parcels: readonly ShipmentThat<'reserved'>[],
  context: HandlerContext,
): Promise<ShipmentThat<'created' | 'failed'>[]> {
  // A warehouse that isn't known must not leave half an order at the carrier.
  const requests = parcels.map((parcel) => ({ parcel, request: requestFor(deps, order, parcel) }));
  const shipments: ShipmentThat<'created' | 'failed'>[] = [];
  for (const { parcel, request } of requests) {
    const { parcelId, warehouse, lines } = parcel;
    const earlier = context.triedBefore ? await deps.carrier.find(request.reference, context.signal) : null;
    const result = earlier ? { created: earlier.parcel } : await deps.carrier.create(request, context.signal);
    if ('created' in result) {
      const watch = heard(momentOf(deps, context), new Date(parcel.readyAt));
      shipments.push({ parcelId, warehouse, lines, status: 'created', parcel: result.created, watch });
      continue;
    }
    const { ours, ...refused } = result.refused;
    if (ours)
      context.log.error({ warehouse, reason: refused.reason }, 'the carrier refuses the address of a warehouse');
    shipments.push({ parcelId, warehouse, lines, status: 'failed', ...refused });
  }
  return shipments;
}

function requestFor(
  { warehouses }: Deps,
  { id: orderId, details }: { id: string; details: Details },
  { parcelId, warehouse, lines, readyAt }: ShipmentThat<'reserved'>,
): ShipmentRequest {
  const { address: recipient, contact, shippingMethod: service } = details;
  return {
    ...{ orderId, reference: referenceOf(orderId, parcelId), service, readyAt, lines: named(details, lines) },
    ...{ origin: warehouse, sender: warehouses.addressOf(warehouse), recipient, contact },
  };
}

export const named = ({ items }: Details, lines: readonly QuantityLine[]) =>
  lines.map(({ sku, quantity }) => ({ sku, quantity, name: items.find((item) => item.sku === sku)?.name ?? sku }));
