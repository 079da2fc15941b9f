import {
  type EventOf,
  formatMoney,
  type PaymentActionRequired,
  type PaymentAuthorized,
  type PaymentCaptured,
  type PaymentDeclined,
  type PaymentExpired,
  type PaymentProcessing,
  type PaymentUnsecured,
  type PaymentVoided,
} from '@orderflow/contracts';
import { NotYetError } from '@orderflow/runtime';
import { withDecline } from '../orders/declines.ts';
import { chargedBefore } from '../orders/edits.ts';
import { flag, isChargedWhole } from '../orders/order-attention.ts';
import { latest } from '../orders/order-deadlines.ts';
import type { OrderState } from '../orders/order-state.ts';
import { hasLeft } from '../orders/parcels.ts';
import { advance, isUnanswered } from '../orders/payment-progress.ts';
import type { Decide, OrderChange } from './order-change.ts';

const VOIDED = 'The authorisation was cancelled although the order is to be shipped: cancel it';

const isOpen = (order: OrderState): boolean => order.status === 'pending' && isUnanswered(order);

/** Confirms a pending order. Money for an order that has ended never revives it: it is given back. */
export const decideAuthorized: Decide<typeof PaymentAuthorized> = (order, data, { now }) => {
  const text = `The payment of ${formatMoney(data.amount)} is authorised`;
  const { intentId, captureBefore } = data;
  const known = { intentId, captureBefore, payment: advance(order, 'authorized') };
  switch (order.status) {
    case 'pending':
      // Somebody cancelled it at Stripe since: without money nothing is shipped.
      if (known.payment !== 'authorized' && known.payment !== 'captured') return { text, change: known };
      // Payment has heard of the parcels, so they are on their way to us; delivery needs them.
      if (order.parcels.length === 0) throw new NotYetError('The payment was authorised before the parcels were known');
      return { text, change: { ...known, status: 'confirmed', confirmedAt: now.toISOString() } };
    case 'confirmed':
    case 'shipped':
    case 'delivered':
      return { text, change: known };
    // Payment hears of each of these ends by itself, and gives the money back.
    case 'cancelling':
    case 'cancelled':
    case 'rejected':
    case 'payment_failed':
    case 'expired':
      return { text: `${text}, but too late: it will be given back`, change: known };
    default:
      return order.status satisfies never;
  }
};

/** The customer's bank wants to hear from the customer. The hold lasts until then. */
export const decideActionRequired: Decide<typeof PaymentActionRequired> = (order, data) => {
  const { attempt, intentId, deadline: until } = data;
  const text = 'Your bank asks you to confirm the payment';
  const known = { intentId, holdUntil: latest(until, order.holdUntil) };
  const isOver = attempt < order.paymentAttempt || order.paymentDue?.attempt === attempt;
  if (!isOpen(order) || isOver) return { text, change: known };
  return {
    text,
    change: { ...known, payment: 'action_required', paymentDue: { need: 'challenge', attempt, until } },
  };
};

/** With the bank, and nobody can hurry it: the order waits longer than for a customer. */
export const decideProcessing: Decide<typeof PaymentProcessing> = (order, { attempt, intentId }, { at }) => {
  const text = 'Your bank is still processing the payment';
  const isOver = attempt < (order.processing?.attempt ?? 0);
  if (!isOpen(order) || isOver) return { text, change: { intentId } };
  return { text, change: { intentId, payment: advance(order, 'authorizing'), processing: { attempt, at } } };
};

export const decideDeclined: Decide<typeof PaymentDeclined> = (order, data, { at }) => {
  const declined = afterDecline(order, data);
  const { attempt, card } = data;
  return { ...declined, change: { ...declined.change, ...withDecline(order, { attempt, at, card }) } };
};

function afterDecline(order: OrderState, data: EventOf<typeof PaymentDeclined>['data']): OrderChange {
  const { code, message, attempt, attemptsLeft, final, retryUntil } = data;
  const text = `The payment was declined: ${message}`;
  if (final) {
    const change = { payment: advance(order, 'failed') };
    if (order.status !== 'pending') return { text, change };
    return { text, change: { ...change, status: 'payment_failed', reason: text.slice(0, 500) } };
  }
  const known = { declinedAttempt: Math.max(attempt, order.declinedAttempt ?? 0) };
  const until = retryUntil ?? order.holdUntil;
  if (!isOpen(order) || attempt < order.paymentAttempt) return { text, change: known };
  const change = { ...known, payment: 'authorizing' } as const;
  if (until === undefined) return { text, change: { ...change, paymentDue: undefined } };
  const paymentDue = { need: 'retry' as const, attempt, attemptsLeft, code, message, until };
  return { text: `${text} You can try another card.`, change: { ...change, paymentDue } };
}

export const decideExpired: Decide<typeof PaymentExpired> = (order, { reason }) => {
  const change = { payment: advance(order, 'failed') };
  const text = 'The payment did not come in time';
  return order.status === 'pending' ? { text, change: { ...change, status: 'expired', reason } } : { text, change };
};

export const decideCaptured: Decide<typeof PaymentCaptured> = (order, { amount, because }): OrderChange => {
  const change = { ...chargedBefore(order, amount.amount), payment: advance(order, 'captured'), captured: amount };
  const { total } = { ...order, ...change };
  const charged = formatMoney(amount);
  if (isChargedWhole({ captured: amount, total })) {
    const text = because === 'by_hand' ? `You were charged ${charged}, by hand` : `You were charged ${charged}`;
    return { text, change };
  }
  const all = formatMoney(total);
  const why = `Only ${charged} of ${all} was captured, by hand at Stripe, and the rest is released: nothing more is sent. Cancel the order, or settle it to send it for that`;
  return {
    text: `You were charged ${charged} instead of ${all}`,
    change: { ...change, ...flag(order, { kind: 'unpaid', cause: 'captured', text: why }) },
  };
};

export const decideVoided: Decide<typeof PaymentVoided> = (order, { amount }): OrderChange => ({
  text: `The authorisation of ${formatMoney(amount)} was cancelled, you pay nothing`,
  change: {
    payment: advance(order, 'voided'),
    ...(order.status === 'confirmed' || order.status === 'shipped'
      ? flag(order, { kind: 'unpaid', cause: 'voided', text: VOIDED })
      : {}),
  },
});

/** Delivery has stopped what has not left; whether to cancel the order is for people to say. */
export const decideUnsecured: Decide<typeof PaymentUnsecured> = (order, { code, reason }): OrderChange => {
  const isGone = order.parcels.length > 0 && order.parcels.every(hasLeft);
  const text = isGone
    ? 'The payment has to be looked into'
    : 'Nothing is sent for now: the payment has to be looked into';
  // The fact that says so flags these.
  if (code === 'disputed' || code === 'under_review' || (code === 'other_amount' && order.captured)) return { text };
  const why = `Its payment is not there (${reason}): nothing more is sent. Cancel it, or see that it is paid`;
  // What the capture itself says of a part takes the place of this.
  const cause = code === 'other_amount' ? 'captured' : 'unsecured';
  return { text, change: flag(order, { kind: 'unpaid', cause, text: why }) };
};
