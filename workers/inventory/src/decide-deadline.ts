import type { Deadline } from '@orderflow/runtime';
import type { Restockable } from './decide-restock.ts';
import type { Held, ParcelStatus, Reservation, ReservedParcel, Restock } from './reservation.ts';

type Waiting = ReservedParcel & { readonly tryAt: Date };
type Marked = Restock & { readonly markedUntil: Date };

/** A claim keeps the deadline: who made it may crash, and then the deadline has to come again. */
const UNDECIDED: ReadonlySet<ParcelStatus> = new Set(['held', 'replacing', 'releasing']);

const isWaiting = (one: ReservedParcel): one is Waiting => one.tryAt !== undefined && UNDECIDED.has(one.status);
const isMarked = (one: Restock): one is Marked => one.markedUntil !== undefined;

/** Named by what it is of: of two at the same time both have to come. */
type Due = Deadline &
  (
    | { readonly of: 'parcel'; readonly reservation: Held; readonly parcel: ReservedParcel }
    | { readonly of: 'restock'; readonly reservation: Restockable; readonly restock: Restock }
  );

function nextDue(state: Reservation): Due | undefined {
  const parcels: Due[] =
    state.status === 'held'
      ? state.parcels.filter(isWaiting).map((parcel) => {
          const deadline = { name: `parcel ${parcel.parcelId}`, at: parcel.tryAt };
          return { ...deadline, of: 'parcel', reservation: state, parcel };
        })
      : [];
  const restocks: Due[] =
    'restocks' in state
      ? (state.restocks ?? []).filter(isMarked).map((restock) => {
          const deadline = { name: `restock ${restock.refundId}`, at: restock.markedUntil };
          return { ...deadline, of: 'restock', reservation: state, restock };
        })
      : [];
  return [...parcels, ...restocks].toSorted((a, b) => a.at.getTime() - b.at.getTime())[0];
}

/** When a parcel that nobody could send is tried again, or the marks of a refund are no longer needed. */
export function deadlineOf(state: Reservation): Deadline | null {
  const next = nextDue(state);
  return next ? { name: next.name, at: next.at } : null;
}

export type DeadlineDecision =
  | {
      readonly kind: 'look_elsewhere' | 'hold_instead' | 'release';
      readonly reservation: Held;
      readonly parcel: ReservedParcel;
    }
  | { readonly kind: 'forget'; readonly reservation: Restockable; readonly restock: Restock }
  | { readonly kind: 'nothing'; readonly why: string };

/** The first deadline of the reservation has passed. */
export function decideOnDeadline(state: Reservation | null): DeadlineDecision {
  const next = state && nextDue(state);
  if (!next) return { kind: 'nothing', why: 'nothing waits any more' };
  if (next.of === 'restock') return { kind: 'forget', reservation: next.reservation, restock: next.restock };
  const { reservation, parcel } = next;
  switch (parcel.status) {
    case 'replacing':
      return { kind: 'hold_instead', reservation, parcel };
    case 'releasing':
      return { kind: 'release', reservation, parcel };
    default:
      return { kind: 'look_elsewhere', reservation, parcel };
  }
}
