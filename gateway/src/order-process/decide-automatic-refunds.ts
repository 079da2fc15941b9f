import type { OrderRefund, ParcelStatus, QuantityLine, RefundCause } from '@orderflow/contracts';
import { summed } from '../orders/lines.ts';
import { manualReview } from '../orders/order-attention.ts';
import type { OrderState } from '../orders/order-state.ts';
import { automaticRefundId, isRefundProblem, refundOf, unrefundedLines } from '../orders/refunds.ts';

interface AutomaticRefund extends Pick<OrderRefund, 'cause' | 'warehouse' | 'restock' | 'reason'> {
  /** The parcel or the return. */
  readonly of: string;
  readonly lines: readonly QuantityLine[];
}

/**
 * What the customer was charged for and will not get, or has sent back, is refunded, once for each parcel and return.
 * Nothing before the charge is known; the charge itself brings up what was owed before.
 */
export function decideAutomaticRefunds(
  orderId: string,
  before: OrderState,
  order: OrderState,
  now: Date,
): { order: OrderState; refunds: readonly OrderRefund[] } {
  if (!order.captured) return { order, refunds: [] };
  let after = order;
  const owed: OrderRefund[] = [];
  for (const { of, lines, ...one } of automaticRefundsOf(order)) {
    const refundId = automaticRefundId(orderId, of);
    if (order.refunds.some((refund) => refund.refundId === refundId)) continue;
    const left = leftOf(lines, after);
    const amount = left.length > 0 ? refundOf(after, { lines: left }) : undefined;
    const isOwed = amount !== undefined && !isRefundProblem(amount);
    if (isOwed) {
      const refund: OrderRefund = { refundId, amount, lines: left, ...one, status: 'requested', at: now.toISOString() };
      after = { ...after, refunds: [...after.refunds, refund] };
      owed.push(refund);
    }
    const isNew = !automaticRefundsOf(before).some((known) => known.of === of);
    if (one.restock && isNew) after = { ...after, ...unshelved(after, lines, isOwed ? left : [], one.reason) };
  }
  return { order: after, refunds: owed };
}

/** Inventory learns of goods only by a refund: what came back and was paid back before is for staff to restock. */
function unshelved(order: OrderState, lines: readonly QuantityLine[], refunded: readonly QuantityLine[], why: string) {
  const back = summed(automaticRefundsOf(order).flatMap((one) => (one.restock ? one.lines : [])));
  const shelved = summed(order.refunds.flatMap((refund) => (refund.restock ? refund.lines : [])));
  const now = summed(refunded);
  const rest = [...summed(lines)].flatMap(([sku, quantity]) => {
    const missing = (back.get(sku) ?? 0) - (shelved.get(sku) ?? 0);
    const some = Math.min(quantity - (now.get(sku) ?? 0), missing);
    return some > 0 ? [`${some} ${sku}`] : [];
  });
  if (rest.length === 0) return {};
  return manualReview(order, `${why}; paid back before, so restock by hand: ${rest.join(', ')}`);
}

/** An order that has ended is given back whole by payment: only what goes back on the shelf is asked for by itself. */
function automaticRefundsOf({ parcels, returns, status }: OrderState): AutomaticRefund[] {
  const isGivenBack =
    status === 'cancelled' || status === 'expired' || status === 'payment_failed' || status === 'rejected';
  const missing = parcels.flatMap(({ parcelId: of, status: is, lines, warehouse, reason = 'it will not arrive' }) => {
    const cause = CAUSES[is];
    if (cause === undefined) return [];
    const back = is === 'returned' ? { restock: true, warehouse } : { restock: false };
    return [{ of, cause, lines, ...back, reason: `Parcel ${of}: ${reason}`.slice(0, 500) }];
  });
  const sentBack = returns.flatMap(({ returnId: of, lines, status: is, warehouse, reason }): AutomaticRefund[] => {
    if (is !== 'received') return [];
    const back = { restock: true, ...(warehouse === undefined ? {} : { warehouse }) };
    return [{ of, cause: 'returned', lines, ...back, reason: `Returned: ${reason}`.slice(0, 500) }];
  });
  return [...missing, ...sentBack].filter(({ restock }) => restock || !isGivenBack);
}

/** Why a parcel in one of these states is paid back. */
const CAUSES: Readonly<Partial<Record<ParcelStatus, RefundCause>>> = {
  failed: 'not_sent',
  cancelled: 'not_sent',
  lost: 'lost',
  returned: 'returned_to_sender',
};

/** What no refund covers yet: staff may have been quicker. */
function leftOf(lines: readonly QuantityLine[], order: OrderState): QuantityLine[] {
  const left = new Map(unrefundedLines(order).map(({ sku, quantity }) => [sku, quantity]));
  return lines.flatMap(({ sku, quantity }) => {
    const some = Math.min(quantity, left.get(sku) ?? 0);
    return some > 0 ? [{ sku, quantity: some }] : [];
  });
}
