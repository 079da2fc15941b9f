import type { QuantityLine } from '@orderflow/contracts';
import { decideAllocation, type Offer, type Share } from './decide-allocation.ts';
import {
  type Allocating,
  type Held,
  type Hold,
  liveHolds,
  type Rejected,
  type Rejecting,
  type ReservedParcel,
  withParcel,
} from './reservation.ts';

/** One stock document as an order sees it. */
export interface Look extends Offer {
  /** What the order has of it already. */
  readonly own?: Pick<Hold, 'quantity' | 'plan'>;
}

export type FirstPlan =
  /** Nothing has to be given back for it, so nobody has to be kept out first. */
  | { readonly do: 'hold'; readonly parcels: readonly ReservedParcel[] }
  | { readonly do: 'claim'; readonly reservation: Allocating | Rejecting }
  /** Short, and nothing is held that would have to go back. */
  | { readonly do: 'reject'; readonly reservation: Rejected };

/** The first choice of parcels for an order; what an earlier try that crashed has held counts as available. */
export function decideFirstPlan(lines: readonly QuantityLine[], looks: readonly Look[]): FirstPlan {
  const own = looks.flatMap(holdIn);
  const allocation = decideAllocation(lines, offersOf(looks));
  if ('shortages' in allocation) {
    const short = { lines, plan: newest(own), parcels: [], shortages: allocation.shortages };
    if (own.length === 0) return { do: 'reject', reservation: { ...short, status: 'rejected' } };
    return { do: 'claim', reservation: { ...short, status: 'rejecting' } };
  }
  const parcels = numbered(allocation.shares, { plan: 0, after: 0 });
  const wanted = liveHolds({ parcels });
  const fits = own.every((hold) => wanted.some((other) => same(hold, other)));
  if (fits) return { do: 'hold', parcels };
  const plan = newest(own) + 1;
  return {
    do: 'claim',
    reservation: { status: 'allocating', lines, plan, parcels: numbered(allocation.shares, { plan, after: 0 }) },
  };
}

/** Another choice, after somebody was faster with the one before. */
export function decideNextPlan(state: Allocating, looks: readonly Look[]): Allocating | Rejecting {
  const { lines } = state;
  const allocation = decideAllocation(lines, offersOf(looks));
  if ('shortages' in allocation) {
    return { status: 'rejecting', lines, plan: state.plan, parcels: [], shortages: allocation.shortages };
  }
  const plan = state.plan + 1;
  return { status: 'allocating', lines, plan, parcels: numbered(allocation.shares, { plan, after: 0 }) };
}

/**
 * Where else the goods of a parcel could come from: never from a warehouse that could not send a parcel of this order,
 * or two that both can't would hand it to and fro for ever; nor from one that holds the same SKU for another parcel of
 * the order, since a stock document has one hold for each order.
 * @param reason why the parcel goes back if there is no such place
 */
export function decideReplacement(state: Held, parcel: ReservedParcel, looks: readonly Look[], reason: string): Held {
  const { parcelId } = parcel;
  const others = state.parcels.filter((one) => one.status !== 'planned' || one.replaces !== parcelId);
  const taken = liveHolds({ parcels: others });
  const failed = new Set(others.filter(({ status }) => status === 'replaced').map(({ warehouse }) => warehouse));
  const free = looks.filter(
    ({ sku, warehouse }) =>
      warehouse !== parcel.warehouse &&
      !failed.has(warehouse) &&
      !taken.some((hold) => hold.sku === sku && hold.warehouse === warehouse),
  );
  const allocation = decideAllocation(parcel.lines, offersOf(free));
  if ('shortages' in allocation) {
    return withParcel({ ...state, parcels: others }, parcelId, { status: 'releasing', reason });
  }
  const plan = state.plan + 1;
  const after = Math.max(...others.map((one) => Number(one.parcelId)));
  const instead = numbered(allocation.shares, { plan, after }).map((one) => ({ ...one, replaces: parcelId }));
  const claimed = withParcel({ ...state, parcels: others }, parcelId, { status: 'replacing', reason });
  return { ...claimed, plan, parcels: [...claimed.parcels, ...instead] };
}

const holdIn = ({ sku, warehouse, own }: Look): Hold[] => (own ? [{ sku, warehouse, ...own }] : []);
const offersOf = (looks: readonly Look[]): Offer[] =>
  looks.map(({ sku, warehouse, available, own }) => ({ sku, warehouse, available: available + (own?.quantity ?? 0) }));
const newest = (holds: readonly Hold[]): number => Math.max(0, ...holds.map(({ plan }) => plan));
const same = (a: Hold, b: Hold): boolean =>
  a.sku === b.sku && a.warehouse === b.warehouse && a.quantity === b.quantity && a.plan === b.plan;

function numbered(shares: readonly Share[], { plan, after }: { plan: number; after: number }): ReservedParcel[] {
  return shares.map(({ warehouse, lines }, index) => ({
    parcelId: String(after + index + 1),
    warehouse,
    lines,
    status: 'planned',
    plan,
  }));
}
