import {
  equalMoney,
  formatMoney,
  type Money,
  OrderRefundRequested,
  type QuantityLine,
  type refundOrderInput,
} from '@orderflow/contracts';
import type { z } from 'zod';
import type { OrderState } from '../order-store.ts';
import { isRefundProblem, type Refundable, type RefundWish, refundOf, unrefundedLines } from '../refunds.ts';
import { sameLines, summed } from './lines.ts';
import { type Granted, isRefused, type Refused, refuse } from './wish.ts';

export type RefundInput = Omit<z.output<typeof refundOrderInput>, 'orderId'>;

/** Parcels whose goods are no longer on the shelf. */
const HAS_LEFT = new Set(['dispatched', 'delivered', 'lost', 'returned']);

/**
 * Pure: whether so much may be given back. Asked again with the same id it is the same refund, if it is the same
 * wish; the sum of all never exceeds what was captured.
 */
export function decideRefund(
  order: OrderState,
  input: RefundInput,
  now: Date,
): Refused | (Granted & { refundId: string; amount: Money }) {
  const { refundId, restock, reason } = input;
  const earlier = order.refunds.findIndex((one) => one.refundId === refundId);
  const existing = order.refunds[earlier];
  if (existing) {
    const planned = plan({ ...order, refunds: order.refunds.slice(0, earlier) }, input);
    const same =
      !isRefused(planned) &&
      equalMoney(planned.amount, existing.amount) &&
      sameLines(planned.lines, existing.lines) &&
      restock === existing.restock &&
      reason === existing.reason;
    if (!same) return refuse('CONFLICT', 'refundId has been used for another refund', 'refundId');
    return { refundId, amount: existing.amount };
  }
  const planned = plan(order, input);
  if (isRefused(planned)) return planned;
  const { amount, lines } = planned;
  const problem = restock ? restockProblem(order, lines) : undefined;
  if (problem) return problem;
  const refund = { refundId, amount, lines, restock, reason, status: 'requested', at: now.toISOString() } as const;
  return {
    refundId,
    amount,
    change: { refunds: [...order.refunds, refund] },
    say: [
      {
        fact: OrderRefundRequested.of({ refundId, amount, lines, restock, reason, actor: 'staff' }),
        text: `We will give back ${formatMoney(amount, order.locale)}: ${reason}`,
      },
    ],
  };
}

/** What the wish comes to on an order as it stands. */
function plan(order: Refundable, input: RefundInput): Refused | { amount: Money; lines: QuantityLine[] } {
  if (input.amount && input.lines) return refuse('INVALID_INPUT', 'Give an amount or lines, not both', 'lines');
  if (input.amount && input.restock) {
    return refuse('INVALID_INPUT', 'Lines can be restocked, an amount cannot', 'restock');
  }
  const wish: RefundWish = input.amount
    ? { amount: input.amount }
    : input.lines
      ? { lines: input.lines }
      : 'everything';
  const amount = refundOf(order, wish);
  if (isRefundProblem(amount)) return refuse(amount.reason, `${amount.field} ${amount.message}`, amount.field);
  if (input.amount) return { amount, lines: [] };
  const lines = input.lines ? [...summed(input.lines)].map(([sku, quantity]) => ({ sku, quantity })) : undefined;
  return { amount, lines: lines ?? unrefundedLines(order) };
}

/** Only what has left can come back, and each piece once; also where the money did not follow. */
function restockProblem({ parcels, refunds }: OrderState, lines: readonly QuantityLine[]): Refused | undefined {
  const gone = summed(parcels.filter(({ status }) => HAS_LEFT.has(status)).flatMap((parcel) => parcel.lines));
  const back = summed(refunds.filter((refund) => refund.restock).flatMap((refund) => refund.lines));
  for (const { sku, quantity } of lines) {
    const most = Math.max(0, (gone.get(sku) ?? 0) - (back.get(sku) ?? 0));
    if (quantity > most) return refuse('INVALID_INPUT', `Of ${sku} only ${most} can be restocked`, 'restock');
  }
  return undefined;
}
