import type { Inspection, QuantityLine } from '@orderflow/contracts';
import { sameLines } from './lines.ts';
import type { OrderState } from './order-state.ts';

/** Goods that are with us again: a return, or a parcel that could not be delivered. */
export interface CameBack {
  readonly returnId?: string;
  readonly parcelId?: string;
  readonly warehouse?: string;
  readonly lines: readonly QuantityLine[];
  readonly reason?: string;
  readonly inspection?: Inspection;
}

type Order = Pick<OrderState, 'returns' | 'parcels' | 'refunds'>;

/** What has come back, inspected or not. */
export function cameBack({ returns, parcels }: Pick<Order, 'returns' | 'parcels'>): CameBack[] {
  const sentBack = returns.flatMap(({ returnId, warehouse, lines, reason, inspection, status }) =>
    status === 'received'
      ? [{ returnId, lines, reason, ...(warehouse && { warehouse }), ...(inspection && { inspection }) }]
      : [],
  );
  const undelivered = parcels.flatMap(({ parcelId, warehouse, lines, inspection, status }) =>
    status === 'returned' ? [{ parcelId, warehouse, lines, ...(inspection && { inspection }) }] : [],
  );
  return [...sentBack, ...undelivered];
}

/** Versions before put everything that came back on the shelf with its refund. */
export const wasShelved = ({ refunds }: Pick<Order, 'refunds'>, { returnId, lines }: CameBack): boolean => {
  const cause = returnId === undefined ? 'returned_to_sender' : 'returned';
  return refunds.some((refund) => refund.restock && refund.cause === cause && sameLines(refund.lines, lines));
};

/** What nobody has looked at yet. */
export const toInspect = (order: Order): CameBack[] =>
  cameBack(order).filter((back) => back.inspection === undefined && !wasShelved(order, back));

/** What staff found sellable, of everything that came back. */
export const foundSellable = (order: Pick<Order, 'returns' | 'parcels'>): QuantityLine[] =>
  cameBack(order).flatMap(({ inspection }) =>
    (inspection?.lines ?? []).map(({ sku, sellable }) => ({ sku, quantity: sellable })),
  );
