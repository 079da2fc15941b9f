import type { Decision, SaidBy } from '@orderflow/runtime';
import type { Hold, Reservation, ReservedParcel, Restock } from './reservation.ts';
import type { inventory } from './worker.ts';

export type InventoryDecision = Decision<Reservation, SaidBy<typeof inventory>>;

/** Each move is idempotent, so that a handler that crashed or was overtaken may repeat it. */
export type StockMove =
  /** Releases what the order holds and no live parcel of the reservation accounts for; of these SKUs, else of its own. */
  | { readonly kind: 'release_dead_holds'; readonly reservation: Reservation; readonly skus?: readonly string[] }
  /** Makes the holds of these parcels as small as their lines; what none of them has is released. */
  | { readonly kind: 'shrink'; readonly reservation: Reservation; readonly parcels: readonly ReservedParcel[] }
  /** Takes the holds of a parcel out of its warehouse's count. */
  | { readonly kind: 'take_out'; readonly holds: readonly Hold[] }
  /** Puts a refund's goods on their shelves. */
  | { readonly kind: 'restock'; readonly restock: Restock }
  /** Removes a refund's marks from the stock. */
  | { readonly kind: 'remove_marks'; readonly restock: Restock };

/** Stock moves first, as a checkpoint allows it to; then the decision is carried out. */
export interface MoveStock {
  readonly kind: 'move_stock';
  readonly move: StockMove;
  readonly outcome: InventoryDecision;
}

export const moveStock = (move: StockMove, outcome: InventoryDecision): MoveStock => ({
  kind: 'move_stock',
  move,
  outcome,
});
