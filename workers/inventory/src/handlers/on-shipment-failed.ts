import { type EventOf, InventoryReallocated, InventoryReleased, type ShipmentFailed } from '@orderflow/contracts';
import {
  type HandlerContext,
  ignore,
  NotYetError,
  type Outcome,
  PermanentError,
  type SaidBy,
} from '@orderflow/runtime';
import { decideReplacement } from '../decide-plan.ts';
import { decideOnFailed } from '../decide-reservation.ts';
import type { Deps } from '../deps.ts';
import { giveBackStrays, holdAll } from '../holding.ts';
import { asParcel, type Held, type Reservation, type ReservedParcel, settled, withParcel } from '../reservation.ts';
import type { inventory } from '../worker.ts';

type Answer = Outcome<Reservation, SaidBy<typeof inventory>>;
type Failed = EventOf<typeof ShipmentFailed>;

/** Holds the goods of a parcel that its warehouse cannot send in others, or gives them back. */
export async function onShipmentFailed(
  deps: Deps,
  event: Failed,
  state: Reservation | null,
  context: HandlerContext,
): Promise<Answer> {
  const orderId = event.subject;
  const { dispatched, parcelId, elsewhere, reason } = event.data;
  const { stock, claims } = deps;
  if (dispatched) return ignore('it had left: a refund says what is back on the shelf');
  const decision = decideOnFailed(state, { parcelId, elsewhere, reason });
  switch (decision.do) {
    case 'nothing':
      if (state && context.triedBefore) await giveBackStrays(stock, orderId, state, context);
      return ignore(decision.why);
    case 'wait':
      throw new NotYetError(decision.why);
    case 'refuse':
      throw new PermanentError(decision.why);
    case 'claim':
      await claims.move(orderId, state as Reservation, decision.reservation, context.now);
      return { state: decision.reservation };
    case 'look elsewhere':
      return lookElsewhere(deps, event, decision, context);
    case 'hold instead':
      return holdInstead(deps, event, decision, context);
    case 'release': {
      const { reservation, parcel } = decision;
      await giveBackStrays(stock, orderId, reservation, context);
      const { parcels } = withParcel(reservation, parcelId, { status: 'released' });
      const said = { parcelId, lines: [...parcel.lines], reason: parcel.reason ?? reason };
      return { state: settled(reservation, parcels), say: [InventoryReleased.of(said)] };
    }
  }
}

/** Claims other warehouses for the parcel's goods, or that there are none. */
async function lookElsewhere(
  { stock, claims }: Deps,
  event: Failed,
  { reservation, parcel }: { reservation: Held; parcel: ReservedParcel },
  { now }: HandlerContext,
): Promise<Answer> {
  const skus = parcel.lines.map(({ sku }) => sku);
  const looks = await stock.look(event.subject, skus);
  const claimed = decideReplacement(reservation, parcel, looks, event.data.reason);
  await claims.move(event.subject, reservation, claimed, now);
  return { state: claimed };
}

/** Holds the goods elsewhere first, then lets go of them where they were. */
async function holdInstead(
  deps: Deps,
  event: Failed,
  decision: { reservation: Held; parcel: ReservedParcel; instead: readonly ReservedParcel[] },
  context: HandlerContext,
): Promise<Answer> {
  const { reservation, parcel, instead } = decision;
  const { stock } = deps;
  const orderId = event.subject;
  if (!(await holdAll(stock, orderId, instead, context.signal))) return lookElsewhere(deps, event, decision, context);

  const { parcelId } = parcel;
  const parcels = withParcel(reservation, parcelId, { status: 'replaced' }).parcels.map((one) =>
    instead.some((other) => other.parcelId === one.parcelId) ? { ...one, status: 'held' as const } : one,
  );
  const next = { ...reservation, parcels };
  await giveBackStrays(stock, orderId, next, context);
  return { state: next, say: [InventoryReallocated.of({ replaced: parcelId, parcels: instead.map(asParcel) })] };
}
