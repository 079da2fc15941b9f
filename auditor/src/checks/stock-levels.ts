import type { Violation } from '@orderflow/contracts';
import { inBatches, type OrderReader, OVERLAP_MS } from '../read-orders.ts';
import type { Sources } from '../sources.ts';
import { noSums, type Quantities, type Sums, stockIdOf, type Tally } from '../tally.ts';
import type { StockBook } from '../views.ts';

/** One invariant of a document of the stock. `sums`: what all reservations say of it. */
export interface StockCheck {
  readonly name: string;
  readonly area: 'stock';
  readonly promise: string;
  /** Whether it needs the reservations of every order. */
  readonly needsAll: boolean;
  /** Pure; what is wrong. */
  examine(stock: StockBook, sums: Sums): string | undefined;
}

const total = (quantities: Readonly<Record<string, unknown>> = {}): number =>
  Object.values(quantities).reduce<number>((sum, quantity) => sum + Number(quantity), 0);

/** While orders move, the stock may be ahead of what is settled by what they move, and by nothing else. */
function outside(found: number, what: keyof Quantities, { settled, moving }: Sums, who: string): string | undefined {
  const [least, most] = [settled[what], settled[what] + moving[what]];
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
    'On hand is what there was at first, less what has left, plus what came back.',
    (stock) => {
      const { onHand, initial, committed = 0, restocked = 0, adjusted = 0 } = stock;
      if (initial === undefined || onHand === initial - committed + restocked + adjusted) return undefined;
      return `${onHand} on hand, of ${initial} at first, ${committed} committed and ${restocked} restocked`;
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
    'stock.committed-is-sum-of-parcels',
    'What has left is the sum of all parcels that have.',
    ({ committed = 0 }, sums) => outside(committed, 'committed', sums, 'the parcels'),
    true,
  ),
  check(
    'stock.restocked-is-sum-of-returns',
    'What came back is the sum of what all reservations say came back.',
    ({ restocked = 0 }, sums) => outside(restocked, 'restocked', sums, 'the reservations'),
    true,
  ),
];

const ROUNDS = 3;
const BATCH = 500;

export interface StockAudit {
  readonly violations: Violation[];
  /** Why a check was not made, by its name. */
  readonly skipped: ReadonlyMap<string, string>;
  /** Of the checks over all orders, how many documents were judged within bounds only. */
  readonly moving: number;
}

/**
 * Checks the documents of the stock, each by itself (it is written at once, so it is true at every moment), and
 * against the reservations of all orders, once they were added up: there, what moved meanwhile is read after the stock,
 * so whatever had reached the stock is in the sums, as settled or as moving.
 */
export async function stockViolations(given: {
  reader: OrderReader;
  sources: Sources;
  tally: Tally | undefined;
  /** What was written before is in the tally. */
  addedUpAt: Date;
  graceMs: number;
  now: () => Date;
}): Promise<StockAudit> {
  const { reader, sources, tally, addedUpAt, graceMs, now } = given;
  const single = STOCK_CHECKS.filter(({ needsAll }) => !needsAll);
  const violations = reader.stock().flatMap((stock) => broken(single, stock, noSums()));
  const all = STOCK_CHECKS.filter(({ needsAll }) => needsAll);
  if (!tally) {
    const why = 'no audit has added up all orders yet';
    return { violations, skipped: new Map(all.map(({ name }) => [name, why])), moving: 0 };
  }

  let wrong: Violation[] = [];
  let moving = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const movedAfter = new Date(now().getTime() - graceMs);
    await reader.readStock();
    await readMoved(sources, tally, new Date(addedUpAt.getTime() - OVERLAP_MS));
    const sums = tally.sums(movedAfter);
    const judged = reader.stock().map((stock) => {
      return { stock, sum: sums.get(stockIdOf(stock.sku ?? stock._id, stock.warehouse ?? '')) ?? noSums() };
    });
    wrong = judged.flatMap(({ stock, sum }) => broken(all, stock, sum));
    moving = judged.filter(({ sum }) => sum.moving.committed + sum.moving.restocked > 0).length;
    if (wrong.length === 0) break;
  }
  return { violations: [...violations, ...wrong], skipped: new Map(), moving };
}

async function readMoved({ books }: Sources, tally: Tally, since: Date): Promise<void> {
  const moved = await books.reservations.find({ changedAt: { $gte: since } }, { projection: { _id: 1 } }).toArray();
  for (const batch of inBatches(moved, BATCH)) {
    const projection = { status: 1, parcels: 1, restocks: 1, changedAt: 1 };
    const found = await books.reservations
      .find({ _id: { $in: batch.map(({ _id }) => _id) } }, { projection })
      .toArray();
    for (const reservation of found) tally.add({ orderId: reservation._id, reservation });
  }
}

function broken(checks: readonly StockCheck[], stock: StockBook, sums: Sums): Violation[] {
  return checks.flatMap(({ name, area, examine }) => {
    const message = examine(stock, sums);
    if (message === undefined) return [];
    return [{ check: name, area, message: `${stock._id}: ${message}`, documents: [`stock/${stock._id}`], events: [] }];
  });
}
