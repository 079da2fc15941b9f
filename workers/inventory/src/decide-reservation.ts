import type { QuantityLine } from '@orderflow/contracts';

export interface Shortage {
  readonly sku: string;
  readonly requested: number;
  readonly available: number;
}

interface With<S extends string> {
  readonly status: S;
  readonly lines: readonly QuantityLine[];
}
interface Held<S extends string> extends With<S> {
  readonly holdUntil: Date;
}
interface Short<S extends string> extends With<S> {
  readonly shortages: readonly Shortage[];
}

export type Rejecting = Short<'rejecting'>;
export type Releasing = Held<'releasing'> & { readonly reason: string };
/** Without lines it is a tombstone: the order ended before its stock was held, and never will be. */
export type Released = With<'released'> & { readonly reason: string };
export type Committing = Held<'committing'>;

/**
 * What one order has of the stock. `rejecting`, `releasing` and `committing` are claims: written before any stock
 * is given back or taken, so that whoever comes second can only finish the same thing, never undo half of it.
 */
export type Reservation =
  | Held<'held'>
  | Rejecting
  | Short<'rejected'>
  | Releasing
  | Released
  | Committing
  | Held<'committed'>;

export type Status = Reservation['status'];

export type PlacedDecision =
  | { readonly do: 'hold' }
  /** A shortage was found before, by us or by a try that crashed. */
  | { readonly do: 'reject'; readonly reservation: Rejecting }
  /** The order ended while its stock was being held. */
  | { readonly do: 'give back'; readonly reservation: Released }
  | { readonly do: 'nothing'; readonly why: string };

/** order.placed: hold its lines, unless it ended already. */
export function decideOnPlaced(state: Reservation | null): PlacedDecision {
  if (!state) return { do: 'hold' };
  switch (state.status) {
    case 'rejecting':
      return { do: 'reject', reservation: state };
    case 'released':
      return { do: 'give back', reservation: state };
    case 'held':
    case 'rejected':
    case 'releasing':
    case 'committing':
    case 'committed':
      return { do: 'nothing', why: `the reservation is ${state.status} already` };
    default:
      return never(state);
  }
}

export type ReleaseDecision =
  | { readonly do: 'leave a tombstone'; readonly reservation: Released }
  | { readonly do: 'claim'; readonly reservation: Releasing }
  | { readonly do: 'release'; readonly reservation: Releasing }
  | { readonly do: 'nothing'; readonly why: string };

/** The order ended without shipping (cancelled, declined for good): what it holds goes back. */
export function decideOnEnded(state: Reservation | null, reason: string): ReleaseDecision {
  if (!state) return { do: 'leave a tombstone', reservation: { status: 'released', lines: [], reason } };
  switch (state.status) {
    case 'held':
      return { do: 'claim', reservation: { ...state, status: 'releasing', reason } };
    case 'releasing':
      return { do: 'release', reservation: state };
    case 'rejecting':
    case 'rejected':
    case 'released':
      return { do: 'nothing', why: `nothing is held: ${state.status}` };
    case 'committing':
    case 'committed':
      return { do: 'nothing', why: 'too late: the goods have left the warehouse' };
    default:
      return never(state);
  }
}

export type CommitDecision =
  | { readonly do: 'claim'; readonly reservation: Committing }
  | { readonly do: 'commit'; readonly reservation: Committing }
  | { readonly do: 'wait'; readonly why: string }
  | { readonly do: 'refuse'; readonly why: string }
  | { readonly do: 'nothing'; readonly why: string };

/** shipment.dispatched: what is held leaves the warehouse. */
export function decideOnDispatched(state: Reservation | null): CommitDecision {
  if (!state) return { do: 'wait', why: 'nothing is known of this order yet' };
  switch (state.status) {
    case 'held':
      return { do: 'claim', reservation: { ...state, status: 'committing' } };
    case 'committing':
      return { do: 'commit', reservation: state };
    case 'committed':
      return { do: 'nothing', why: 'committed already' };
    case 'rejecting':
    case 'rejected':
    case 'releasing':
    case 'released':
      return { do: 'refuse', why: `goods were dispatched whose reservation is ${state.status}: stock needs counting` };
    default:
      return never(state);
  }
}

function never(state: never): never {
  throw new TypeError(`Not a reservation: ${JSON.stringify(state)}`);
}
