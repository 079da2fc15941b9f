import {
  type EventOf,
  InventoryRejected,
  InventoryReserved,
  type OrderPlaced,
  type QuantityLine,
} from '@orderflow/contracts';
import { change, checkpoint, type Decision, type HandlerContext, ignore, type SaidBy } from '@orderflow/runtime';
import { decideFirstPlan, decideNextPlan } from '../decide-plan.ts';
import { decideOnPlaced } from '../decide-reservation.ts';
import type { Deps } from '../deps.ts';
import { giveBackStrays, holdAll } from '../holding.ts';
import {
  type Allocating,
  asParcel,
  liveHolds,
  type Rejected,
  type Reservation,
  type ReservedParcel,
  summed,
} from '../reservation.ts';
import type { inventory } from '../worker.ts';

type Answer = Decision<Reservation, SaidBy<typeof inventory>>;

/** So often somebody may be faster with the last of a warehouse before the queue tries again later. */
const ROUNDS = 10;

/** Holds every line in the fewest parcels, or none and says what is short. */
export async function onOrderPlaced(
  deps: Deps,
  event: EventOf<typeof OrderPlaced>,
  state: Reservation | null,
  context: HandlerContext,
): Promise<Answer> {
  const orderId = event.subject;
  const lines = summed(event.data.lines);
  const skus = lines.map(({ sku }) => sku);
  const { signal } = context;
  const decision = decideOnPlaced(state);
  switch (decision.kind) {
    case 'choose':
      return choose(deps, orderId, lines, context);
    case 'hold':
      return holdChosen(deps, orderId, decision.reservation, context);
    case 'reject':
      await giveBackStrays(deps.stock, orderId, decision.reservation, { skus, signal });
      return rejected({ ...decision.reservation, status: 'rejected' });
    case 'give_back':
      await giveBackStrays(deps.stock, orderId, decision.reservation, { skus, signal });
      return change({ ...decision.reservation, status: 'released', lines });
    case 'nothing':
      if (state && context.triedBefore) await giveBackStrays(deps.stock, orderId, state, { skus, signal });
      return ignore(decision.why);
  }
}

/** Nothing is given back before it is claimed: another try for the same order may count on what is held. */
async function choose(
  deps: Deps,
  orderId: string,
  lines: readonly QuantityLine[],
  context: HandlerContext,
): Promise<Answer> {
  const { stock } = deps;
  const skus = lines.map(({ sku }) => sku);
  for (let round = 0; round < ROUNDS; round++) {
    const first = decideFirstPlan(lines, await stock.look(orderId, skus));
    switch (first.kind) {
      case 'reject':
        return rejected(first.reservation);
      case 'claim':
        return checkpoint(first.reservation);
      case 'hold':
        if (await holdAll(stock, orderId, first.parcels, context.signal)) {
          return reserved(deps, { lines, plan: 0, parcels: first.parcels }, context.now);
        }
    }
  }
  throw new Error(`Others were faster with this stock ${ROUNDS} times`);
}

/** Holds what was claimed; if somebody is faster, claims another choice, or that there is none. */
async function holdChosen(
  deps: Deps,
  orderId: string,
  chosen: Allocating,
  { now, signal }: HandlerContext,
): Promise<Answer> {
  const { stock } = deps;
  const skus = chosen.lines.map(({ sku }) => sku);
  const wanted = liveHolds(chosen);
  const found = await stock.holdsOf(orderId, skus);
  const elsewhere = found.filter(
    (hold) =>
      hold.plan < chosen.plan && !wanted.some(({ sku, warehouse }) => sku === hold.sku && warehouse === hold.warehouse),
  );
  for (const hold of elsewhere) await stock.giveBack(orderId, hold);
  if (await holdAll(stock, orderId, chosen.parcels, signal)) return reserved(deps, chosen, now);
  const next = decideNextPlan(chosen, await stock.look(orderId, skus));
  return checkpoint(next);
}

function reserved(
  { holdSeconds }: Deps,
  chosen: { lines: readonly QuantityLine[]; plan: number; parcels: readonly ReservedParcel[] },
  now: Date,
): Answer {
  const { lines, plan } = chosen;
  const holdUntil = new Date(now.getTime() + holdSeconds * 1_000);
  const parcels = chosen.parcels.map((parcel) => ({ ...parcel, status: 'held' as const }));
  const said = { lines: [...lines], parcels: parcels.map(asParcel), holdUntil: holdUntil.toISOString() };
  return change({ status: 'held', lines, plan, parcels, holdUntil }, [InventoryReserved.of(said)]);
}

const rejected = (state: Rejected): Answer =>
  change(state, [InventoryRejected.of({ shortages: [...state.shortages] })]);
