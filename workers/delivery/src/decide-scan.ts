import { type CallFirst, callFirst, change, type Flag, flag, type Wait, wait } from '@orderflow/runtime';
import type { AtCarrier } from './adapters/carrier.ts';
import { answerOf } from './decide-cancellation-answer.ts';
import type { Moment } from './decide-timeout.ts';
import type { DeliveryDecision, DeliveryEvent } from './decision.ts';
import { carried, evolveByScan, type IgnoredScan } from './evolve-shipments.ts';
import {
  type CarrierParcel,
  type Confirmed,
  hasLeft,
  type OrderShipments,
  parcelIdIn,
  referenceOf,
  type Scan,
  withShipment,
} from './order-shipments.ts';

export interface ScannedShipment {
  readonly orderId: string;
  readonly shipmentId: string;
  readonly scan: Scan;
}

/** The order is known, the shipment isn't: the carrier can say whether it is the order's. */
export interface RetrieveShipment {
  readonly shipmentId: string;
}

/**
 * carrier.scan: a parcel only goes forward, and its first scan, whichever it is, publishes that it has left.
 * @param there what the carrier has under that id; undefined: it was not asked
 */
export function decideOnScan(
  state: OrderShipments | null,
  scanned: ScannedShipment,
  at: Moment,
  there?: AtCarrier | null,
): DeliveryDecision | IgnoredScan | CallFirst<RetrieveShipment> {
  const { shipmentId } = scanned;
  if (!state) return wait('its shipment is not known yet');
  if (state.status === 'cancel_pending' || state.status === 'unconfirmed')
    return wait('its order is not confirmed here yet');
  if (state.status === 'cancelled_early' || !carried(state, shipmentId)) {
    if (there === undefined) return callFirst({ shipmentId });
    const found = adopt(state, scanned, there);
    return found.kind === 'adopted' ? follow(found.state, scanned, at) : found;
  }
  return follow(state, scanned, at);
}

function follow(state: Confirmed, { shipmentId, scan }: ScannedShipment, at: Moment): DeliveryDecision | IgnoredScan {
  const step = evolveByScan(state, shipmentId, scan, at);
  if (step.kind !== 'moved') return step;
  const { state: next, say } = afterLeaving(state, step.is, step.say, at);
  return change(next, say);
}

/** The state with the shipment, where it is that of a parcel which we took for stopped. */
function adopt(
  state: OrderShipments,
  { orderId, shipmentId }: ScannedShipment,
  there: AtCarrier | null,
): { readonly kind: 'adopted'; readonly state: Confirmed } | Wait | Flag {
  const parcelId = there ? parcelIdIn(orderId, there.reference) : undefined;
  if (!there || parcelId === undefined) return flag(`the order has no shipment ${shipmentId}`);
  const known = 'shipments' in state ? state.shipments.find((one) => one.parcelId === parcelId) : undefined;
  // The event that made the shipment is still to come, or an edit that has made it anew is tried again.
  const isAnew = known?.status === 'created' && there.reference !== referenceOf(orderId, known);
  if (!known || known.status === 'reserved' || isAnew)
    return wait(`${there.reference} (${shipmentId}) is not known yet`);
  const found = adopted(state, parcelId, there.parcel);
  if (!found) return flag(`parcel ${parcelId} is ${known.status}; ${shipmentId} is another one`);
  return { kind: 'adopted', state: found };
}

/** Something has left of an order that was to be cancelled, or that we had called cancelled. */
function afterLeaving(before: Confirmed, is: Confirmed, say: readonly DeliveryEvent[], { now: askAt }: Moment) {
  if (!(is.status === 'cancelling' || is.status === 'cancelled') || !is.shipments.some(hasLeft)) {
    return { state: is, say };
  }
  const asked = is.status === 'cancelling';
  const answer = answerOf(before, is, { reason: is.reason, asked, open: true, askAt });
  return { ...answer, say: [...say, ...answer.say] };
}

/**
 * The carrier has, or had, a shipment for a parcel that for us was stopped or had failed for good: then that is the
 * one that left. Undefined: the parcel is another's, or not known.
 */
function adopted(state: OrderShipments, parcelId: string, parcel: CarrierParcel): Confirmed | undefined {
  if (!('shipments' in state)) return undefined;
  const one = state.shipments.find((shipment) => shipment.parcelId === parcelId);
  if (one?.status !== 'cancelled' && !(one?.status === 'failed' && !one.elsewhere)) return undefined;
  const { warehouse, lines, reason } = one;
  return withShipment(state, { parcelId, warehouse, lines, status: 'cancelled', reason, parcel });
}
