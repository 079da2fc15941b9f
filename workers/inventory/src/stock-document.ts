import type { StockMovement } from '@orderflow/contracts';

/** What became of a movement that staff booked. `available`: it was refused, and so much could have been taken. */
export type UnsaidMove = StockMovement & { readonly available?: number };

/** One SKU in one warehouse. Every change to it is one guarded, idempotent write of this one document. */
export interface StockDocument {
  /** `<sku>@<warehouse>`. */
  _id: string;
  sku: string;
  warehouse: string;
  /** What was seeded. */
  initial: number;
  /** All that has left for orders, and all that came back; `onHand = initial - committed + restocked + adjusted`. */
  committed: number;
  restocked: number;
  /** What staff have booked in all; a document of a version before has none. */
  adjusted?: number;
  /** In the warehouse, held or not. */
  onHand: number;
  held: number;
  /** `onHand - held`, kept so that the write itself can be guarded by it. */
  available: number;
  /** Quantity by order id. */
  holds: Record<string, number>;
  /** By order id, the plan of its hold; the first plan is left out, since nearly all holds are of it. */
  plans: Record<string, number>;
  /**
   * Quantity by refund id: the guard against putting the same goods back twice, for a day. `earlier`: of all before.
   */
  restocks: Record<string, number>;
  /** What was booked here, by movement id; 0: it was refused. The guard against booking it twice. */
  moves?: Record<string, number>;
  /** By movement id, the fact of it that is not published yet. */
  unsaid?: Record<string, UnsaidMove>;
  /** Raised by every change. */
  version: number;
  /** Set by every change, until that version was announced. */
  unannounced?: true;
}
