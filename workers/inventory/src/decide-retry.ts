import type { Deadline } from '@orderflow/runtime';
import type { Held, ParcelStatus, Reservation, ReservedParcel } from './reservation.ts';

type Waiting = ReservedParcel & { readonly tryAt: Date };

/** A claim keeps the deadline: who made it may crash, and then the deadline has to come again. */
const UNDECIDED: ReadonlySet<ParcelStatus> = new Set(['held', 'replacing', 'releasing']);

const waitingIn = ({ parcels }: Held): Waiting[] =>
  parcels
    .filter((one): one is Waiting => one.tryAt !== undefined && UNDECIDED.has(one.status))
    .toSorted((a, b) => a.tryAt.getTime() - b.tryAt.getTime());

/** When the next parcel that nobody could send is tried again. Named by the parcel: of two at the same time both are. */
export function deadlineOf(state: Reservation): Deadline | null {
  const [next] = state.status === 'held' ? waitingIn(state) : [];
  return next ? { name: `parcel ${next.parcelId}`, at: next.tryAt } : null;
}

export type RetryDecision =
  | { readonly do: 'look elsewhere'; readonly reservation: Held; readonly parcel: ReservedParcel }
  | { readonly do: 'hold instead'; readonly reservation: Held; readonly parcel: ReservedParcel }
  | { readonly do: 'release'; readonly reservation: Held; readonly parcel: ReservedParcel }
  | { readonly do: 'nothing'; readonly why: string };

/** The time of the parcel that has waited longest has come. */
export function decideOnRetry(state: Reservation | null): RetryDecision {
  const [parcel] = state?.status === 'held' ? waitingIn(state) : [];
  if (state?.status !== 'held' || !parcel) return { do: 'nothing', why: 'no parcel waits any more' };
  switch (parcel.status) {
    case 'replacing':
      return { do: 'hold instead', reservation: state, parcel };
    case 'releasing':
      return { do: 'release', reservation: state, parcel };
    default:
      return { do: 'look elsewhere', reservation: state, parcel };
  }
}
