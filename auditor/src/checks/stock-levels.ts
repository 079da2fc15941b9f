import type { Violation } from '@orderflow/contracts';
import { inBatches, type OrderReader } from '../read-orders.ts';
import type { Sources } from '../sources.ts';
import { type Sums, stockIdOf, type Tally } from '../tally.ts';
import type { StockBook } from '../views.ts';

/** One invariant of a document of the stock. `sums`: what all reservations say of it. */
export interface StockCheck {
  readonly name: string;
  readonly area: 'stock';
  readonly promise: string;
  /** Whether it needs the reservations of every order. */
  readonly needsAll: boolean;
  /** Pure; what is wrong. */
  examine(stock: StockBook, sums: Pick<Sums, 'committed' | 'restocked'>): string | undefined;
}

const total = (quantities: Readonly<Record<string, unknown>> = {}): number =>
  Object.values(quantities).reduce<number>((sum, quantity) => sum + Number(quantity), 0);

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
    ({ committed = 0 }, sums) =>
      committed === sums.committed ? undefined : `${committed} committed, and the parcels make ${sums.committed}`,
    true,
  ),
  check(
    'stock.restocked-is-sum-of-returns',
    'What came back is the sum of what all reservations say came back.',
    ({ restocked = 0 }, sums) =>
      restocked === sums.restocked ? undefined : `${restocked} restocked, and the reservations make ${sums.restocked}`,
    true,
  ),
];

const ROUNDS = 3;
const OVERLAP_MS = 1_000;
const BATCH = 500;

interface StockAudit {
  readonly violations: Violation[];
  /** Why a check was not made, by its name. */
  readonly skipped: ReadonlyMap<string, string>;
}

/**
 * Checks the documents of the stock, each by itself (it is written at once, so it is true at every moment), and
 * after a walk over all orders against the reservations: there, what moved meanwhile is read again, and a document
 * is judged only between two reads in which it stood still.
 */
export async function stockViolations(given: {
  reader: OrderReader;
  sources: Sources;
  tally: Tally | undefined;
  startedAt: Date;
  graceMs: number;
  now: () => Date;
}): Promise<StockAudit> {
  const { reader, sources, tally, startedAt, graceMs, now } = given;
  const single = STOCK_CHECKS.filter(({ needsAll }) => !needsAll);
  const violations = reader.stock().flatMap((stock) => broken(single, stock, { committed: 0, restocked: 0 }));
  const all = STOCK_CHECKS.filter(({ needsAll }) => needsAll);
  if (!tally)
    return { violations, skipped: new Map(all.map(({ name }) => [name, 'only a full audit adds up all orders'])) };

  let wrong: Violation[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await reader.readStock();
    const before = new Map(reader.stock().map(({ _id, version }) => [_id, version]));
    await readMoved(sources, tally, new Date(startedAt.getTime() - OVERLAP_MS));
    await reader.readStock();
    const sums = tally.sums(new Date(now().getTime() - graceMs));
    const still = reader.stock().filter(({ _id, version }) => before.get(_id) === version);
    wrong = still.flatMap((stock) => {
      const sum = sums.get(stockIdOf(stock.sku ?? stock._id, stock.warehouse ?? '')) ?? {
        committed: 0,
        restocked: 0,
        moving: [],
      };
      return sum.moving.length > 0 ? [] : broken(all, stock, sum);
    });
    if (wrong.length === 0) break;
  }
  return { violations: [...violations, ...wrong], skipped: new Map() };
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

function broken(
  checks: readonly StockCheck[],
  stock: StockBook,
  sums: Pick<Sums, 'committed' | 'restocked'>,
): Violation[] {
  return checks.flatMap(({ name, area, examine }) => {
    const message = examine(stock, sums);
    if (message === undefined) return [];
    return [{ check: name, area, message: `${stock._id}: ${message}`, documents: [`stock/${stock._id}`], events: [] }];
  });
}
