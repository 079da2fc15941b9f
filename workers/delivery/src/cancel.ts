import type { Parcel } from '@orderflow/contracts';
import { type HandlerContext, NotYetError } from '@orderflow/runtime';
import { type CancelAnswer, waiting } from './decide-cancellation.ts';
import { cancelledShipment } from './decide-shipping.ts';
import { heard } from './decide-silence.ts';
import { type Deps, momentOf } from './deps.ts';
import { type Confirmed, isReserved, type ShipmentThat } from './order-shipments.ts';
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
  const found = await atCarrier(deps, order.id, parcels, () => order.readyAt, context);
  mayStillArrive(found.length < parcels.length, context);
  return parcels.map(
    (one) => found.find(({ parcelId }) => parcelId === one.parcelId) ?? cancelledShipment(one, order.reason),
  );
}

/** Those of the order's reserved parcels that a try, whose outcome is not stored yet, has made all the same. */
export const reservedAtCarrier = (
  deps: Deps,
  orderId: string,
  { shipments }: Pick<Confirmed, 'shipments'>,
  context: HandlerContext,
): Promise<ShipmentThat<'created'>[]> =>
  atCarrier(deps, orderId, shipments.filter(isReserved), ({ readyAt }) => readyAt, context);

async function atCarrier<P extends Parcel>(
  deps: Deps,
  orderId: string,
  parcels: readonly P[],
  readyAtOf: (parcel: P) => string,
  context: HandlerContext,
): Promise<ShipmentThat<'created'>[]> {
  const found: ShipmentThat<'created'>[] = [];
  for (const one of parcels) {
    const { parcelId, warehouse, lines } = one;
    const there = await deps.carrier.find(referenceOf(orderId, parcelId), context.signal);
    const watch = heard(momentOf(deps, context), new Date(readyAtOf(one)));
    if (there) found.push({ parcelId, warehouse, lines, status: 'created', parcel: there.parcel, watch });
  }
  return found;
}

/** @throws NotYetError once, when a try of this event may have been killed just now, and something was not found */
export function mayStillArrive(isMissing: boolean, { triedBefore, attempt }: HandlerContext): void {
  if (isMissing && triedBefore && attempt === 1) {
    throw new NotYetError('nothing is to be sent, and an earlier try may still reach the carrier');
  }
}

/**
 * Cancels what an earlier try of this event has made, or is about to make, of parcels that were cancelled meanwhile
 * and never were at the carrier as far as we knew. One that has left all the same is told when it is scanned.
 */
export async function cancelStrays(
  deps: Deps,
  orderId: string,
  { shipments }: Pick<Confirmed, 'shipments'>,
  context: HandlerContext,
): Promise<void> {
  const never = shipments.filter((one) => one.status === 'cancelled' && one.parcel === undefined);
  const found = await atCarrier(deps, orderId, never, () => context.now.toISOString(), context);
  for (const { parcelId, parcel } of found) {
    const answer = await deps.carrier.cancel(parcel.shipmentId, context.signal);
    if (answer === 'too late') context.log.warn({ parcelId }, 'a parcel of a cancelled order has left');
  }
  mayStillArrive(found.length < never.length, context);
}
