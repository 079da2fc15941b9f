import { formatMoney, type OrderRefund, type PaymentRefunded, type PaymentRefundFailed } from '@orderflow/contracts';
import { flag } from '../orders/order-attention.ts';
import type { OrderState } from '../orders/order-state.ts';
import type { Decide, OrderChange } from './order-change.ts';

/** A refund that failed stays failed: Stripe may take back what it had called done, and never the other way. */
const RANK: Readonly<Record<OrderRefund['status'], number>> = { requested: 0, succeeded: 1, failed: 2 };

export const decideRefunded: Decide<typeof PaymentRefunded> = (order, data, { at }): OrderChange => {
  const { refundId, amount, totalRefunded, lines, reason, cause } = data;
  return {
    text: `${formatMoney(amount)} were given back to you: ${reason}`,
    change: {
      refunds: withRefund(order, { refundId, amount, lines, reason, cause, status: 'succeeded', at }),
      refundedUntil: { ...order.refundedUntil, [refundId]: totalRefunded },
    },
  };
};

/** Staff have to act, unless the money went back another way, or is about to. */
export const decideRefundFailed: Decide<typeof PaymentRefundFailed> = (order, data, { at }): OrderChange => {
  const { refundId, amount, code, message } = data;
  const refunds = withRefund(order, { refundId, amount, lines: [], reason: message, status: 'failed', at });
  const sum = formatMoney(amount);
  // The order has ended meanwhile, and payment gave everything back by itself.
  if (code === 'nothing_left')
    return { text: `The refund of ${sum} is part of what was given back`, change: { refunds } };
  const text = `The refund of ${sum} did not go through, we will look into it`;
  if (order.refunds.some((known) => known.refundId === refundId && known.status === 'failed')) return { text };
  const failed = `The refund of ${sum} failed: ${message}`;
  return {
    text,
    change: { refunds, ...flag(order, { kind: 'refund', cause: refundId, text: failed, owing: amount.amount }) },
  };
};

/** Refunds that payment makes by itself for an order that has ended are heard of here first. */
function withRefund({ refunds }: OrderState, news: Omit<OrderRefund, 'restock'>): OrderRefund[] {
  const known = refunds.find(({ refundId }) => refundId === news.refundId);
  if (!known) return [...refunds, { ...news, restock: false }];
  if (RANK[news.status] <= RANK[known.status]) return refunds;
  const { status } = news;
  // The credit note by link has the date of the one that was mailed.
  const at = status === 'succeeded' ? news.at : known.at;
  return refunds.map((refund) => (refund === known ? { ...known, status, at } : refund));
}
