import { ShipmentCancelled } from '@orderflow/contracts';
import { cancelledShipment } from './decide-shipping.ts';
import type { Said } from './facts.ts';
import * as facts from './facts.ts';
import {
  type Cancelled,
  type Cancelling,
  type Confirmed,
  type Curtailed,
  hasLeft,
  isReserved,
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
  readonly state: Cancelling | Curtailed | Cancelled;
  readonly say: readonly Said[];
}

/**
 * What a cancellation comes to. Something has left: it goes its way, and each parcel that was in time has failed on
 * its own. Nothing has, and nothing can any more: cancelled as a whole. As long as that isn't sure nothing is answered.
 * @param stored the state before: what it tells of has been said
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
  if (stored.status === 'curtailed' || shipments.some(hasLeft)) {
    return { state: { ...over, status: 'curtailed' }, say: asked ? stoppedSince(stored, over) : [] };
  }
  if (open && asked) return { state: { ...known, ...paid, status: 'cancelling', askAt: askAt.toISOString() }, say: [] };
  // Nobody waits; but what may still leave has to be followed.
  if (open) return { state: { ...over, status: 'curtailed' }, say: [] };
  return { state: { ...over, status: 'cancelled' }, say: asked ? [ShipmentCancelled.of({ reason })] : [] };
}

/** Parcels that were cancelled and that nobody has been told of, on their own or with the whole order. */
function stoppedSince(stored: Confirmed, now: Pick<Confirmed, 'shipments'>): Said[] {
  const told = stored.status === 'curtailed' || stored.status === 'cancelled' ? stored.shipments : [];
  const isTold = new Set(told.filter(({ status }) => status === 'cancelled').map(({ parcelId }) => parcelId));
  return now.shipments.flatMap((one) =>
    one.status === 'cancelled' && !isTold.has(one.parcelId) ? [facts.cancelledParcel(one)] : [],
  );
}
