import { InventoryReleased, linesWithout, type Parcel } from '@orderflow/contracts';
import { change, checkpoint, flag, ignore, wait } from '@orderflow/runtime';
import { type InventoryDecision, type MoveStock, moveStock } from './decision.ts';
import { type Committed, type Held, type Reservation, type ReservedParcel, settled, summed } from './reservation.ts';

interface Edit {
  readonly editId: string;
  readonly taken: readonly Parcel[];
}

/** order.edited: what was taken out of parcels that have not left is available again. */
export function decideOnEdited(state: Reservation | null, { editId, taken }: Edit): InventoryDecision | MoveStock {
  if (!state || state.status === 'allocating') return wait('nothing is held for this order yet');
  if (taken.length === 0) return ignore('nothing was taken out');
  const isOpen = (parcel: ReservedParcel | undefined) => parcel?.status === 'held' || parcel?.status === 'shrinking';
  const inside = taken.map(({ parcelId }) => state.parcels.find((one) => one.parcelId === parcelId));
  if (state.status === 'releasing' && inside.some(isOpen)) return wait('the rest of the order is being released');
  if (state.status !== 'held' && state.status !== 'committed') return ignore(`nothing is held: ${state.status}`);
  if (inside.every((parcel) => parcel?.status === 'released')) return ignore('all that was in the parcel is released');
  const known = state.edits?.find((one) => one.editId === editId);
  if (known?.status === 'done') return ignore('what was taken out is available already');
  if (known) return shrunk(state, { editId, taken });
  const odd = inside.findIndex((parcel) => parcel?.status !== 'held');
  if (odd < 0) return checkpoint(shrinking(state, { editId, taken }));
  const parcel = inside[odd];
  const which = `parcel ${taken[odd]?.parcelId} is ${parcel?.status ?? 'unknown'}`;
  const isMoving = parcel?.status === 'planned' || parcel?.status === 'replacing' || parcel?.status === 'shrinking';
  return isMoving ? wait(which) : flag(`${which}, and lines were taken out of it: stock needs counting`);
}

function shrinking(state: Held | Committed, { editId, taken }: Edit): Held | Committed {
  const edit = { editId, status: 'shrinking', lines: summed(taken.flatMap(({ lines }) => lines)) } as const;
  const parcels = state.parcels.map((parcel) => {
    const out = taken.find(({ parcelId }) => parcelId === parcel.parcelId);
    if (!out) return parcel;
    const lines = linesWithout(parcel.lines, out.lines);
    return lines.length > 0
      ? { ...parcel, status: 'shrinking' as const, lines }
      : { ...parcel, status: 'emptied' as const };
  });
  return { ...state, parcels, edits: [...(state.edits ?? []), edit] };
}

function shrunk(state: Held | Committed, { editId, taken }: Edit): MoveStock {
  const isOfIt = ({ parcelId, status }: ReservedParcel) =>
    status === 'shrinking' && taken.some((one) => one.parcelId === parcelId);
  const parcels = state.parcels.map((one) => (isOfIt(one) ? { ...one, status: 'held' as const } : one));
  const edits = state.edits?.map((one) => (one.editId === editId ? { ...one, status: 'done' as const } : one));
  const lines = summed(taken.flatMap((one) => one.lines));
  const released = InventoryReleased.of({ editId, lines, reason: 'Taken out of the order' });
  const next = { ...settled(state, parcels), ...(edits && { edits }) } as Reservation;
  return moveStock(
    { kind: 'shrink', reservation: state, parcels: state.parcels.filter(isOfIt) },
    change(next, [released]),
  );
}

/**
 * A parcel that left, or failed, with less in it than we hold for it: lines were taken out of it, and order.edited is still
 * to come. Undefined: it has all that we hold.
 */
export function unheardEdit(state: Reservation | null, { parcelId, lines }: Pick<Parcel, 'parcelId' | 'lines'>) {
  const parcel = state?.parcels.find((one) => one.parcelId === parcelId);
  const isShort = parcel?.status === 'held' && linesWithout(parcel.lines, lines).length > 0;
  return isShort ? wait(`lines were taken out of parcel ${parcelId}, and the edit is still to come`) : undefined;
}
