import type { Violation } from '@orderflow/contracts';
import type { StockDocument } from '../documents.ts';
import { inBatches, type OrderReader, OVERLAP_MS } from '../read-orders.ts';
import type { Sources } from '../sources.ts';
import { noTotals, type Quantities, type StockTotals, stockIdOf, type Totals } from '../stock-totals.ts';

/** One invariant of a stock document. `totals`: what all reservations say of it. */
export interface StockCheck {
  readonly name: string;
  readonly area: 'stock';
  readonly promise: string;
  /** Whether it needs the reservations of every order. */
  readonly needsAll: boolean;
  /** Pure; what is wrong. */
  examine(stock: StockDocument, totals: Totals): string | undefined;
}

const total = (quantities: Readonly<Record<string, unknown>> = {}): number =>
  Object.values(quantities).reduce<number>((sum, quantity) => sum + Number(quantity), 0);

/** The stock document may be ahead of the settled total by the pending one, and by nothing else. */
function outOfRange(
  found: number,
  what: keyof Quantities,
  { settled, pending }: Totals,
  who: string,
): string | undefined {
  const [least, most] = [settled[what], settled[what] + pending[what]];
  if (found >= least && found <= most) return undefined;
  return `${found} ${what}, and ${who} make ${least === most ? least : `${least} to ${most}`}`;
}

const check = (name: string, promise: string, examine: StockCheck['examine'], needsAll = false): StockCheck => ({
  name,
  area: 'stock',
  promise,
  needsAll,
  examine,
});

export const STOCK_CHECKS: readonly StockCheck[] = [
  check(
    'stock.nothing-is-negative',
    'Nothing on hand, held or available is below zero.',
    ({ onHand, held, available }) =>
      Math.min(onHand, held, available) < 0 ? `${onHand} on hand, ${held} held, ${available} available` : undefined,
  ),
  check(
    'stock.available-is-the-rest',
    'What is available is what is on hand and not held.',
    ({ onHand, held, available }) =>
      available === onHand - held ? undefined : `${available} available of ${onHand} on hand and ${held} held`,
  ),
  check('stock.held-is-sum-of-holds', 'What is held is the sum of the holds.', ({ held, holds }) =>
    held === total(holds) ? undefined : `${held} held, and the holds make ${total(holds)}`,
  ),
  check(
    'stock.on-hand-adds-up',
    'On hand is what there was at first, less what has left, plus what came back and what staff have booked.',
    (stock) => {
      const { onHand, initial, committed = 0, restocked = 0, adjusted = 0 } = stock;
      if (initial === undefined || onHand === initial - committed + restocked + adjusted) return undefined;
      return `${onHand} on hand, of ${initial} at first, ${committed} committed, ${restocked} restocked and ${adjusted} booked by staff`;
    },
  ),
  check(
    'stock.restocked-is-sum-of-refunds',
    'What came back is the sum of what each refund brought back, once.',
    (stock) => {
      const { restocked = 0, restocks } = stock;
      return !restocks || restocked === total(restocks)
        ? undefined
        : `${restocked} restocked, and the refunds make ${total(restocks)}`;
    },
  ),
  check(
    'stock.adjusted-is-sum-of-moves',
    'What staff have booked is the sum of their movements, each once.',
    (stock) => {
      const { adjusted = 0, moves } = stock;
      return adjusted === total(moves)
        ? undefined
        : `${adjusted} booked by staff, and the movements make ${total(moves)}`;
    },
  ),
  check(
    'stock.committed-is-sum-of-parcels',
    'What has left is the sum of all parcels that have.',
    ({ committed = 0 }, totals) => outOfRange(committed, 'committed', totals, 'the parcels'),
    true,
  ),
  check(
    'stock.restocked-is-sum-of-returns',
    'What came back is the sum of what all reservations say came back.',
    ({ restocked = 0 }, totals) => outOfRange(restocked, 'restocked', totals, 'the reservations'),
    true,
  ),
];

const ROUNDS = 3;
const BATCH = 500;

export interface StockAudit {
  readonly violations: Violation[];
  /** By name of a check, why it was skipped. */
  readonly skipped: ReadonlyMap<string, string>;
  /** Stock documents that the checks over all orders could compare within bounds only. */
  readonly pending: number;
}

/**
 * Checks each stock document by itself (one write keeps it consistent), and against the totals over all reservations.
 * Reservations that changed since are read after the stock, so the totals include whatever had reached the stock, as
 * settled or as pending.
 */
export async function stockViolations(given: {
  reader: OrderReader;
  sources: Sources;
  stockTotals: StockTotals | undefined;
  /** The totals include what was written before. */
  addedUpAt: Date;
  graceMs: number;
  now: () => Date;
}): Promise<StockAudit> {
  const { reader, sources, stockTotals, addedUpAt, graceMs, now } = given;
  const single = STOCK_CHECKS.filter(({ needsAll }) => !needsAll);
  const violations = reader.stock().flatMap((stock) => broken(single, stock, noTotals()));
  const all = STOCK_CHECKS.filter(({ needsAll }) => needsAll);
  if (!stockTotals) {
    const why = 'no audit has added up all orders yet';
    return { violations, skipped: new Map(all.map(({ name }) => [name, why])), pending: 0 };
  }

  let wrong: Violation[] = [];
  let pending = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const movedAfter = new Date(now().getTime() - graceMs);
    await reader.readStock();
    await readMoved(sources, stockTotals, new Date(addedUpAt.getTime() - OVERLAP_MS));
    const totals = stockTotals.totals(movedAfter);
    const judged = reader.stock().map((stock) => {
      return { stock, sum: totals.get(stockIdOf(stock.sku ?? stock._id, stock.warehouse ?? '')) ?? noTotals() };
    });
    wrong = judged.flatMap(({ stock, sum }) => broken(all, stock, sum));
    pending = judged.filter(({ sum }) => sum.pending.committed + sum.pending.restocked > 0).length;
    if (wrong.length === 0) break;
  }
  return { violations: [...violations, ...wrong], skipped: new Map(), pending };
}

async function readMoved({ collections }: Sources, stockTotals: StockTotals, since: Date): Promise<void> {
  const moved = await collections.reservations
    .find({ changedAt: { $gte: since } }, { projection: { _id: 1 } })
    .toArray();
  for (const batch of inBatches(moved, BATCH)) {
    const projection = { status: 1, parcels: 1, restocks: 1, changedAt: 1 };
    const found = await collections.reservations
      .find({ _id: { $in: batch.map(({ _id }) => _id) } }, { projection })
      .toArray();
    for (const reservation of found) stockTotals.add({ orderId: reservation._id, reservation });
  }
}

function broken(checks: readonly StockCheck[], stock: StockDocument, totals: Totals): Violation[] {
  return checks.flatMap(({ name, area, examine }) => {
    const message = examine(stock, totals);
    if (message === undefined) return [];
    return [{ check: name, area, message: `${stock._id}: ${message}`, documents: [`stock/${stock._id}`], events: [] }];
  });
}
