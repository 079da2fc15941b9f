import type { QuantityLine } from '@orderflow/contracts';
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

type Restockable = Held | Releasing | Released | Committed;

export type RestockDecision =
  | { readonly do: 'claim'; readonly reservation: Restockable; readonly restock: Restock }
  /** Nothing of it can come back: the refund is kept, and no stock moves. */
  | { readonly do: 'note'; readonly reservation: Restockable; readonly restock: Restock }
  | { readonly do: 'restock'; readonly reservation: Restockable; readonly restock: Restock }
  | { readonly do: 'wait'; readonly why: string }
  | { readonly do: 'nothing'; readonly why: string };

/**
 * order.refund_requested with restock: what has left for this order and is not back yet goes to where it left from.
 * More than that is not put back, and noted: goods that never left cannot come back, and a retry would not change it.
 */
export function decideOnRefund(
  state: Reservation | null,
  refund: { refundId: string; lines: readonly QuantityLine[] },
): RestockDecision {
  const { refundId } = refund;
  if (!state || state.status === 'allocating') return { do: 'wait', why: 'nothing is held for this order yet' };
  if (state.status === 'rejecting' || state.status === 'rejected') {
    return { do: 'nothing', why: 'nothing was ever held for this order' };
  }
  const known = state.restocks?.find((one) => one.refundId === refundId);
  if (known) {
    if (known.status === 'restocking') return { do: 'restock', reservation: state, restock: known };
    return { do: 'nothing', why: 'put back already' };
  }
  const stock: StockedLine[] = [];
  const beyond: QuantityLine[] = [];
  for (const { sku, quantity } of summed(refund.lines)) {
    let left = quantity;
    for (const { warehouse, quantity: out } of outOf(state, sku)) {
      const back = Math.min(left, out);
      if (back > 0) stock.push({ sku, warehouse, quantity: back });
      left -= back;
    }
    if (left > 0 && state.parcels.some((one) => one.status === 'committing' && one.lines.some((l) => l.sku === sku))) {
      return { do: 'wait', why: `${sku} is leaving the warehouse` };
    }
    if (left > 0) beyond.push({ sku, quantity: left });
  }
  const claimed = stock.length > 0;
  const status = claimed ? 'restocking' : 'restocked';
  const restock: Restock = { refundId, status, stock, ...(beyond.length > 0 && { beyond }) };
  const reservation = { ...state, restocks: [...(state.restocks ?? []), restock] };
  return { do: claimed ? 'claim' : 'note', restock, reservation };
}

/** By warehouse, in the order of its parcels: how much of the SKU has left for the order and is not back. */
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

/** The reservation once the refund's goods are back. */
export function restocked<S extends Restockable>(state: S, restock: Restock): S {
  const restocks = (state.restocks ?? []).map((one) =>
    one.refundId === restock.refundId ? { ...one, status: 'restocked' as const } : one,
  );
  return { ...state, restocks };
}
