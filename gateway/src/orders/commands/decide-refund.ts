import {
  equalMoney,
  type Money,
  type OrderRefund,
  OrderRefundRequested,
  type QuantityLine,
  type refundOrderInput,
  subtractMoney,
} from '@orderflow/contracts';
import type { z } from 'zod';
import { pricedWithout } from '../edits.ts';
import { foundSellable } from '../inspections.ts';
import { sameLines, summed } from '../lines.ts';
import type { OrderState } from '../order-state.ts';
import { hasLeft } from '../parcels.ts';
import { isRefundProblem, type Refundable, type RefundRequest, refundOf, unrefundedLines } from '../refunds.ts';
import { type Accepted, isRefused, type Refused, refuse } from './command.ts';
import { decideTakeOut } from './decide-edit.ts';

export type RefundInput = Omit<z.output<typeof refundOrderInput>, 'orderId'>;

/**
 * Pure: whether so much may be given back. Asked again with the same id it is the same refund, if it is the same
 * command; the sum of all never exceeds what was captured.
 */
export function decideRefund(
  order: OrderState,
  input: RefundInput,
  now: Date,
): Refused | (Accepted & { refundId: string; amount: Money }) {
  const { refundId, restock, reason } = input;
  const existing = order.refunds.find((one) => one.refundId === refundId);
  if (existing) {
    if (!isSameRequest(existing, input)) {
      return refuse('CONFLICT', 'refundId has been used for another refund', 'refundId');
    }
    return { refundId, amount: existing.amount };
  }
  const edited = takenOutInstead(order, input, now);
  if (edited) return edited;
  const planned = plan(order, input);
  if (isRefused(planned)) return planned;
  const { amount, lines } = planned;
  const problem = restock ? restockProblem(order, lines) : undefined;
  if (problem) return problem;
  const said = { refundId, amount, lines, restock, reason, cause: 'staff' } as const;
  const refund = { ...said, ...asked(input), status: 'requested', at: now.toISOString() } as const;
  return {
    refundId,
    amount,
    change: { refunds: [...order.refunds, refund] },
    say: [OrderRefundRequested.of({ ...said, actor: 'staff' })],
  };
}

/** Of an order that nothing was charged for yet, lines are taken out: less is charged then. Undefined: they are refunded. */
function takenOutInstead(order: OrderState, { refundId, lines, restock, reason, amount }: RefundInput, now: Date) {
  const known = order.edits?.find(({ editId }) => editId === refundId);
  if (!known && (order.captured || !lines || amount || restock || !mayBeEdited(order))) return undefined;
  if (!lines) return refuse('CONFLICT', 'refundId has been used for another refund', 'refundId');
  const decided = decideTakeOut(order, { editId: refundId, actor: 'staff', reason, lines, now });
  if (isRefused(decided)) {
    if (decided.refused !== 'IDEMPOTENCY_MISMATCH') return decided;
    return refuse('CONFLICT', 'refundId has been used for another refund', 'refundId');
  }
  const { before, total } = known?.before ? known : { before: order, total: pricedWithout(order, lines).total };
  return { ...decided, refundId, amount: subtractMoney((before ?? order).total, total ?? order.total) };
}

const mayBeEdited = ({ status }: OrderState): boolean => status === 'pending' || status === 'confirmed';

/** What all that is left comes to is another thing each time, so it is kept that this was asked for. */
const asked = ({ amount, lines }: RefundInput) => (amount || lines ? {} : ({ everything: true } as const));

function isSameRequest(existing: OrderRefund, input: RefundInput): boolean {
  const { amount, lines, restock, reason } = input;
  if (restock !== existing.restock || reason !== existing.reason) return false;
  if (existing.everything !== asked(input).everything || (amount && lines)) return false;
  if (amount) return existing.lines.length === 0 && equalMoney(amount, existing.amount);
  return lines === undefined || sameLines(lines, existing.lines);
}

/** What the refund comes to on an order as it stands. */
function plan(order: Refundable, input: RefundInput): Refused | { amount: Money; lines: QuantityLine[] } {
  if (input.amount && input.lines) return refuse('INVALID_INPUT', 'Give an amount or lines, not both', 'lines');
  if (input.amount && input.restock) {
    return refuse('INVALID_INPUT', 'Lines can be restocked, an amount cannot', 'restock');
  }
  const request: RefundRequest = input.amount
    ? { amount: input.amount }
    : input.lines
      ? { lines: input.lines }
      : 'everything';
  const amount = refundOf(order, request);
  if (isRefundProblem(amount)) return refuse(amount.reason, `${amount.field} ${amount.message}`, amount.field);
  if (input.amount) return { amount, lines: [] };
  const lines = input.lines ? [...summed(input.lines)].map(([sku, quantity]) => ({ sku, quantity })) : undefined;
  return { amount, lines: lines ?? unrefundedLines(order) };
}

/** Only what has left can come back, and each piece once; also where the money did not follow. */
function restockProblem(
  { parcels, refunds, returns }: OrderState,
  lines: readonly QuantityLine[],
): Refused | undefined {
  const gone = summed(parcels.filter(hasLeft).flatMap((parcel) => parcel.lines));
  const restocked = refunds.filter((refund) => refund.restock).flatMap((refund) => refund.lines);
  const back = summed([...restocked, ...foundSellable({ parcels, returns })]);
  for (const { sku, quantity } of lines) {
    const most = Math.max(0, (gone.get(sku) ?? 0) - (back.get(sku) ?? 0));
    if (quantity > most) return refuse('INVALID_INPUT', `Of ${sku} only ${most} can be restocked`, 'restock');
  }
  return undefined;
}
