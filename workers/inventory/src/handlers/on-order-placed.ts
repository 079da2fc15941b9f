import { type EventOf, InventoryReserved, type OrderPlaced, type QuantityLine } from '@orderflow/contracts';
import { change, checkpoint, type HandlerContext } from '@orderflow/runtime';
import { decideFirstPlan, decideNextPlan } from '../decide-plan.ts';
import { decideOnPlaced } from '../decide-reservation.ts';
import type { InventoryDecision } from '../decision.ts';
import type { Deps } from '../deps.ts';
import { holdAll } from '../holding.ts';
import { withStockMoved } from '../move-stock.ts';
import { type Allocating, asParcel, liveHolds, type Reservation, type ReservedParcel, summed } from '../reservation.ts';

/** So often somebody may be faster with the last of a warehouse before the queue tries again later. */
const ROUNDS = 10;

/** Holds every line in the fewest parcels, or none and says what is short. */
export async function onOrderPlaced(
  deps: Deps,
  event: EventOf<typeof OrderPlaced>,
  state: Reservation | null,
  context: HandlerContext,
): Promise<InventoryDecision> {
  const orderId = event.subject;
  const lines = summed(event.data.lines);
  const decision = decideOnPlaced(state, { lines, triedBefore: context.triedBefore });
  switch (decision.kind) {
    case 'choose_parcels':
      return chooseParcels(deps, orderId, lines, context);
    case 'hold_parcels':
      return holdParcels(deps, orderId, decision.reservation, context);
    default:
      return withStockMoved(deps, orderId, decision, context);
  }
}

/** Nothing is released before a checkpoint: another handler for the same order may count on what is held. */
async function chooseParcels(
  deps: Deps,
  orderId: string,
  lines: readonly QuantityLine[],
  context: HandlerContext,
): Promise<InventoryDecision> {
  const { stock } = deps;
  const skus = lines.map(({ sku }) => sku);
  for (let round = 0; round < ROUNDS; round++) {
    const first = decideFirstPlan(lines, await stock.offersFor(orderId, skus));
    if (first.kind !== 'hold') return first;
    const { parcels } = first;
    if (await holdAll(stock, orderId, parcels, context.signal)) {
      return reserved(deps, { lines, plan: 0, parcels }, context.now);
    }
  }
  throw new Error(`Others were faster with this stock ${ROUNDS} times`);
}

/** Holds the parcels of the checkpoint; if somebody is faster, the next checkpoint has others, or the shortage. */
async function holdParcels(
  deps: Deps,
  orderId: string,
  chosen: Allocating,
  { now, signal }: HandlerContext,
): Promise<InventoryDecision> {
  const { stock } = deps;
  const skus = chosen.lines.map(({ sku }) => sku);
  const wanted = liveHolds(chosen);
  const found = await stock.holdsOf(orderId, skus);
  const elsewhere = found.filter(
    (hold) =>
      hold.plan < chosen.plan && !wanted.some(({ sku, warehouse }) => sku === hold.sku && warehouse === hold.warehouse),
  );
  for (const hold of elsewhere) await stock.release(orderId, hold);
  if (await holdAll(stock, orderId, chosen.parcels, signal)) return reserved(deps, chosen, now);
  return checkpoint(decideNextPlan(chosen, await stock.offersFor(orderId, skus)));
}

function reserved(
  { holdSeconds }: Deps,
  chosen: { lines: readonly QuantityLine[]; plan: number; parcels: readonly ReservedParcel[] },
  now: Date,
): InventoryDecision {
  const { lines, plan } = chosen;
  const holdUntil = new Date(now.getTime() + holdSeconds * 1_000);
  const parcels = chosen.parcels.map((parcel) => ({ ...parcel, status: 'held' as const }));
  const data = { lines: [...lines], parcels: parcels.map(asParcel), holdUntil: holdUntil.toISOString() };
  return change({ status: 'held', lines, plan, parcels, holdUntil }, [InventoryReserved.of(data)]);
}
