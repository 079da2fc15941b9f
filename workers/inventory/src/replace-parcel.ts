import { InventoryReallocated, InventoryReleased } from '@orderflow/contracts';
import { change, checkpoint, type Decision, type HandlerContext, type SaidBy } from '@orderflow/runtime';
import { decideReplacement } from './decide-plan.ts';
import type { Deps } from './deps.ts';
import { giveBackStrays, holdAll } from './holding.ts';
import { asParcel, type Held, type Reservation, type ReservedParcel, settled, withParcel } from './reservation.ts';
import type { inventory } from './worker.ts';

type Answer = Decision<Reservation, SaidBy<typeof inventory>>;

/** Of which order, and why its parcel cannot be sent. */
interface Cause {
  readonly orderId: string;
  readonly reason: string;
}
interface Parted {
  readonly reservation: Held;
  readonly parcel: ReservedParcel;
}

/** Claims other parcels for the parcel's goods, or that it waits, or that it is given up. */
export async function lookElsewhere(
  { stock, patience }: Deps,
  { orderId, reason }: Cause,
  { reservation, parcel }: Parted,
  { now }: HandlerContext,
): Promise<Answer> {
  const skus = parcel.lines.map(({ sku }) => sku);
  const looks = await stock.look(orderId, skus);
  const claimed = decideReplacement(reservation, parcel, looks, { reason, now, ...patience });
  return checkpoint(claimed);
}

/** Holds the goods in the parcels that were claimed first, then lets go of them where they were. */
export async function holdInstead(
  deps: Deps,
  cause: Cause,
  { reservation, parcel }: Parted,
  context: HandlerContext,
): Promise<Answer> {
  const { stock } = deps;
  const { orderId } = cause;
  const { parcelId } = parcel;
  const instead = reservation.parcels.filter((one) => one.replaces === parcelId && one.status === 'planned');
  if (!(await holdAll(stock, orderId, instead, context.signal))) {
    return lookElsewhere(deps, cause, { reservation, parcel }, context);
  }
  const parcels = withParcel(reservation, parcelId, { status: 'replaced' }).parcels.map((one) =>
    instead.some((other) => other.parcelId === one.parcelId) ? { ...one, status: 'held' as const } : one,
  );
  const next = { ...reservation, parcels };
  await giveBackStrays(stock, orderId, next, context);
  return change(next, [InventoryReallocated.of({ replaced: parcelId, parcels: instead.map(asParcel) })]);
}

/** Gives back what was held for the parcel. */
export async function releaseParcel(
  { stock }: Deps,
  { orderId, reason }: Cause,
  { reservation, parcel }: Parted,
  context: HandlerContext,
): Promise<Answer> {
  const { parcelId, lines } = parcel;
  await giveBackStrays(stock, orderId, reservation, context);
  const { parcels } = withParcel(reservation, parcelId, { status: 'released' });
  const said = { parcelId, lines: [...lines], reason: parcel.reason ?? reason };
  return change(settled(reservation, parcels), [InventoryReleased.of(said)]);
}
