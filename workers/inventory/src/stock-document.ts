/** One SKU in one warehouse. Every change to it is one guarded, idempotent write of this one document. */
export interface StockDocument {
  /** `<sku>@<warehouse>`. */
  _id: string;
  sku: string;
  warehouse: string;
  /** What was seeded. */
  initial: number;
  /** All that has left for orders, and all that came back; `onHand = initial - committed + restocked`. */
  committed: number;
  restocked: number;
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
  /** Raised by every change. */
  version: number;
  /** Set by every change, until that version was announced. */
  unannounced?: true;
}
