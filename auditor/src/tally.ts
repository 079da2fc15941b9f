import type { Dossier } from './dossier.ts';
import type { ReservationBook } from './views.ts';

/**
 * What reservations say has left and come back, for one document of the stock. `settled` is in the stock's document for
 * certain; `moving` is of orders that are having their stock moved, and may be.
 */
export interface Sums {
  readonly settled: Quantities;
  readonly moving: Quantities;
}

export interface Quantities {
  committed: number;
  restocked: number;
}

interface Entry extends Readonly<Quantities> {
  readonly stockId: string;
  /** Begun, and perhaps done. */
  readonly open: Readonly<Quantities>;
}

/** Adds up what all reservations say of the stock. An order that is added again replaces what it said before. */
export interface Tally {
  add(dossier: Pick<Dossier, 'orderId' | 'reservation'>): void;
  /** @param movedAfter who was written later may be moving */
  sums(movedAfter: Date): Map<string, Sums>;
}

export const stockIdOf = (sku: string, warehouse: string): string => `${sku}@${warehouse}`;

/** One string for each document of the stock, however many orders name it. */
function interned(): (sku: string, warehouse: string) => string {
  const known = new Map<string, string>();
  return (sku, warehouse) => {
    const id = stockIdOf(sku, warehouse);
    const same = known.get(id) ?? id;
    known.set(same, same);
    return same;
  };
}

/** Claims: stock is being moved for them. */
const MOVING_PARCELS: ReadonlySet<string> = new Set(['planned', 'committing', 'releasing', 'replacing']);

export const openClaims = ({ status, parcels = [], restocks = [] }: ReservationBook): string[] => [
  ...(['allocating', 'rejecting', 'releasing'].includes(status) ? [`the reservation is ${status}`] : []),
  ...parcels
    .filter((one) => MOVING_PARCELS.has(one.status ?? ''))
    .map((one) => `parcel ${one.parcelId} is ${one.status}`),
  ...restocks.filter((one) => one.status === 'restocking').map((one) => `refund ${one.refundId} is restocking`),
];

export const noSums = (): Sums => ({
  settled: { committed: 0, restocked: 0 },
  moving: { committed: 0, restocked: 0 },
});

export function createTally(): Tally {
  const entries = new Map<string, { entries: readonly Entry[]; changedAt: Date | undefined }>();
  const idOf = interned();
  return {
    add: ({ orderId, reservation }) => {
      const found = reservation ? entriesOf(reservation, idOf) : [];
      if (found.length === 0) entries.delete(orderId);
      else entries.set(orderId, { entries: found, changedAt: reservation?.changedAt });
    },
    sums: (movedAfter) => {
      const sums = new Map<string, Sums>();
      for (const { entries: said, changedAt } of entries.values()) {
        const isYoung = changedAt !== undefined && changedAt > movedAfter;
        for (const { stockId, committed, restocked, open } of said) {
          const sum = sums.get(stockId) ?? noSums();
          sums.set(stockId, sum);
          const done = isYoung ? sum.moving : sum.settled;
          done.committed += committed;
          done.restocked += restocked;
          sum.moving.committed += open.committed;
          sum.moving.restocked += open.restocked;
        }
      }
      return sums;
    },
  };
}

/** A claim comes before the stock's document is written, so while it is open that may have happened or not. */
function entriesOf({ parcels = [], restocks = [] }: ReservationBook, idOf: typeof stockIdOf): Entry[] {
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
