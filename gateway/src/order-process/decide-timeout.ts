import { flag } from '../orders/order-attention.ts';
import { awaitedStep, type OrderDurations } from '../orders/order-deadlines.ts';
import type { OrderState } from '../orders/order-state.ts';
import type { OrderChange } from './order-change.ts';

/**
 * Something had to happen by now and has not. An order that nobody paid ends, and payment gives back whatever comes
 * all the same; everything later may be on its way, so staff are asked to look.
 */
export function decideTimeout(order: OrderState, durations: OrderDurations): Omit<OrderChange, 'text'> {
  const since = awaitedStep(order, durations)?.at.toISOString();
  const flagged = (text: string) => flag(order, { kind: 'timeout', cause: order.status, text });
  switch (order.status) {
    case 'pending':
      // It may be paid yet, and only staff can ask the bank.
      if (order.processing) return { change: flagged(`The bank has not said by ${since} whether the order is paid`) };
      return { change: { status: 'expired', reason: 'The order was not paid in time' } };
    case 'cancelling':
      return { change: flagged(`Nobody has answered the cancellation by ${since}`) };
    case 'confirmed':
      return { change: flagged(`No parcel has left by ${since}`) };
    case 'shipped':
      return { change: flagged(`Not every parcel has arrived, or come back, by ${since}`) };
    case 'delivered':
    case 'rejected':
    case 'payment_failed':
    case 'cancelled':
    case 'expired':
      return {};
    default:
      return order.status satisfies never;
  }
}
