import { InventoryReallocated } from '@orderflow/contracts';
import { change, checkpoint, type HandlerContext } from '@orderflow/runtime';
import { decideReplacement } from './decide-plan.ts';
import { type InventoryDecision, moveStock } from './decision.ts';
import type { Deps } from './deps.ts';
import { holdAll } from './holding.ts';
import { withStockMoved } from './move-stock.ts';
import { asParcel, type Held, type ReservedParcel, withParcel } from './reservation.ts';

/** Of which order, and why its parcel cannot be sent. */
interface Cause {
  readonly orderId: string;
  readonly reason: string;
}
interface OneParcel {
  readonly reservation: Held;
  readonly parcel: ReservedParcel;
}

/** A checkpoint with other parcels for the parcel's goods, or that it waits, or that it is released. */
export async function planReplacement(
  { stock, patience }: Deps,
  { orderId, reason }: Cause,
  { reservation, parcel }: OneParcel,
  { now }: HandlerContext,
): Promise<InventoryDecision> {
  const skus = parcel.lines.map(({ sku }) => sku);
  const offers = await stock.offersFor(orderId, skus);
  return checkpoint(decideReplacement(reservation, parcel, offers, { reason, now, ...patience }));
}

/** Holds the goods in the parcels of the checkpoint first, then releases them where they were. */
export async function holdReplacement(
  deps: Deps,
  cause: Cause,
  { reservation, parcel }: OneParcel,
  context: HandlerContext,
): Promise<InventoryDecision> {
  const { stock } = deps;
  const { orderId } = cause;
  const { parcelId } = parcel;
  const instead = reservation.parcels.filter((one) => one.replaces === parcelId && one.status === 'planned');
  if (!(await holdAll(stock, orderId, instead, context.signal))) {
    return planReplacement(deps, cause, { reservation, parcel }, context);
  }
  const parcels = withParcel(reservation, parcelId, { status: 'replaced' }).parcels.map((one) =>
    instead.some((other) => other.parcelId === one.parcelId) ? { ...one, status: 'held' as const } : one,
  );
  const next = { ...reservation, parcels };
  const published = InventoryReallocated.of({ replaced: parcelId, parcels: instead.map(asParcel) });
  const replaced = moveStock({ kind: 'release_dead_holds', reservation: next }, change(next, [published]));
  return withStockMoved(deps, orderId, replaced, context);
}
