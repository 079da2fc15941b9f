import type { Parcel, QuantityLine } from '@orderflow/contracts';

/**
 * `planned`: chosen, and being held. `committing`, `releasing`, `replacing` and `shrinking` are written by a checkpoint before any
 * stock moves, so that a handler that comes second can only finish the same thing, never undo half of it.
 */
export type ParcelStatus =
  | 'planned'
  | 'held'
  | 'committing'
  | 'committed'
  | 'releasing'
  | 'released'
  | 'replacing'
  | 'replaced'
  /** Lines were taken out of it, and the stock is being told. */
  | 'shrinking'
  /** All that was in it was taken out. */
  | 'emptied';

export interface ReservedParcel extends Parcel {
  readonly status: ParcelStatus;
  /** The plan it came from; its holds carry the number. */
  readonly plan: number;
  /** The parcel that it is to be sent instead of. */
  readonly replaces?: string;
  /** Why it is released, or waits. */
  readonly reason?: string;
  /** Since when its goods cannot be sent; handed on to what replaces it. */
  readonly failedSince?: Date;
  /** No warehouse can send it now: it stays held, and is tried again then. */
  readonly tryAt?: Date;
  /** How often its goods have waited; each time every warehouse may be asked anew. */
  readonly round?: number;
}

/** One SKU of one parcel, as its stock document holds it for the order. */
export interface Hold {
  readonly sku: string;
  readonly warehouse: string;
  readonly quantity: number;
  readonly plan: number;
}

export interface Shortage {
  readonly sku: string;
  readonly requested: number;
  /** Over all warehouses. */
  readonly available: number;
}

export interface StockedLine extends QuantityLine {
  readonly warehouse: string;
}

/** What a refund put back on the shelf; `restocking` is written by a checkpoint before any stock moves. */
export interface Restock {
  readonly refundId: string;
  readonly status: 'restocking' | 'restocked';
  readonly stock: readonly StockedLine[];
  /** What was asked for beyond what had left and was not back yet; it was not put back. */
  readonly beyond?: readonly QuantityLine[];
  /** So long its marks stay in the stock, against a try that was overtaken; afterwards this document is the guard. */
  readonly markedUntil?: Date;
}

/** An edit; `shrinking` is written by a checkpoint before any stock moves. */
export interface TakenOut {
  readonly editId: string;
  readonly status: 'shrinking' | 'done';
  readonly lines: readonly QuantityLine[];
}

interface With<S extends string> {
  readonly status: S;
  readonly lines: readonly QuantityLine[];
  /**
   * The newest plan: raised each time parcels are chosen anew. A hold of a plan up to this one that no live parcel
   * accounts for is dead for ever, so any handler may release it at any time.
   */
  readonly plan: number;
  readonly parcels: readonly ReservedParcel[];
}
interface Short<S extends string> extends With<S> {
  readonly shortages: readonly Shortage[];
}
interface Reserved<S extends string> extends With<S> {
  readonly holdUntil?: Date;
  /** The hold was made longer for 3-D Secure, which happens once. */
  readonly extended?: true;
  readonly reason?: string;
  readonly restocks?: readonly Restock[];
  /** What was taken out of the order, each edit once. */
  readonly edits?: readonly TakenOut[];
}

/** Parcels are chosen; nobody can hold another choice for the order. */
export type Allocating = With<'allocating'>;
export type Rejecting = Short<'rejecting'>;
export type Rejected = Short<'rejected'>;
export type Held = Reserved<'held'>;
/** The order has ended: all that has not left is released. */
export type Releasing = Reserved<'releasing'> & { readonly reason: string };
/** Without parcels it is a tombstone: the order ended before its stock was held, and never will be. */
export type Released = Reserved<'released'>;
/** Everything that did not go back has left. */
export type Committed = Reserved<'committed'>;

/** What one order has of the stock. */
export type Reservation = Allocating | Rejecting | Rejected | Held | Releasing | Released | Committed;
export type Status = Reservation['status'];

const LIVE: ReadonlySet<ParcelStatus> = new Set(['planned', 'held', 'committing', 'replacing', 'shrinking']);
const OPEN: ReadonlySet<ParcelStatus> = new Set([...LIVE, 'releasing']);

export const holdsOf = ({ warehouse, lines, plan }: ReservedParcel): Hold[] =>
  lines.map(({ sku, quantity }) => ({ sku, warehouse, quantity, plan }));

/** The holds that the reservation's live parcels account for. */
export const liveHolds = ({ parcels }: Pick<Reservation, 'parcels'>): Hold[] =>
  parcels.filter(({ status }) => LIVE.has(status)).flatMap(holdsOf);

/** Of the holds found in the stock, those that are dead: left by a handler that crashed, was overtaken, or has ended. */
export function deadHolds(state: Reservation, found: readonly Hold[]): Hold[] {
  const live = liveHolds(state);
  return found.filter(
    (hold) =>
      hold.plan <= state.plan &&
      !live.some(({ sku, warehouse, plan }) => sku === hold.sku && warehouse === hold.warehouse && plan === hold.plan),
  );
}

/** The reservation with these parcels; where none is open any more, how it ended. */
export function settled(
  state: Held | Releasing | Released | Committed,
  parcels: readonly ReservedParcel[],
): Reservation {
  if (parcels.some(({ status }) => OPEN.has(status))) return { ...state, status: 'held', parcels };
  const left = parcels.some(({ status }) => status === 'committed');
  return { ...state, status: left ? 'committed' : 'released', parcels };
}

export const withParcel = <S extends Reservation>(state: S, parcelId: string, change: Partial<ReservedParcel>): S => ({
  ...state,
  parcels: state.parcels.map((parcel) => (parcel.parcelId === parcelId ? { ...parcel, ...change } : parcel)),
});

/** The parcel as events carry it. */
export const asParcel = ({ parcelId, warehouse, lines }: ReservedParcel): Parcel => ({
  parcelId,
  warehouse,
  lines: [...lines],
});

/** One line for each SKU. The gateway sums duplicate lines; another publisher may not, and one order has one hold for each. */
export function summed(lines: readonly QuantityLine[]): QuantityLine[] {
  const bySku = new Map<string, number>();
  for (const { sku, quantity } of lines) bySku.set(sku, (bySku.get(sku) ?? 0) + quantity);
  return [...bySku].map(([sku, quantity]) => ({ sku, quantity }));
}
