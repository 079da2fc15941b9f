import {
  formatMoney,
  OrderCancelled,
  OrderConfirmed,
  type PaymentAuthorized,
  type PaymentCaptured,
  type PaymentDeclined,
  type PaymentStatus,
  type PaymentVoided,
} from '@orderflow/contracts';
import type { OrderState } from '../order-store.ts';
import type { Decide, Meaning } from './follow-fact.ts';

/** How far a payment has come; it never goes back, whatever order its facts arrive in. */
const RANK: Readonly<Record<PaymentStatus, number>> = {
  none: 0,
  authorizing: 1,
  failed: 2,
  authorized: 3,
  voided: 4,
  captured: 5,
};

/** Confirms a pending order. Money for an order that has ended never revives it: it is given back. */
export const decideAuthorized: Decide<typeof PaymentAuthorized> = (order, { amount }) => {
  const text = `The payment of ${formatMoney(amount)} is authorised`;
  const payment = advance(order, 'authorized');
  switch (order.status) {
    case 'pending':
      return { text, change: { payment, status: 'confirmed' }, say: [confirmation(order)] };
    case 'rejected':
    case 'payment_failed': {
      const reason = 'The payment was authorised after the order had failed';
      return {
        text: `${text}, too late: it will be given back`,
        change: { payment },
        say: [OrderCancelled.of({ reason })],
      };
    }
    case 'cancelled':
      // Payment hears of the cancellation by itself and voids.
      return { text: `${text}, too late: it will be given back`, change: { payment } };
    case 'confirmed':
    case 'shipped':
    case 'delivered':
      return { text, change: { payment } };
    default:
      return order.status satisfies never;
  }
};

export const decideDeclined: Decide<typeof PaymentDeclined> = (order, { message, final }) => {
  const text = `The payment was declined: ${message}`;
  if (!final) return { text };
  const change = { payment: advance(order, 'failed') };
  if (order.status !== 'pending') return { text, change };
  return { text, change: { ...change, status: 'payment_failed', reason: text.slice(0, 500) } };
};

export const decideCaptured: Decide<typeof PaymentCaptured> = (order, { amount }): Meaning => ({
  text: `You were charged ${formatMoney(amount)}`,
  change: { payment: advance(order, 'captured') },
});

export const decideVoided: Decide<typeof PaymentVoided> = (order, { amount, reason }): Meaning => ({
  text: `The authorisation of ${formatMoney(amount)} was cancelled, you pay nothing: ${reason}`,
  change: { payment: advance(order, 'voided') },
});

const advance = ({ payment }: OrderState, to: PaymentStatus): PaymentStatus =>
  RANK[to] > RANK[payment] ? to : payment;

const confirmation = ({ lines, address, contact, shippingMethod, cancelUntil }: OrderState) =>
  OrderConfirmed.of({ lines, address, contact, shippingMethod, dispatchAfter: cancelUntil });
