import { change, type Deadline, type Ignore, ignore } from '@orderflow/runtime';
import { parcelReleased } from './decide-reservation.ts';
import { type Restockable, unmarked } from './decide-restock.ts';
import { type MoveStock, moveStock } from './decision.ts';
import type { Held, ParcelStatus, Reservation, ReservedParcel, Restock } from './reservation.ts';

type Waiting = ReservedParcel & { readonly tryAt: Date };
type Marked = Restock & { readonly markedUntil: Date };

/** A checkpoint keeps the deadline: the handler that wrote it may crash, and then the deadline has to come again. */
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
      readonly kind: 'reallocate' | 'hold_replacement';
      readonly reservation: Held;
      readonly parcel: ReservedParcel;
    }
  | MoveStock
  | Ignore;

/** Of a parcel whose failure gave no reason. */
export const NO_WAREHOUSE = 'no warehouse could send it';

/** The first deadline of the reservation has passed. */
export function decideOnDeadline(state: Reservation | null): DeadlineDecision {
  const next = state && nextDue(state);
  if (!next) return ignore('nothing waits any more');
  if (next.of === 'restock') {
    const { reservation, restock } = next;
    return moveStock({ kind: 'remove_marks', restock }, change(unmarked(reservation, restock)));
  }
  const { reservation, parcel } = next;
  switch (parcel.status) {
    case 'replacing':
      return { kind: 'hold_replacement', reservation, parcel };
    case 'releasing':
      return parcelReleased(reservation, parcel, NO_WAREHOUSE);
    default:
      return { kind: 'reallocate', reservation, parcel };
  }
}
