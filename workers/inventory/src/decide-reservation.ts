import type {
  Allocating,
  Committed,
  Held,
  Rejecting,
  Released,
  Releasing,
  Reservation,
  ReservedParcel,
} from './reservation.ts';
import { withParcel } from './reservation.ts';

interface Nothing {
  readonly kind: 'nothing';
  readonly why: string;
}
interface Wait {
  readonly kind: 'wait';
  readonly why: string;
}
/** What was told cannot be: a person has to look. */
interface Refuse {
  readonly kind: 'refuse';
  readonly why: string;
}

const nothing = (why: string): Nothing => ({ kind: 'nothing', why });
const wait = (why: string): Wait => ({ kind: 'wait', why });
const refuse = (why: string): Refuse => ({ kind: 'refuse', why });

export type PlacedDecision =
  | { readonly kind: 'choose' }
  /** Parcels were chosen, by us or by a try that crashed. */
  | { readonly kind: 'hold'; readonly reservation: Allocating }
  /** A shortage was found before. */
  | { readonly kind: 'reject'; readonly reservation: Rejecting }
  /** The order ended while its stock was being held. */
  | { readonly kind: 'give_back'; readonly reservation: Releasing | Released }
  | Nothing;

/** order.placed: hold its lines, unless it ended already. */
export function decideOnPlaced(state: Reservation | null): PlacedDecision {
  if (!state) return { kind: 'choose' };
  switch (state.status) {
    case 'allocating':
      return { kind: 'hold', reservation: state };
    case 'rejecting':
      return { kind: 'reject', reservation: state };
    case 'releasing':
    case 'released':
      if (state.parcels.length > 0) return nothing(`the reservation is ${state.status} already`);
      return { kind: 'give_back', reservation: state };
    case 'held':
    case 'rejected':
    case 'committed':
      return nothing(`the reservation is ${state.status} already`);
    default:
      return never(state);
  }
}

export type EndedDecision =
  /** Nothing is known of the order yet: a tombstone, before anything is looked for. */
  | { readonly kind: 'bury'; readonly reservation: Releasing }
  | { readonly kind: 'claim'; readonly reservation: Releasing }
  | { readonly kind: 'release'; readonly reservation: Releasing }
  | Nothing;

/**
 * The order ended without arriving (cancelled, expired, declined for good): what it still holds goes back.
 * @param left parcels that are on record to have left, though we may not have heard of it yet: their goods are gone
 */
export function decideOnEnded(state: Reservation | null, reason: string, left: readonly string[] = []): EndedDecision {
  if (!state) return { kind: 'bury', reservation: { status: 'releasing', lines: [], plan: 0, parcels: [], reason } };
  switch (state.status) {
    case 'allocating':
      return { kind: 'claim', reservation: { ...state, status: 'releasing', parcels: [], reason } };
    case 'held': {
      const parcels = state.parcels
        .filter(({ status }) => status !== 'planned')
        .map((parcel) => (left.includes(parcel.parcelId) ? parcel : released(parcel)));
      if (!parcels.some(({ status }) => status === 'releasing'))
        return nothing('what it held is leaving the warehouse');
      return { kind: 'claim', reservation: { ...state, status: 'releasing', parcels, reason } };
    }
    case 'releasing':
      return { kind: 'release', reservation: state };
    case 'rejecting':
    case 'rejected':
    case 'released':
      return nothing(`nothing is held: ${state.status}`);
    case 'committed':
      return nothing('too late: the goods have left the warehouse');
    default:
      return never(state);
  }
}

const released = (parcel: ReservedParcel): ReservedParcel =>
  parcel.status === 'held' || parcel.status === 'replacing' ? { ...parcel, status: 'releasing' } : parcel;

export type DispatchedDecision =
  | { readonly kind: 'claim'; readonly reservation: Reservation }
  | { readonly kind: 'commit'; readonly reservation: Held | Releasing | Committed; readonly parcel: ReservedParcel }
  | Wait
  | Refuse
  | Nothing;

/** shipment.dispatched: what is held for the parcel leaves the warehouse. */
export function decideOnDispatched(state: Reservation | null, parcelId: string): DispatchedDecision {
  if (!state || state.status === 'allocating') return wait('nothing is held for this order yet');
  if (state.status === 'rejecting' || state.status === 'rejected') return refuse(strange(parcelId, state.status));
  const parcel = state.parcels.find((one) => one.parcelId === parcelId);
  if (!parcel) return refuse(strange(parcelId, state.parcels.length > 0 ? 'unknown' : state.status));
  switch (parcel.status) {
    case 'held':
      return { kind: 'claim', reservation: withParcel(state, parcelId, { status: 'committing' }) };
    case 'committing':
      return { kind: 'commit', reservation: state as Held | Releasing | Committed, parcel };
    case 'committed':
      return nothing(`parcel ${parcelId} is committed already`);
    case 'planned':
    case 'releasing':
    case 'released':
    case 'replacing':
    case 'replaced':
      return refuse(strange(parcelId, parcel.status));
    default:
      return never(parcel.status);
  }
}

const strange = (parcelId: string, status: string): string =>
  `parcel ${parcelId} was dispatched although its stock is ${status}: stock needs counting`;

export type FailedDecision =
  | { readonly kind: 'look_elsewhere'; readonly reservation: Held; readonly parcel: ReservedParcel }
  /** Other parcels were chosen in its stead, by us or by a try that crashed. */
  | { readonly kind: 'hold_instead'; readonly reservation: Held; readonly parcel: ReservedParcel }
  | { readonly kind: 'claim'; readonly reservation: Held }
  | { readonly kind: 'release'; readonly reservation: Held; readonly parcel: ReservedParcel }
  | Wait
  | Refuse
  | Nothing;

/** shipment.failed before it left: its goods come from other warehouses, wait, or are released. */
export function decideOnFailed(
  state: Reservation | null,
  failed: { parcelId: string; elsewhere: boolean; reason: string },
): FailedDecision {
  const { parcelId, elsewhere, reason } = failed;
  if (!state || state.status === 'allocating') return wait('nothing is held for this order yet');
  const parcel = state.parcels.find((one) => one.parcelId === parcelId);
  if (!parcel) {
    if (state.status === 'held' || state.status === 'committed') return refuse(`no parcel ${parcelId} is reserved`);
    return nothing(`nothing is held: ${state.status}`);
  }
  if (state.status !== 'held') {
    if (parcel.status === 'committing' || parcel.status === 'committed') return refuse(gone(parcelId));
    return nothing(`parcel ${parcelId} is ${parcel.status}`);
  }
  switch (parcel.status) {
    case 'held':
      if (elsewhere && parcel.tryAt) return nothing(`parcel ${parcelId} waits to be tried again`);
      if (elsewhere) return { kind: 'look_elsewhere', reservation: state, parcel };
      return { kind: 'claim', reservation: withParcel(state, parcelId, { status: 'releasing', reason }) };
    case 'replacing':
      return { kind: 'hold_instead', reservation: state, parcel };
    case 'releasing':
      return { kind: 'release', reservation: state, parcel };
    case 'released':
    case 'replaced':
      return nothing(`parcel ${parcelId} is ${parcel.status} already`);
    case 'committing':
    case 'committed':
      return refuse(gone(parcelId));
    case 'planned':
      return refuse(`parcel ${parcelId} failed before anybody was told of it`);
    default:
      return never(parcel.status);
  }
}

const gone = (parcelId: string): string =>
  `parcel ${parcelId} is said not to have left, and was dispatched: stock needs counting`;

export type ExtendDecision = { readonly kind: 'extend'; readonly reservation: Held } | Wait | Nothing;

/** payment.action_required: the customer gets until its deadline, once. */
export function decideOnActionRequired(state: Reservation | null, deadline: Date): ExtendDecision {
  if (!state || state.status === 'allocating') return wait('nothing is held for this order yet');
  if (state.status !== 'held') return nothing(`nothing waits for a payment: ${state.status}`);
  if (state.extended) return nothing('the hold was extended before');
  if (state.holdUntil && deadline <= state.holdUntil) return nothing('the hold lasts that long anyway');
  return { kind: 'extend', reservation: { ...state, holdUntil: deadline, extended: true } };
}

function never(state: never): never {
  throw new TypeError(`Not a reservation: ${JSON.stringify(state)}`);
}
