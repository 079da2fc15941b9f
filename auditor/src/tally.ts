import type { Dossier } from './dossier.ts';
import type { ReservationBook } from './views.ts';

/** What reservations say has left and come back, for one document of the stock. */
export interface Sums {
  committed: number;
  restocked: number;
  /** Orders that are having their stock moved: the sums may be behind or ahead by what is theirs. */
  readonly moving: string[];
}

interface Entry {
  readonly stockId: string;
  readonly committed: number;
  readonly restocked: number;
}

/** Adds up what all reservations say of the stock. An order that is added again replaces what it said before. */
export interface Tally {
  add(dossier: Pick<Dossier, 'orderId' | 'reservation'>): void;
  /** @param movedAfter who was written later may be moving */
  sums(movedAfter: Date): Map<string, Sums>;
}

export const stockIdOf = (sku: string, warehouse: string): string => `${sku}@${warehouse}`;

/** Claims: stock is being moved for them. */
const MOVING_PARCELS: ReadonlySet<string> = new Set(['planned', 'committing', 'releasing', 'replacing']);

export const openClaims = ({ status, parcels = [], restocks = [] }: ReservationBook): string[] => [
  ...(['allocating', 'rejecting', 'releasing'].includes(status) ? [`the reservation is ${status}`] : []),
  ...parcels
    .filter((one) => MOVING_PARCELS.has(one.status ?? ''))
    .map((one) => `parcel ${one.parcelId} is ${one.status}`),
  ...restocks.filter((one) => one.status === 'restocking').map((one) => `refund ${one.refundId} is restocking`),
];

export function createTally(): Tally {
  const entries = new Map<string, { entries: readonly Entry[]; changedAt: Date | undefined; claims: boolean }>();
  return {
    add: ({ orderId, reservation }) => {
      const found = reservation ? entriesOf(reservation) : [];
      if (found.length === 0) entries.delete(orderId);
      else
        entries.set(orderId, {
          entries: found,
          changedAt: reservation?.changedAt,
          claims: openClaims(reservation as ReservationBook).length > 0,
        });
    },
    sums: (movedAfter) => {
      const sums = new Map<string, Sums>();
      for (const [orderId, { entries: said, changedAt, claims }] of entries) {
        const moving = claims || (changedAt !== undefined && changedAt > movedAfter);
        for (const { stockId, committed, restocked } of said) {
          const sum = sums.get(stockId) ?? { committed: 0, restocked: 0, moving: [] };
          sums.set(stockId, sum);
          sum.committed += committed;
          sum.restocked += restocked;
          if (moving) sum.moving.push(orderId);
        }
      }
      return sums;
    },
  };
}

/** Also those of nothing, since an order that is about to move stock is of interest as well. */
function entriesOf({ parcels = [], restocks = [] }: ReservationBook): Entry[] {
  const left = parcels.flatMap(({ warehouse, lines, status }) =>
    lines.map(({ sku, quantity }) => ({
      stockId: stockIdOf(sku, warehouse),
      committed: status === 'committed' ? quantity : 0,
      restocked: 0,
    })),
  );
  const back = restocks.flatMap(({ stock, status }) =>
    stock.map(({ sku, warehouse, quantity }) => ({
      stockId: stockIdOf(sku, warehouse),
      committed: 0,
      restocked: status === 'restocked' ? quantity : 0,
    })),
  );
  return [...left, ...back];
}
