import { InventoryRejected, type QuantityLine } from '@orderflow/contracts';
import { change, checkpoint } from '@orderflow/runtime';
import { decideAllocation, type Offer, type Share } from './decide-allocation.ts';
import type { InventoryDecision } from './decision.ts';
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

/** What a warehouse can give to an order, which may hold some of it already. */
export interface OrderOffer extends Offer {
  /** What the order has of it already. */
  readonly own?: Pick<Hold, 'quantity' | 'plan'>;
}

export type FirstPlan =
  /** Nothing has to be released for it, so it needs no checkpoint. */
  | { readonly kind: 'hold'; readonly parcels: readonly ReservedParcel[] }
  /** Rejected, where nothing is held that would have to be released, or the checkpoint of a choice. */
  | InventoryDecision;

/** The first choice of parcels for an order; what an earlier handler that crashed has held counts as available. */
export function decideFirstPlan(lines: readonly QuantityLine[], offers: readonly OrderOffer[]): FirstPlan {
  const own = offers.flatMap(holdIn);
  const allocation = decideAllocation(lines, withOwn(offers));
  if ('shortages' in allocation) {
    const short = { lines, plan: newest(own), parcels: [], shortages: allocation.shortages };
    if (own.length === 0) return rejected({ ...short, status: 'rejected' });
    return checkpoint({ ...short, status: 'rejecting' });
  }
  const parcels = numbered(allocation.shares, { plan: 0, after: 0 });
  const wanted = liveHolds({ parcels });
  const fits = own.every((hold) => wanted.some((other) => same(hold, other)));
  if (fits) return { kind: 'hold', parcels };
  const plan = newest(own) + 1;
  return checkpoint({ status: 'allocating', lines, plan, parcels: numbered(allocation.shares, { plan, after: 0 }) });
}

export const rejected = (state: Rejected): InventoryDecision =>
  change(state, [InventoryRejected.of({ shortages: [...state.shortages] })]);

/** Another choice, after somebody was faster with the one before. */
export function decideNextPlan(state: Allocating, offers: readonly OrderOffer[]): Allocating | Rejecting {
  const { lines } = state;
  const allocation = decideAllocation(lines, withOwn(offers));
  if ('shortages' in allocation) {
    return { status: 'rejecting', lines, plan: state.plan, parcels: [], shortages: allocation.shortages };
  }
  const plan = state.plan + 1;
  return { status: 'allocating', lines, plan, parcels: numbered(allocation.shares, { plan, after: 0 }) };
}

/** Why a parcel cannot be sent, and for how long it is tried again. */
export interface Failure {
  readonly reason: string;
  readonly now: Date;
  /** Waited at least before it is tried again. */
  readonly retryMs: number;
  /** After so long it is given up. */
  readonly giveUpMs: number;
}

/**
 * Where else the goods of a parcel could come from: never from a warehouse that could not send a parcel of this order
 * since it last waited, or two that both can't would hand it to and fro for ever; nor from one that holds the same SKU
 * for another parcel of the order, since a stock document has one hold for each order. Where there is no such place
 * the parcel waits, or once it has waited, is tried again where it is.
 */
export function decideReplacement(
  state: Held,
  parcel: ReservedParcel,
  offers: readonly OrderOffer[],
  { reason, now, ...patience }: Failure,
): Held {
  const { parcelId, warehouse: here, failedSince = now, tryAt } = parcel;
  const round = (parcel.round ?? 0) + (tryAt ? 1 : 0);
  const others = state.parcels.filter((one) => one.status !== 'planned' || one.replaces !== parcelId);
  const taken = liveHolds({ parcels: others });
  const failed = new Set(
    others.filter((one) => one.status === 'replaced' && (one.round ?? 0) === round).map(({ warehouse }) => warehouse),
  );
  const free = offers.filter(
    ({ sku, warehouse }) =>
      warehouse !== here &&
      !failed.has(warehouse) &&
      !taken.some((hold) => hold.sku === sku && hold.warehouse === warehouse),
  );
  const allocation = decideAllocation(parcel.lines, withOwn(free));
  if ('shortages' in allocation && !tryAt) {
    const wait = waitOrGiveUp(failedSince, now, patience);
    return withParcel({ ...state, parcels: others }, parcelId, { ...wait, reason });
  }
  const shares = 'shares' in allocation ? allocation.shares : [{ warehouse: here, lines: [...parcel.lines] }];
  const plan = state.plan + 1;
  const after = Math.max(...others.map((one) => Number(one.parcelId)));
  const about = { replaces: parcelId, failedSince, ...(round > 0 && { round }) };
  const instead = numbered(shares, { plan, after }).map((one) => ({ ...one, ...about }));
  const replacing = withParcel({ ...state, parcels: others }, parcelId, { status: 'replacing', reason });
  return { ...replacing, plan, parcels: [...replacing.parcels, ...instead] };
}

/** Each pause is as long as all before, so that an outage of hours does not make hundreds of parcels. */
function waitOrGiveUp(
  failedSince: Date,
  now: Date,
  { retryMs, giveUpMs }: Pick<Failure, 'retryMs' | 'giveUpMs'>,
): Partial<ReservedParcel> {
  const waited = now.getTime() - failedSince.getTime();
  if (waited >= giveUpMs) return { status: 'releasing' };
  const pause = Math.min(Math.max(retryMs, waited), giveUpMs - waited);
  return { status: 'held', failedSince, tryAt: new Date(now.getTime() + pause) };
}

const holdIn = ({ sku, warehouse, own }: OrderOffer): Hold[] => (own ? [{ sku, warehouse, ...own }] : []);
const withOwn = (offers: readonly OrderOffer[]): Offer[] =>
  offers.map(({ sku, warehouse, available, own }) => ({ sku, warehouse, available: available + (own?.quantity ?? 0) }));
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
