import type { ReservationDocument } from './documents.ts';
import type { OrderSnapshot } from './order-snapshot.ts';

/**
 * What reservations committed and restocked of one stock document. The stock document includes `settled` for certain;
 * `pending` belongs to claims that are being carried out, so the stock document may include it.
 */
export interface Totals {
  readonly settled: Quantities;
  readonly pending: Quantities;
}

export interface Quantities {
  committed: number;
  restocked: number;
}

interface Entry extends Readonly<Quantities> {
  readonly stockId: string;
  /** Begun; the stock document may include it. */
  readonly open: Readonly<Quantities>;
}

/** Totals over all reservations. An order that is added again replaces its earlier entries. */
export interface StockTotals {
  add(snapshot: Pick<OrderSnapshot, 'orderId' | 'reservation'>): void;
  /** @param movedAfter reservations written later may be pending */
  totals(movedAfter: Date): Map<string, Totals>;
}

export const stockIdOf = (sku: string, warehouse: string): string => `${sku}@${warehouse}`;

/** One string for each stock document, however many orders name it. */
function interned(): (sku: string, warehouse: string) => string {
  const known = new Map<string, string>();
  return (sku, warehouse) => {
    const id = stockIdOf(sku, warehouse);
    const same = known.get(id) ?? id;
    known.set(same, same);
    return same;
  };
}

/** Claims: inventory is moving their stock. */
const MOVING_PARCELS: ReadonlySet<string> = new Set(['planned', 'committing', 'releasing', 'replacing', 'shrinking']);

export const openClaims = ({ status, parcels = [], restocks = [] }: ReservationDocument): string[] => [
  ...(['allocating', 'rejecting', 'releasing'].includes(status) ? [`the reservation is ${status}`] : []),
  ...parcels
    .filter((one) => MOVING_PARCELS.has(one.status ?? ''))
    .map((one) => `parcel ${one.parcelId} is ${one.status}`),
  ...restocks.filter((one) => one.status === 'restocking').map((one) => `refund ${one.refundId} is restocking`),
];

export const noTotals = (): Totals => ({
  settled: { committed: 0, restocked: 0 },
  pending: { committed: 0, restocked: 0 },
});

interface Kept {
  readonly entries: readonly Entry[];
  readonly changedAt: Date | undefined;
}

export function createStockTotals(): StockTotals {
  const kept = new Map<string, Kept>();
  /** Over those that nobody has written to for long and that have nothing open: they are added up once. */
  const calm = new Map<string, Quantities>();
  const restless = new Set<string>();
  let calmBefore = new Date(0);
  const idOf = interned();
  const count = ({ entries }: Kept, times: 1 | -1): void => {
    for (const { stockId, committed, restocked } of entries) {
      const sum = calm.get(stockId) ?? { committed: 0, restocked: 0 };
      sum.committed += times * committed;
      sum.restocked += times * restocked;
      calm.set(stockId, sum);
    }
  };
  const forget = (orderId: string): void => {
    const before = kept.get(orderId);
    if (before && !restless.delete(orderId)) count(before, -1);
    kept.delete(orderId);
  };
  /** A clock that was set back makes some of them young again. */
  const beginAnew = (): void => {
    calm.clear();
    for (const orderId of kept.keys()) restless.add(orderId);
  };
  return {
    add: ({ orderId, reservation }) => {
      forget(orderId);
      const entries = reservation ? entriesOf(reservation, idOf) : [];
      if (entries.length === 0) return;
      kept.set(orderId, { entries, changedAt: reservation?.changedAt });
      restless.add(orderId);
    },
    totals: (movedAfter) => {
      if (movedAfter < calmBefore) beginAnew();
      calmBefore = movedAfter;
      const moving: { one: Kept; isYoung: boolean }[] = [];
      for (const orderId of restless) {
        const one = kept.get(orderId) as Kept;
        const isYoung = one.changedAt !== undefined && one.changedAt > movedAfter;
        if (isYoung || one.entries.some(({ open }) => open.committed + open.restocked > 0))
          moving.push({ one, isYoung });
        else {
          restless.delete(orderId);
          count(one, 1);
        }
      }
      const totals = new Map<string, Totals>();
      for (const [stockId, sum] of calm) totals.set(stockId, { ...noTotals(), settled: { ...sum } });
      for (const { one, isYoung } of moving) addTo(totals, one.entries, isYoung);
      return totals;
    },
  };
}

function addTo(totals: Map<string, Totals>, entries: readonly Entry[], isYoung: boolean): void {
  for (const { stockId, committed, restocked, open } of entries) {
    const sum = totals.get(stockId) ?? noTotals();
    totals.set(stockId, sum);
    const done = isYoung ? sum.pending : sum.settled;
    done.committed += committed;
    done.restocked += restocked;
    sum.pending.committed += open.committed;
    sum.pending.restocked += open.restocked;
  }
}

/** Inventory writes a claim before it writes the stock document: an open claim may have reached the stock or not. */
function entriesOf({ parcels = [], restocks = [] }: ReservationDocument, idOf: typeof stockIdOf): Entry[] {
  const left = parcels.flatMap(({ warehouse, lines, status }) =>
    lines.map(({ sku, quantity }) => ({
      stockId: idOf(sku, warehouse),
      committed: status === 'committed' ? quantity : 0,
      restocked: 0,
      open: { committed: status === 'committing' ? quantity : 0, restocked: 0 },
    })),
  );
  const back = restocks.flatMap(({ stock, status }) =>
    stock.map(({ sku, warehouse, quantity }) => ({
      stockId: idOf(sku, warehouse),
      committed: 0,
      restocked: status === 'restocked' ? quantity : 0,
      open: { committed: 0, restocked: status === 'restocking' ? quantity : 0 },
    })),
  );
  return [...left, ...back].filter(
    ({ committed, restocked, open }) => committed + restocked + open.committed + open.restocked > 0,
  );
}
