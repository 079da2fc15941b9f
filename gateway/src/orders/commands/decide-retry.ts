import { OrderPaymentRetried } from '@orderflow/contracts';
import type { BuyerKey } from '../buyer-key.ts';
import type { OrderState } from '../order-state.ts';
import { type Accepted, type Refused, refuse } from './command.ts';

export interface RetryCommand {
  readonly paymentMethod: string;
  /** How many attempts an order has in all. */
  readonly attempts: number;
  readonly now: Date;
}

/**
 * Pure: whether another payment method may be tried. Also while the bank waits for a challenge to be answered.
 * @param buyer who tries it: what comes of it counts for them too
 */
export function decideRetry(order: OrderState, command: RetryCommand, buyer?: readonly BuyerKey[]): Refused | Accepted {
  const { paymentMethod, now } = command;
  const attempts = order.singleAttempt ? 1 : command.attempts;
  switch (order.status) {
    case 'pending':
      break;
    case 'confirmed':
    case 'shipped':
    case 'delivered':
      return refuse('PAYMENT_NOT_DUE', 'The order is paid for', 'orderId');
    case 'payment_failed':
      return refuse('NO_ATTEMPTS_LEFT', 'The last attempt to pay has failed', 'orderId');
    case 'expired':
      return refuse('TOO_LATE_TO_PAY', 'The order was not paid in time', 'orderId');
    case 'rejected':
    case 'cancelling':
    case 'cancelled':
      return refuse('ALREADY_ENDED', `The order has ended already: it is ${order.status}`, 'orderId');
    default:
      return order.status satisfies never;
  }
  const { paymentDue: due } = order;
  if (!due || order.processing)
    return refuse('PAYMENT_NOT_DUE', 'The last attempt to pay has not been answered yet', 'orderId');
  if (Date.parse(due.until) <= now.getTime())
    return refuse('TOO_LATE_TO_PAY', 'The order was not paid in time', 'orderId');
  const attempt = order.paymentAttempt + 1;
  if (attempt > attempts || due.attemptsLeft === 0) {
    return refuse('NO_ATTEMPTS_LEFT', `An order can be paid in ${attempts} attempts`, 'orderId');
  }
  return {
    change: {
      ...{ paymentAttempt: attempt, payment: 'authorizing', paymentDue: undefined },
      ...(buyer === undefined || buyer.length === 0 ? {} : { buyer }),
    },
    say: [OrderPaymentRetried.of({ paymentMethod, attempt })],
  };
}
