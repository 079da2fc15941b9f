import {
  addMoney,
  type ErrorReason,
  type Money,
  money,
  portionOfMoney,
  type QuantityLine,
  subtractMoney,
  timesMoney,
} from '@orderflow/contracts';
import { v5 as uuidv5 } from 'uuid';
import type { OrderState } from './order-state.ts';

/** What refunds depend on. */
export type Refundable = Pick<OrderState, 'lines' | 'subtotal' | 'shipping' | 'tax' | 'captured' | 'refunds'>;

/** What is to be given back: some lines, an amount for none in particular, or all that is left. */
export type RefundRequest = { readonly lines: readonly QuantityLine[] } | { readonly amount: Money } | 'everything';

/** Why a refund cannot be made, with the dotted path of the input at fault. */
export interface RefundProblem {
  readonly reason: Extract<
    ErrorReason,
    'NOT_CAPTURED' | 'REFUND_TOO_HIGH' | 'WRONG_CURRENCY' | 'UNKNOWN_LINE' | 'INVALID_INPUT'
  >;
  readonly field: string;
  readonly message: string;
}

export const isRefundProblem = (result: Money | RefundProblem): result is RefundProblem => 'reason' in result;

/** The namespace of refund ids that are made from what is owed (UUIDv5): owed once, refunded once. */
const REFUND_IDS = '5f0c1d0e-3f5b-4d7a-9a53-6f2f6f1b7c58';

/** The id of the refund for a parcel that will not arrive, or a return that did. */
export const automaticRefundId = (orderId: string, parcelOrReturnId: string): string =>
  uuidv5(`${orderId}${parcelOrReturnId}`, REFUND_IDS);

/** What of the captured money neither was nor is about to be given back. */
export function remainingOf(order: Refundable): Money {
  const none = money(0, order.subtotal.currency);
  if (!order.captured) return none;
  const spoken = addMoney(none, ...standing(order).map(({ amount }) => amount));
  return spoken.amount >= order.captured.amount ? none : subtractMoney(order.captured, spoken);
}

/** What of the order's lines no refund covers yet. */
export function unrefundedLines(order: Refundable): QuantityLine[] {
  const refunded = quantities(standing(order).flatMap(({ lines }) => lines));
  return [...quantities(order.lines)]
    .map(([sku, ordered]) => ({ sku, quantity: ordered - (refunded.get(sku) ?? 0) }))
    .filter(({ quantity }) => quantity > 0);
}

/**
 * How much a refund comes to. Lines cost their gross price; whoever takes the last of
 * them takes all that is left, so that shipping and every rounding come back too. Never more than is left.
 */
export function refundOf(order: Refundable, request: RefundRequest): Money | RefundProblem {
  if (!order.captured) return problem('NOT_CAPTURED', 'orderId', 'is an order that nothing was charged for yet');
  const remaining = remainingOf(order);
  if (remaining.amount === 0) return problem('REFUND_TOO_HIGH', 'orderId', 'is an order with nothing left to refund');
  if (request === 'everything') return remaining;
  return 'amount' in request ? amountOf(request.amount, remaining) : amountOfLines(order, request.lines, remaining);
}

function amountOf(amount: Money, remaining: Money): Money | RefundProblem {
  if (amount.currency !== remaining.currency) {
    return problem('WRONG_CURRENCY', 'amount.currency', `must be ${remaining.currency}, as the order's`);
  }
  if (!Number.isInteger(amount.amount) || amount.amount <= 0) {
    return problem('INVALID_INPUT', 'amount.amount', 'must be a whole number above 0');
  }
  if (amount.amount > remaining.amount) {
    return problem('REFUND_TOO_HIGH', 'amount.amount', `must be at most ${remaining.amount}, which is what is left`);
  }
  return amount;
}

function amountOfLines(order: Refundable, lines: readonly QuantityLine[], remaining: Money): Money | RefundProblem {
  const left = quantities(unrefundedLines(order));
  const ordered = quantities(order.lines);
  for (const [index, { sku }] of lines.entries()) {
    if (!ordered.has(sku)) return problem('UNKNOWN_LINE', `lines.${index}.sku`, `is not in the order: ${sku}`);
  }
  const requested = quantities(lines);
  for (const [sku, quantity] of requested) {
    const most = left.get(sku) ?? 0;
    if (!Number.isInteger(quantity) || quantity <= 0) {
      return problem('INVALID_INPUT', fieldOf(lines, sku), 'must be a whole number above 0');
    }
    if (quantity > most) {
      return problem(
        'REFUND_TOO_HIGH',
        fieldOf(lines, sku),
        `must be at most ${most}, which is what is left of ${sku}`,
      );
    }
  }
  const after = new Map([...left].map(([sku, quantity]) => [sku, quantity - (requested.get(sku) ?? 0)]));
  if ([...after.values()].every((quantity) => quantity === 0)) return remaining;
  // Taken as a difference of sums, so that what rounding gives to one refund the next does not get again.
  const amount = subtractMoney(worthOf(order, without(ordered, after)), worthOf(order, without(ordered, left)));
  return amount.amount > remaining.amount ? remaining : amount;
}

/**
 * What so many of each line cost with tax. Of an order of a version before, which was taxed as a whole, that is their net
 * price and its portion of the tax, which is on goods and shipping.
 */
function worthOf({ lines, subtotal, shipping, tax }: Refundable, taken: ReadonlyMap<string, number>): Money {
  const grossOf = new Map(lines.map(({ sku, unitGross }) => [sku, unitGross]));
  if ([...grossOf.values()].every((gross) => gross !== undefined)) {
    const grosses = [...taken].map(([sku, quantity]) => timesMoney(grossOf.get(sku) as Money, quantity));
    return addMoney(money(0, subtotal.currency), ...grosses);
  }
  const priceOf = new Map(lines.map(({ sku, unitPrice }) => [sku, unitPrice]));
  const prices = [...taken].map(([sku, quantity]) => timesMoney(priceOf.get(sku) as Money, quantity));
  const net = addMoney(money(0, subtotal.currency), ...prices);
  return addMoney(net, portionOfMoney(tax, net.amount, addMoney(subtotal, shipping).amount));
}

/** Refunds that failed are none: the money is still here. */
const standing = ({ refunds }: Refundable) => refunds.filter(({ status }) => status !== 'failed');

function quantities(lines: readonly QuantityLine[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return sums;
}

const without = (all: ReadonlyMap<string, number>, some: ReadonlyMap<string, number>): Map<string, number> =>
  new Map([...all].map(([sku, quantity]) => [sku, quantity - (some.get(sku) ?? 0)]));

const fieldOf = (lines: readonly QuantityLine[], sku: string): string =>
  `lines.${lines.findIndex((line) => line.sku === sku)}.quantity`;

const problem = (reason: RefundProblem['reason'], field: string, message: string): RefundProblem => ({
  reason,
  field,
  message,
});
