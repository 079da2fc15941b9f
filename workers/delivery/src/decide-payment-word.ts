import { type CancelAnswer, waiting } from './decide-cancellation.ts';
import { followScans } from './decide-scan.ts';
import type { Moment } from './decide-silence.ts';
import type { Said } from './facts.ts';
import * as facts from './facts.ts';
import {
  type Cancelled,
  type Cancelling,
  type Curtailed,
  isReserved,
  never,
  type OrderShipments,
  type ShipmentThat,
  type Shipping,
  type Unconfirmed,
  type Word,
  withShipment,
} from './order-shipments.ts';

export type WordDecision =
  | { readonly kind: 'note'; readonly state: Unconfirmed | Shipping }
  /** `parcels`: what waited for this word. */
  | { readonly kind: 'ship'; readonly state: Shipping; readonly parcels: readonly ShipmentThat<'reserved'>[] }
  /** Whatever is at the carrier must not leave. */
  | { readonly kind: 'stop'; readonly state: Shipping }
  /** Somebody waits for the answer to a cancellation; nobody will make its parcels any more. */
  | { readonly kind: 'call_off'; readonly state: Cancelling }
  /** A later word stands. An earlier try of this one may have reached the carrier before that came. */
  | { readonly kind: 'pass_over'; readonly state: Shipping | Curtailed | Cancelled; readonly why: string }
  | { readonly kind: 'nothing'; readonly why: string };

/** payment.secured, payment.unsecured: they come before the order is confirmed here, or after, and in any order. */
export function decideOnWord(state: OrderShipments | null, word: Word): WordDecision {
  if (!state) return { kind: 'note', state: { status: 'unconfirmed', payment: word } };
  switch (state.status) {
    case 'unconfirmed':
      if (!isNews(state.payment, word)) return { kind: 'nothing', why: 'payment has said something else since' };
      return { kind: 'note', state: { ...state, payment: word } };
    case 'called_off':
    case 'to_call_off':
      return { kind: 'nothing', why: `it is ${state.status} already` };
    case 'shipping': {
      if (!isNews(state.payment, word))
        return { kind: 'pass_over', state, why: 'payment has said something else since' };
      const next = { ...state, payment: word };
      if (word.status === 'unsecured') return { kind: 'stop', state: next };
      const parcels = state.shipments.filter(isReserved);
      return parcels.length > 0 ? { kind: 'ship', state: next, parcels } : { kind: 'note', state: next };
    }
    case 'cancelling':
      if (!state.shipments.some(isReserved)) return { kind: 'nothing', why: 'it is being cancelled already' };
      return { kind: 'call_off', state: isNews(state.payment, word) ? { ...state, payment: word } : state };
    case 'curtailed':
    case 'cancelled':
      return { kind: 'pass_over', state, why: `it is ${state.status} already` };
    default:
      return never(state);
  }
}

const isNews = (known: Word | undefined, { version }: Word): boolean => version > (known?.version ?? 0);

/** Inventory is told to hold the goods for another try: under that parcel's new number it may be sent later. */
const STOPPED = {
  code: 'payment_unsecured',
  reason: 'The payment has to be looked into first',
  elsewhere: true,
} as const;

/**
 * What becomes of an order whose money is not there. What has left is said to have left; of what the carrier has and has
 * not scanned its scan is awaited; the rest has failed, and is to be sent again if payment vouches for it after all.
 * @param answers for every parcel that waited, by parcel id
 */
export function afterStopping(
  before: Shipping,
  answers: ReadonlyMap<string, CancelAnswer>,
  at: Moment,
): { readonly state: Shipping; readonly say: readonly Said[]; readonly tooLate: readonly string[] } {
  let state = before;
  const say: Said[] = [];
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
