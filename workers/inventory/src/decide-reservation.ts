import { InventoryCommitted, InventoryReleased, type QuantityLine } from '@orderflow/contracts';
import { change, checkpoint, flag, ignore, wait } from '@orderflow/runtime';
import { rejected } from './decide-plan.ts';
import { type InventoryDecision, type MoveStock, moveStock } from './decision.ts';
import {
  type Allocating,
  asParcel,
  type Committed,
  type Held,
  holdsOf,
  type Released,
  type Releasing,
  type Reservation,
  type ReservedParcel,
  settled,
  summed,
  withParcel,
} from './reservation.ts';

export type PlacedDecision =
  | { readonly kind: 'choose_parcels' }
  /** Parcels were chosen by an earlier call, or by a handler that crashed. */
  | { readonly kind: 'hold_parcels'; readonly reservation: Allocating }
  | MoveStock
  | InventoryDecision;

/** order.placed: hold its lines, unless it ended already. */
export function decideOnPlaced(
  state: Reservation | null,
  { lines, triedBefore }: { readonly lines: readonly QuantityLine[]; readonly triedBefore: boolean },
): PlacedDecision {
  if (!state) return { kind: 'choose_parcels' };
  const skus = lines.map(({ sku }) => sku);
  const release = { kind: 'release_dead_holds', reservation: state, skus } as const;
  const known = () => {
    const ignored = ignore(`the reservation is ${state.status} already`);
    return triedBefore ? moveStock(release, ignored) : ignored;
  };
  switch (state.status) {
    case 'allocating':
      return { kind: 'hold_parcels', reservation: state };
    case 'rejecting':
      return moveStock(release, rejected({ ...state, status: 'rejected' }));
    case 'releasing':
    case 'released':
      return state.parcels.length > 0 ? known() : moveStock(release, change({ ...state, status: 'released', lines }));
    case 'held':
    case 'rejected':
    case 'committed':
      return known();
    default:
      return never(state);
  }
}

/**
 * The order ended without arriving (cancelled, expired, declined for good): what it still holds is released. Before
 * anything is known of the order, a tombstone is written; it publishes nothing.
 * @param left parcels that are on record to have left, though we may not have heard of it yet: their goods are gone
 */
export function decideOnEnded(
  state: Reservation | null,
  reason: string,
  left: readonly string[] = [],
): InventoryDecision | MoveStock {
  if (!state) return checkpoint({ status: 'releasing', lines: [], plan: 0, parcels: [], reason });
  // A handler whose event was dead-lettered midway may have left holds.
  const nothingToRelease = (why: string) => moveStock({ kind: 'release_dead_holds', reservation: state }, ignore(why));
  switch (state.status) {
    case 'allocating':
      return checkpoint({ ...state, status: 'releasing', parcels: [], reason });
    case 'held': {
      const parcels = state.parcels
        .filter(({ status }) => status !== 'planned')
        .map((parcel) => (left.includes(parcel.parcelId) ? parcel : releasing(parcel)));
      if (!parcels.some(({ status }) => status === 'releasing'))
        return nothingToRelease('what it held is leaving the warehouse');
      return checkpoint({ ...state, status: 'releasing', parcels, reason });
    }
    case 'releasing':
      return moveStock({ kind: 'release_dead_holds', reservation: state }, released(state));
    case 'rejecting':
    case 'rejected':
    case 'released':
      return nothingToRelease(`nothing is held: ${state.status}`);
    case 'committed':
      return nothingToRelease('too late: the goods have left the warehouse');
    default:
      return never(state);
  }
}

const releasing = (parcel: ReservedParcel): ReservedParcel =>
  parcel.status === 'held' || parcel.status === 'replacing' || parcel.status === 'shrinking'
    ? { ...parcel, status: 'releasing' }
    : parcel;

function released(state: Releasing): InventoryDecision {
  const going = state.parcels.filter(({ status }) => status === 'releasing');
  const lines = summed(going.flatMap((parcel) => parcel.lines));
  const parcels = state.parcels.map((one) => (going.includes(one) ? { ...one, status: 'released' as const } : one));
  const published = lines.length > 0 ? [InventoryReleased.of({ lines, reason: state.reason })] : [];
  return change(settled(state, parcels), published);
}

const EDIT_COMING = 'lines are being taken out of the parcel';

/** shipment.dispatched: what is held for the parcel leaves the warehouse. */
export function decideOnDispatched(state: Reservation | null, parcelId: string): InventoryDecision | MoveStock {
  if (!state || state.status === 'allocating') return wait('nothing is held for this order yet');
  if (state.status === 'rejecting' || state.status === 'rejected') return flag(unaccounted(parcelId, state.status));
  const parcel = state.parcels.find((one) => one.parcelId === parcelId);
  if (!parcel) return flag(unaccounted(parcelId, state.parcels.length > 0 ? 'unknown' : state.status));
  switch (parcel.status) {
    case 'held':
      return checkpoint(withParcel(state, parcelId, { status: 'committing' }));
    case 'shrinking':
      return wait(EDIT_COMING);
    case 'committing':
      return moveStock({ kind: 'take_out', holds: holdsOf(parcel) }, committed(state, parcel));
    case 'committed':
      return ignore(`parcel ${parcelId} is committed already`);
    case 'planned':
    case 'releasing':
    case 'released':
    case 'replacing':
    case 'replaced':
    case 'emptied':
      return flag(unaccounted(parcelId, parcel.status));
    default:
      return never(parcel.status);
  }
}

function committed(state: Held | Releasing | Released | Committed, parcel: ReservedParcel): InventoryDecision {
  const { parcels } = withParcel(state, parcel.parcelId, { status: 'committed' });
  const next = state.status === 'releasing' ? { ...state, parcels } : settled(state, parcels);
  return change(next, [InventoryCommitted.of(asParcel(parcel))]);
}

/** A parcel left that nobody accounts for: only a person can find out what became of it. */
const unaccounted = (parcelId: string, status: string): string =>
  `parcel ${parcelId} was dispatched although its stock is ${status}: stock needs counting`;

export type FailedDecision =
  /** Other warehouses are looked for. */
  | { readonly kind: 'reallocate'; readonly reservation: Held; readonly parcel: ReservedParcel }
  /** Other parcels were chosen in its stead, by an earlier call or by a handler that crashed. */
  | { readonly kind: 'hold_replacement'; readonly reservation: Held; readonly parcel: ReservedParcel }
  | MoveStock
  | InventoryDecision;

interface FailedParcel {
  readonly parcelId: string;
  readonly elsewhere: boolean;
  readonly reason: string;
  readonly triedBefore: boolean;
}

/** shipment.failed before it left: its goods come from other warehouses, wait, or are released. */
export function decideOnFailed(state: Reservation | null, failed: FailedParcel): FailedDecision {
  const { parcelId, elsewhere, reason, triedBefore } = failed;
  if (!state || state.status === 'allocating') return wait('nothing is held for this order yet');
  const done = (why: string) =>
    triedBefore ? moveStock({ kind: 'release_dead_holds', reservation: state }, ignore(why)) : ignore(why);
  const parcel = state.parcels.find((one) => one.parcelId === parcelId);
  if (!parcel) {
    if (state.status === 'held' || state.status === 'committed') return flag(`no parcel ${parcelId} is reserved`);
    return done(`nothing is held: ${state.status}`);
  }
  if (state.status !== 'held') {
    if (parcel.status === 'committing' || parcel.status === 'committed') return flag(gone(parcelId));
    return done(`parcel ${parcelId} is ${parcel.status}`);
  }
  switch (parcel.status) {
    case 'shrinking':
      return wait(EDIT_COMING);
    case 'held':
      if (elsewhere && parcel.tryAt) return done(`parcel ${parcelId} waits to be tried again`);
      if (elsewhere) return { kind: 'reallocate', reservation: state, parcel };
      return checkpoint(withParcel(state, parcelId, { status: 'releasing', reason }));
    case 'replacing':
      return { kind: 'hold_replacement', reservation: state, parcel };
    case 'releasing':
      return parcelReleased(state, parcel, reason);
    case 'released':
    case 'replaced':
    case 'emptied':
      return done(`parcel ${parcelId} is ${parcel.status} already`);
    case 'committing':
    case 'committed':
      return flag(gone(parcelId));
    case 'planned':
      return flag(`parcel ${parcelId} failed before anybody was told of it`);
    default:
      return never(parcel.status);
  }
}

const gone = (parcelId: string): string =>
  `parcel ${parcelId} is said not to have left, and was dispatched: stock needs counting`;

/** The parcel's goods are released; the reason is the one that was kept with the parcel, if any. */
export function parcelReleased(reservation: Held, parcel: ReservedParcel, reason: string): MoveStock {
  const { parcelId, lines } = parcel;
  const { parcels } = withParcel(reservation, parcelId, { status: 'released' });
  const published = InventoryReleased.of({ parcelId, lines: [...lines], reason: parcel.reason ?? reason });
  return moveStock({ kind: 'release_dead_holds', reservation }, change(settled(reservation, parcels), [published]));
}

/** payment.action_required: the customer gets until its deadline, once. */
export function decideOnActionRequired(state: Reservation | null, deadline: Date): InventoryDecision {
  if (!state || state.status === 'allocating') return wait('nothing is held for this order yet');
  if (state.status !== 'held') return ignore(`nothing waits for a payment: ${state.status}`);
  if (state.extended) return ignore('the hold was extended before');
  if (state.holdUntil && deadline <= state.holdUntil) return ignore('the hold lasts that long anyway');
  return change({ ...state, holdUntil: deadline, extended: true });
}

function never(state: never): never {
  throw new TypeError(`Not a reservation: ${JSON.stringify(state)}`);
}
