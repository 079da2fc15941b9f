import type { Parcel } from '@orderflow/contracts';
import { type HandlerContext, NotYetError } from '@orderflow/runtime';
import { type CancelAnswer, waiting } from './decide-cancellation.ts';
import { cancelledShipment } from './decide-shipping.ts';
import { heard } from './decide-silence.ts';
import { type Deps, momentOf } from './deps.ts';
import type { Confirmed, ShipmentThat } from './order-shipments.ts';
import { referenceOf } from './ship.ts';

/** Cancels every parcel that waits for the carrier, and asks it about those that it has already. By parcel id. */
export async function cancelParcels(
  deps: Deps,
  state: Confirmed,
  context: HandlerContext,
): Promise<ReadonlyMap<string, CancelAnswer>> {
  const answers = new Map<string, CancelAnswer>();
  for (const { parcelId, parcel } of waiting(state)) {
    const answer = await deps.carrier.cancel(parcel.shipmentId, context.signal);
    answers.set(parcelId, answer === 'cancelled' ? answer : await askedWhy(deps, parcel.shipmentId, context));
  }
  return answers;
}

/** The carrier says too late: when did it get the parcel, and where is it now? It may scan it only later. */
async function askedWhy({ carrier }: Deps, shipmentId: string, { signal }: HandlerContext): Promise<CancelAnswer> {
  const told = await carrier.status(shipmentId, signal);
  return told?.cancelled ? 'cancelled' : (told?.scans ?? []);
}

/**
 * Cancels what a try of another event, whose outcome is not stored yet, may have left at the carrier.
 * @returns references that were picked up already: whoever handles that event finds the wish, and tells
 */
export async function cancelUnknown(
  { carrier }: Deps,
  orderId: string,
  state: Pick<Confirmed, 'shipments'> | null,
  { signal }: HandlerContext,
): Promise<readonly string[]> {
  const known = new Set(state?.shipments.map((one) => ('parcel' in one ? one.parcel?.shipmentId : undefined)));
  const left: string[] = [];
  for (const { parcel, reference } of await carrier.ofOrder(orderId, signal)) {
    if (known.has(parcel.shipmentId) || isReturn(reference)) continue;
    if ((await carrier.cancel(parcel.shipmentId, signal)) === 'too late') left.push(reference);
  }
  return left;
}

const isReturn = (reference: string): boolean => /\.r\d+$/.test(reference);

/**
 * What an earlier try made of parcels that must not be made any more: created, else never there.
 * @throws NotYetError once, when a try may have been killed just now: its call may still be on its way to the carrier
 */
export async function foundParcels(
  deps: Deps,
  order: { readonly id: string; readonly reason: string; readonly readyAt: string },
  parcels: readonly Parcel[],
  context: HandlerContext,
): Promise<ShipmentThat<'created' | 'cancelled'>[]> {
  const watch = heard(momentOf(deps, context), new Date(order.readyAt));
  const shipments: ShipmentThat<'created' | 'cancelled'>[] = [];
  for (const one of parcels) {
    const { parcelId, warehouse, lines } = one;
    const found = await deps.carrier.find(referenceOf(order.id, parcelId), context.signal);
    shipments.push(
      found
        ? { parcelId, warehouse, lines, status: 'created', parcel: found.parcel, watch }
        : cancelledShipment(one, order.reason),
    );
  }
  if (context.triedBefore && context.attempt === 1 && shipments.some(({ status }) => status === 'cancelled')) {
    throw new NotYetError('the order is to be cancelled, and an earlier try may still reach the carrier');
  }
  return shipments;
}
