import { InventoryRestocked, type QuantityLine } from '@orderflow/contracts';
import { change, checkpoint, ignore, wait } from '@orderflow/runtime';
import { type InventoryDecision, type MoveStock, moveStock } from './decision.ts';
import {
  type Committed,
  type Held,
  type Released,
  type Releasing,
  type Reservation,
  type Restock,
  type StockedLine,
  summed,
} from './reservation.ts';

export type Restockable = Held | Releasing | Released | Committed;

interface Refund {
  /** Or the inspection's. */
  readonly refundId: string;
  readonly lines: readonly QuantityLine[];
  /** Where the goods are; absent: where they left from. */
  readonly warehouse?: string | undefined;
  /** Its goods may have left although we hold them still: their shipment.dispatched was slower. */
  readonly mayHaveLeft: boolean;
  readonly now: Date;
}

/**
 * order.refund_requested with restock, or return.inspected: what has left for this order and is not back yet goes on a shelf, in the
 * warehouse that the refund names. More than that is not put back but kept as `beyond`, also when that is all: goods that
 * never left cannot come back.
 */
export function decideOnRefund(state: Reservation | null, refund: Refund): InventoryDecision | MoveStock {
  const { refundId } = refund;
  if (!state || state.status === 'allocating') return wait('nothing is held for this order yet');
  if (state.status === 'rejecting' || state.status === 'rejected') {
    return ignore('nothing was ever held for this order');
  }
  const known = state.restocks?.find((one) => one.refundId === refundId);
  if (known) {
    if (known.status === 'restocked') return ignore('put back already');
    const published = InventoryRestocked.of({ refundId, stock: known.stock.map((line) => ({ ...line })) });
    return moveStock({ kind: 'restock', restock: known }, change(restocked(state, known, refund.now), [published]));
  }
  const stock: StockedLine[] = [];
  const beyond: QuantityLine[] = [];
  for (const { sku, quantity } of summed(refund.lines)) {
    const back = backFrom(state, sku, quantity, refund.warehouse);
    const left = quantity - back.reduce((sum, line) => sum + line.quantity, 0);
    stock.push(...back);
    if (left > 0 && isLeaving(state, sku, refund.mayHaveLeft)) return wait(`${sku} is leaving the warehouse`);
    if (left > 0) beyond.push({ sku, quantity: left });
  }
  const status = stock.length > 0 ? 'restocking' : 'restocked';
  const restock: Restock = { refundId, status, stock, ...(beyond.length > 0 && { beyond }) };
  const reservation = { ...state, restocks: [...(state.restocks ?? []), restock] };
  return stock.length > 0 ? checkpoint(reservation) : change(reservation);
}

const isLeaving = ({ parcels }: Restockable, sku: string, mayHaveLeft: boolean): boolean =>
  parcels.some(
    ({ status, lines }) =>
      (status === 'committing' || (mayHaveLeft && (status === 'held' || status === 'replacing'))) &&
      lines.some((line) => line.sku === sku),
  );

/** Of so many, those that are out for the order over all its parcels, and where they are put. */
function backFrom(state: Restockable, sku: string, quantity: number, warehouse: string | undefined): StockedLine[] {
  const out = outOf(state, sku);
  let left = Math.min(
    quantity,
    out.reduce((sum, one) => sum + one.quantity, 0),
  );
  if (warehouse !== undefined) return left > 0 ? [{ sku, warehouse, quantity: left }] : [];
  return out.flatMap((one) => {
    const back = Math.min(left, one.quantity);
    if (back <= 0) return [];
    left -= back;
    return [{ sku, warehouse: one.warehouse, quantity: back }];
  });
}

/**
 * By warehouse, in the order of its parcels: how much of the SKU has left for the order and is not back. Less than
 * none where goods came back that had left from another.
 */
function outOf({ parcels, restocks = [] }: Restockable, sku: string): { warehouse: string; quantity: number }[] {
  const out = new Map<string, number>();
  const count = (warehouse: string, lines: readonly QuantityLine[], sign: 1 | -1) => {
    for (const line of lines) {
      if (line.sku === sku) out.set(warehouse, (out.get(warehouse) ?? 0) + sign * line.quantity);
    }
  };
  for (const { status, warehouse, lines } of parcels) if (status === 'committed') count(warehouse, lines, 1);
  for (const line of restocks.flatMap(({ stock }) => stock)) count(line.warehouse, [line], -1);
  return [...out].map(([warehouse, quantity]) => ({ warehouse, quantity }));
}

/** Longer than any try of a refund runs. */
const MARKED_MS = 24 * 60 * 60_000;

/** The reservation once the refund's goods are back. */
export const restocked = <S extends Restockable>(state: S, { refundId }: Restock, now: Date): S =>
  withRestock(state, refundId, (one) => ({
    ...one,
    status: 'restocked',
    markedUntil: new Date(now.getTime() + MARKED_MS),
  }));

/** The reservation once the stock has no marks of the refund any more. */
export const unmarked = <S extends Restockable>(state: S, { refundId }: Restock): S =>
  withRestock(state, refundId, ({ markedUntil: _, ...one }) => one);

const withRestock = <S extends Restockable>(state: S, refundId: string, change: (one: Restock) => Restock): S => ({
  ...state,
  restocks: (state.restocks ?? []).map((one) => (one.refundId === refundId ? change(one) : one)),
});
