import type { Money, PaymentStatus } from '@orderflow/contracts';
import type { OrderState } from './order-state.ts';

/** How far a payment has come; it never goes back, whatever order its facts arrive in. */
const RANK: Readonly<Record<PaymentStatus, number>> = {
  none: 0,
  authorizing: 1,
  // As far as `authorizing`: a challenge that failed is followed by another attempt.
  action_required: 1,
  failed: 2,
  authorized: 3,
  voided: 4,
  captured: 5,
  partially_refunded: 6,
  refunded: 7,
};

/** What captured money, and refunds of it, come to. */
export function paymentOf(order: Pick<OrderState, 'payment' | 'captured' | 'refunds' | 'total'>): {
  payment: PaymentStatus;
  refunded?: Money;
} {
  const given = order.refunds.filter(({ status }) => status === 'succeeded');
  const sum = given.reduce((total, { amount }) => total + amount.amount, 0);
  const refunded = { amount: sum, currency: order.total.currency };
  // A refund that Stripe took back is the one way down: the money is with us again.
  const isSettled = RANK[order.payment] >= RANK.captured || order.captured !== undefined || sum > 0;
  if (!isSettled) return { payment: order.payment };
  if (sum === 0) return { payment: 'captured' };
  const whole = (order.captured ?? order.total).amount;
  return { payment: sum >= whole ? 'refunded' : 'partially_refunded', refunded };
}

export const advance = ({ payment }: Pick<OrderState, 'payment'>, to: PaymentStatus): PaymentStatus =>
  RANK[to] > RANK[payment] ? to : payment;

export const isUnanswered = ({ payment }: Pick<OrderState, 'payment'>): boolean => RANK[payment] <= RANK.authorizing;
