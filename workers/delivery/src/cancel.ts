import type { Parcel } from '@orderflow/contracts';
import type { HandlerContext } from '@orderflow/runtime';
import { type CancelAnswer, waiting } from './decide-cancellation.ts';
import { heard } from './decide-timeout.ts';
import { type Deps, momentOf } from './deps.ts';
import { aboutShipment, type Confirmed, referenceOf, type Shipment, type ShipmentThat } from './order-shipments.ts';

/** Cancels every parcel that waits for the carrier, and asks it about those that it has already. By parcel id. */
export async function cancelParcels(
  deps: Deps,
  state: Confirmed,
  context: HandlerContext,
): Promise<ReadonlyMap<string, CancelAnswer>> {
  const answers = new Map<string, CancelAnswer>();
  for (const { parcelId, parcel } of waiting(state)) {
    answers.set(parcelId, await cancelShipment(deps, parcel.shipmentId, context));
  }
  return answers;
}

export async function cancelShipment(deps: Deps, shipmentId: string, context: HandlerContext): Promise<CancelAnswer> {
  const answer = await deps.carrier.cancel(shipmentId, context.signal);
  return answer === 'cancelled' ? answer : askedWhy(deps, shipmentId, context);
}

/** The carrier says too late: when did it get the parcel, and where is it now? It may scan it only later. */
async function askedWhy({ carrier }: Deps, shipmentId: string, { signal }: HandlerContext): Promise<CancelAnswer> {
  const answer = await carrier.status(shipmentId, signal);
  return answer?.cancelled ? 'cancelled' : (answer?.scans ?? []);
}

/**
 * Cancels what a try of another event, whose outcome is not stored yet, may have left at the carrier.
 * @returns references that were picked up already: the handler of that event finds the cancellation, and publishes
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

/** Those of the parcels that a try, whose outcome is not stored yet, has made all the same. */
export async function parcelsAtCarrier(
  deps: Deps,
  orderId: string,
  parcels: readonly (Parcel & Pick<Shipment, 'content'> & { readonly readyAt: string })[],
  context: HandlerContext,
): Promise<ShipmentThat<'created'>[]> {
  const found: ShipmentThat<'created'>[] = [];
  for (const { readyAt, ...one } of parcels) {
    const there = await deps.carrier.find(referenceOf(orderId, one), context.signal);
    const watch = heard(momentOf(deps, context), new Date(readyAt));
    if (there) found.push({ ...aboutShipment(one), status: 'created', parcel: there.parcel, watch });
  }
  return found;
}

/** Once, when a try of this event may have been killed just now: its call may still be on its way to the carrier. */
export const callMayStillArrive = ({ triedBefore, attempt }: HandlerContext): boolean => triedBefore && attempt === 1;

/**
 * Cancels what an earlier try of this event has made, or is about to make, of parcels that were cancelled meanwhile
 * and never were at the carrier as far as we knew. One that has left all the same is published when it is scanned.
 * @returns false: a parcel was not found, and a call may still make it
 */
export async function cancelUnrecorded(
  deps: Deps,
  orderId: string,
  { shipments }: Pick<Confirmed, 'shipments'>,
  context: HandlerContext,
): Promise<boolean> {
  const readyAt = context.now.toISOString();
  const never = shipments
    .filter((one) => one.status === 'cancelled' && one.parcel === undefined)
    .map((one) => ({ ...one, readyAt }));
  const found = await parcelsAtCarrier(deps, orderId, never, context);
  for (const { parcelId, parcel } of found) {
    const answer = await deps.carrier.cancel(parcel.shipmentId, context.signal);
    if (answer === 'too late') context.log.warn({ parcelId }, 'a parcel of a cancelled order has left');
  }
  return found.length === never.length || !callMayStillArrive(context);
}
