import { type HandlerContext, NotYetError } from '@orderflow/runtime';
import { type CancelAnswer, mayHaveMore, waiting } from './decide-cancellation.ts';
import type { Deps } from './deps.ts';
import type { Shipping } from './order-shipments.ts';

/** Cancels every parcel that waits for the carrier, and asks it about those that it has already. By parcel id. */
export async function cancelParcels(
  deps: Deps,
  orderId: string,
  state: Shipping,
  context: HandlerContext,
): Promise<ReadonlyMap<string, CancelAnswer>> {
  if (mayHaveMore(state)) await cancelUnknown(deps, orderId, state, context);
  const answers = new Map<string, CancelAnswer>();
  for (const { parcelId, parcel } of waiting(state)) {
    const answer = await deps.carrier.cancel(parcel.shipmentId, context.signal);
    answers.set(parcelId, answer === 'cancelled' ? answer : await askedWhy(deps, parcel.shipmentId, context));
  }
  return answers;
}

/** The carrier says too late: when did it get the parcel, and where is it now? */
async function askedWhy({ carrier }: Deps, shipmentId: string, { signal }: HandlerContext): Promise<CancelAnswer> {
  const told = await carrier.status(shipmentId, signal);
  if (told?.cancelled) return 'cancelled';
  if (told && told.scans.length > 0) return told.scans;
  throw new NotYetError(`the carrier no longer cancels ${shipmentId}, but has not scanned it either`);
}

/**
 * Cancels what a try of another event, whose outcome is not stored yet, may have left at the carrier; else it
 * would leave after we said that nothing will. Whatever comes there later finds the order called off.
 * @throws NotYetError when one has left: the event that it belongs to has to be handled first
 */
export async function cancelUnknown(
  { carrier }: Deps,
  orderId: string,
  state: Pick<Shipping, 'shipments'> | null,
  { signal }: HandlerContext,
): Promise<void> {
  const known = new Set(state?.shipments.map((one) => ('parcel' in one ? one.parcel?.shipmentId : undefined)));
  for (const { parcel, reference } of await carrier.ofOrder(orderId, signal)) {
    if (known.has(parcel.shipmentId) || isReturn(reference)) continue;
    if ((await carrier.cancel(parcel.shipmentId, signal)) === 'too late') {
      throw new NotYetError(`${reference} has left before its order's shipments were stored`);
    }
  }
}

const isReturn = (reference: string): boolean => /\.r\d+$/.test(reference);
