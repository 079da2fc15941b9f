import type { OrderRefund, QuantityLine } from '@orderflow/contracts';
import type { OrderState } from '../order-store.ts';
import { isRefundProblem, owedRefundId, refundOf, unrefundedLines } from '../refunds.ts';
import { oddity } from './decide-payment.ts';

interface Owed {
  /** The parcel or the return. */
  readonly cause: string;
  readonly lines: readonly QuantityLine[];
  readonly restock: boolean;
  readonly reason: string;
}

/**
 * What the customer was charged for and will not get, or has sent back, is refunded, once for each parcel and return.
 * Nothing before the charge is known; the charge itself brings up what was owed before.
 */
export function decideOwed(
  orderId: string,
  before: OrderState,
  order: OrderState,
  now: Date,
): { order: OrderState; owed: readonly OrderRefund[] } {
  if (!order.captured) return { order, owed: [] };
  let after = order;
  const owed: OrderRefund[] = [];
  for (const { cause, lines, restock, reason } of owedOf(order)) {
    const refundId = owedRefundId(orderId, cause);
    if (order.refunds.some((refund) => refund.refundId === refundId)) continue;
    const left = leftOf(lines, after);
    const amount = left.length > 0 ? refundOf(after, { lines: left }) : undefined;
    if (amount === undefined || isRefundProblem(amount)) {
      // Staff gave the money back already, and inventory learns of goods only by the refund.
      const isNew = restock && !owedOf(before).some((known) => known.cause === cause);
      if (isNew) after = { ...after, ...oddity(`${reason}; it was paid back before, so restock it by hand`) };
      continue;
    }
    const at = now.toISOString();
    const refund: OrderRefund = { refundId, amount, lines: left, restock, reason, status: 'requested', at };
    after = { ...after, refunds: [...after.refunds, refund] };
    owed.push(refund);
  }
  return { order: after, owed };
}

/** An order that has ended is given back whole by payment: only what goes back on the shelf is asked for by itself. */
function owedOf({ parcels, returns, status }: OrderState): Owed[] {
  const isGivenBack =
    status === 'cancelled' || status === 'expired' || status === 'payment_failed' || status === 'rejected';
  const missing = parcels.flatMap(({ parcelId, status: is, lines, reason = 'it will not arrive' }): Owed[] =>
    is === 'failed' || is === 'cancelled' || is === 'lost' || is === 'returned'
      ? [{ cause: parcelId, lines, restock: is === 'returned', reason: `Parcel ${parcelId}: ${reason}`.slice(0, 500) }]
      : [],
  );
  const sentBack = returns.flatMap(({ returnId, lines, status: is, reason }): Owed[] =>
    is === 'received' ? [{ cause: returnId, lines, restock: true, reason: `Returned: ${reason}`.slice(0, 500) }] : [],
  );
  return [...missing, ...sentBack].filter(({ restock }) => restock || !isGivenBack);
}

/** What no refund covers yet: staff may have been quicker. */
function leftOf(lines: readonly QuantityLine[], order: OrderState): QuantityLine[] {
  const left = new Map(unrefundedLines(order).map(({ sku, quantity }) => [sku, quantity]));
  return lines.flatMap(({ sku, quantity }) => {
    const some = Math.min(quantity, left.get(sku) ?? 0);
    return some > 0 ? [{ sku, quantity: some }] : [];
  });
}
