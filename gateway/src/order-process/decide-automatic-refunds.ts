import type { Money, OrderRefund, ParcelStatus, QuantityLine, RefundCause } from '@orderflow/contracts';
import type { OrderState } from '../orders/order-state.ts';
import { automaticRefundId, isRefundProblem, refundOf, unrefundedLines } from '../orders/refunds.ts';

interface AutomaticRefund extends Pick<OrderRefund, 'cause' | 'reason'> {
  /** The parcel, the return or the edit. */
  readonly of: string;
  readonly lines: readonly QuantityLine[];
  /** So much, for no line. */
  readonly owed?: Money;
}

/**
 * What the customer was charged for and will not get, or has sent back, is refunded, once for each parcel and return.
 * Nothing before the charge is known; the charge itself brings up what was owed before.
 */
export function decideAutomaticRefunds(
  orderId: string,
  order: OrderState,
  now: Date,
): { order: OrderState; refunds: readonly OrderRefund[] } {
  if (!order.captured) return { order, refunds: [] };
  let after = order;
  const owed: OrderRefund[] = [];
  for (const { of, lines, owed: sum, ...one } of automaticRefundsOf(order)) {
    const refundId = automaticRefundId(orderId, of);
    if (order.refunds.some((refund) => refund.refundId === refundId)) continue;
    const left = leftOf(lines, after);
    const amount = sum
      ? refundOf(after, { amount: sum })
      : left.length > 0
        ? refundOf(after, { lines: left })
        : undefined;
    const isOwed = amount !== undefined && !isRefundProblem(amount);
    if (isOwed) {
      const refund: OrderRefund = {
        refundId,
        amount,
        lines: left,
        ...one,
        restock: false,
        status: 'requested',
        at: now.toISOString(),
      };
      after = { ...after, refunds: [...after.refunds, refund] };
      owed.push(refund);
    }
  }
  return { order: after, refunds: owed };
}

/** An order that has ended is given back whole by payment. What came back waits for somebody to inspect it. */
function automaticRefundsOf({ parcels, returns, status, edits = [] }: OrderState): AutomaticRefund[] {
  if (GIVEN_BACK.has(status)) return [];
  const missing = parcels.flatMap(({ parcelId: of, status: is, lines, reason = 'it will not arrive' }) => {
    const cause = CAUSES[is];
    if (cause === undefined) return [];
    return [{ of, cause, lines, reason: `Parcel ${of}: ${reason}`.slice(0, 500) }];
  });
  const sentBack = returns.flatMap(({ returnId: of, lines, status: is, reason }): AutomaticRefund[] =>
    is === 'received' ? [{ of, cause: 'returned', lines, reason: `Returned: ${reason}`.slice(0, 500) }] : [],
  );
  const takenOut = edits.flatMap(({ editId: of, refunded, lines = [], owed, total }): AutomaticRefund[] => {
    if (!refunded || !total) return [];
    const sum = owed === undefined ? {} : { owed: { ...total, amount: owed } };
    return [
      {
        of,
        cause: 'taken_out',
        lines,
        ...sum,
        reason: 'Taken out before it left, and charged already',
      },
    ];
  });
  return [...missing, ...sentBack, ...takenOut];
}

const GIVEN_BACK: ReadonlySet<OrderState['status']> = new Set(['cancelled', 'expired', 'payment_failed', 'rejected']);

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
