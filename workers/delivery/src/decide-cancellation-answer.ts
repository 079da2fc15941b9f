import { ShipmentCancelled } from '@orderflow/contracts';
import { cancelledShipment } from './decide-shipping.ts';
import type { DeliveryEvent } from './decision.ts';
import * as facts from './facts.ts';
import {
  type Cancelled,
  type Cancelling,
  type Confirmed,
  hasLeft,
  isReserved,
  type PartiallyCancelled,
} from './order-shipments.ts';

/** How a cancellation stands. */
export interface Cancellation {
  readonly reason: string;
  /** Whether somebody waits for our answer. */
  readonly asked: boolean;
  /** Something may be at the carrier, or leave, that we don't know of yet. */
  readonly open: boolean;
  /** When to look again as long as it is. */
  readonly askAt: Date;
}

export interface Answer {
  readonly state: Cancelling | PartiallyCancelled | Cancelled;
  readonly say: readonly DeliveryEvent[];
}

/**
 * What a cancellation comes to. Something has left: it goes its way, and each parcel that was in time has failed on
 * its own. Nothing has, and nothing can any more: cancelled as a whole. As long as that isn't sure nothing is answered.
 * @param stored the state before: its events have been published
 */
export function answerOf(stored: Confirmed, now: Confirmed, how: Cancellation): Answer {
  const { reason, asked, open, askAt } = how;
  const { address, contact, shippingMethod, dispatchAfter, items, shipments, returns, payment } = now;
  const known = { address, contact, shippingMethod, dispatchAfter, items, shipments, returns, reason };
  const paid = payment === undefined ? {} : { payment };
  // What is not at the carrier will not be.
  const over = {
    ...known,
    ...paid,
    shipments: shipments.map((one) => (isReserved(one) ? cancelledShipment(one, reason) : one)),
  };
  if (stored.status === 'partially_cancelled' || shipments.some(hasLeft)) {
    return { state: { ...over, status: 'partially_cancelled' }, say: asked ? stoppedSince(stored, over) : [] };
  }
  if (open && asked) return { state: { ...known, ...paid, status: 'cancelling', askAt: askAt.toISOString() }, say: [] };
  // Nobody waits; but what may still leave has to be followed.
  if (open) return { state: { ...over, status: 'partially_cancelled' }, say: [] };
  return { state: { ...over, status: 'cancelled' }, say: asked ? [ShipmentCancelled.of({ reason })] : [] };
}

/** Of parcels that were cancelled since the last event about them, on their own or with the whole order. */
function stoppedSince(stored: Confirmed, now: Pick<Confirmed, 'shipments'>): DeliveryEvent[] {
  const known = stored.status === 'partially_cancelled' || stored.status === 'cancelled' ? stored.shipments : [];
  const isPublished = new Set(known.filter(({ status }) => status === 'cancelled').map(({ parcelId }) => parcelId));
  return now.shipments.flatMap((one) =>
    one.status === 'cancelled' && !isPublished.has(one.parcelId) ? [facts.cancelledParcel(one)] : [],
  );
}
