import { change, ignore } from '@orderflow/runtime';
import { type CancelAnswer, waiting } from './decide-cancellation.ts';
import type { Moment } from './decide-timeout.ts';
import type { CarrierStep, DeliveryDecision, DeliveryEvent } from './decision.ts';
import { followScans } from './evolve-shipments.ts';
import * as facts from './facts.ts';
import {
  isReserved,
  never,
  type OrderShipments,
  type PaymentState,
  type Shipping,
  withShipment,
} from './order-shipments.ts';

/** payment.secured, payment.unsecured: they come before the order is confirmed here, or after, and in any order. */
export function decideOnPayment(
  state: OrderShipments | null,
  payment: PaymentState,
  triedBefore: boolean,
): DeliveryDecision | CarrierStep {
  if (!state) return change({ status: 'unconfirmed', payment });
  switch (state.status) {
    case 'unconfirmed':
      return isNews(state.payment, payment) ? change({ ...state, payment }) : ignore(OUTDATED);
    case 'cancelled_early':
    case 'cancel_pending':
      return ignore(`it is ${state.status} already`);
    case 'shipping': {
      const mayHaveShipped = triedBefore && payment.status === 'secured';
      if (!isNews(state.payment, payment))
        return mayHaveShipped ? { kind: 'stop', state, wasSecured: true } : ignore(OUTDATED);
      const next = { ...state, payment };
      if (payment.status === 'unsecured') return { kind: 'stop', state: next, wasSecured: false };
      const parcels = state.shipments.filter(isReserved);
      return parcels.length > 0 ? { kind: 'ship', state: next, parcels } : change(next);
    }
    case 'cancelling': {
      const parcels = state.shipments.filter(isReserved);
      if (parcels.length === 0) return ignore('it is being cancelled already');
      // An earlier try of this event may have made them; nobody will any more, so the cancellation can be answered.
      const next = isNews(state.payment, payment) ? { ...state, payment } : state;
      return { kind: 'cancel_found', state: next, parcels, reason: state.reason, asked: true };
    }
    case 'partially_cancelled':
    case 'cancelled': {
      const outcome = ignore(`it is ${state.status} already`);
      // An earlier try of this event may have reached the carrier before that.
      return triedBefore && payment.status === 'secured' ? { kind: 'cancel_unrecorded', state, outcome } : outcome;
    }
    default:
      return never(state);
  }
}

const OUTDATED = 'payment has said something else since';

const isNews = (known: PaymentState | undefined, { version }: PaymentState): boolean => version > (known?.version ?? 0);

/** Inventory holds the goods for another try: under that parcel's new number it may be sent later. */
const STOPPED = {
  code: 'payment_unsecured',
  reason: 'The payment has to be looked into first',
  elsewhere: true,
} as const;

/**
 * What becomes of an order whose money is not there. Of what has left, shipment.dispatched is published; of what the carrier has and has
 * not scanned its scan is awaited; the rest has failed, and is to be sent again if payment secures it after all.
 * @param answers for every parcel that waited, by parcel id
 */
export function afterStopping(
  before: Shipping,
  answers: ReadonlyMap<string, CancelAnswer>,
  at: Moment,
): { readonly state: Shipping; readonly say: readonly DeliveryEvent[]; readonly tooLate: readonly string[] } {
  let state = before;
  const say: DeliveryEvent[] = [];
  const tooLate: string[] = [];
  for (const shipment of waiting(before)) {
    const answer = answers.get(shipment.parcelId);
    if (answer === undefined) throw new TypeError(`No answer about parcel ${shipment.parcelId}`);
    if (answer === 'cancelled') {
      const { parcelId, warehouse, lines } = shipment;
      state = withShipment(state, { parcelId, warehouse, lines, status: 'failed', ...STOPPED });
      say.push(facts.neverLeft(shipment, STOPPED));
      continue;
    }
    tooLate.push(shipment.parcelId);
    const followed = followScans(state, shipment.parcel.shipmentId, answer, at);
    state = followed.state;
    say.push(...followed.say);
  }
  return { state, say, tooLate };
}
