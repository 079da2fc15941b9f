import { type Dispute, formatMoney, type PaymentDisputed, type PaymentReviewed } from '@orderflow/contracts';
import { flag, unflag } from '../orders/order-attention.ts';
import type { OrderState } from '../orders/order-state.ts';
import { hasLeft } from '../orders/parcels.ts';
import type { Decide, OrderChange } from './order-change.ts';

/** How far a dispute has come; whatever order its facts arrive in, it never opens again. */
const RANK: Readonly<Record<Dispute['status'], number>> = { open: 0, won: 1, lost: 1 };

/** The customer's bank asks the money back: staff answer at Stripe, and nothing more leaves meanwhile. */
export const decideDisputed: Decide<typeof PaymentDisputed> = (order, dispute): OrderChange => {
  const { disputeId, status } = dispute;
  const sum = formatMoney(dispute.amount);
  const text = TEXTS[status](sum);
  const known = order.disputes?.find((one) => one.disputeId === disputeId);
  if (known && RANK[known.status] > RANK[status]) return { text };
  const others = (order.disputes ?? []).filter((one) => one !== known);
  const isThis = (one: { kind: string; cause: string }) => one.kind === 'dispute' && one.cause === disputeId;
  const attention =
    status === 'won' && !mustGoBack(order)
      ? unflag(order, isThis)
      : flag(order, { kind: 'dispute', cause: disputeId, text: toStaff(order, dispute, sum) });
  return { text, change: { disputes: [...others, dispute], ...attention } };
};

const TEXTS: Readonly<Record<Dispute['status'], (sum: string) => string>> = {
  open: (sum) => `Your bank asks for ${sum} of the payment back`,
  won: (sum) => `Your bank has decided that the payment of ${sum} stands`,
  lost: (sum) => `Your bank has given ${sum} of the payment back to you`,
};

/** Of an order that has ended nothing of the money is the shop's, whoever it was that had it meanwhile. */
const mustGoBack = ({ status }: OrderState): boolean => status === 'cancelled' || status === 'expired';

function toStaff(order: OrderState, { status, reason, answerBy, withdrawn }: Dispute, sum: string): string {
  const sent = order.parcels.some(hasLeft) ? 'nothing more is sent' : 'nothing is sent';
  switch (status) {
    case 'open': {
      const by = answerBy === undefined ? '' : ` by ${answerBy}`;
      const money = withdrawn ? 'and has taken the money' : 'and has taken nothing yet';
      return `The customer's bank disputes ${sum} (${reason}) ${money}: answer it at Stripe${by}; ${sent}`;
    }
    case 'lost':
      return `The dispute over ${sum} (${reason}) is lost, the money is gone; ${sent}. Cancel what has not left, or settle it`;
    case 'won':
      return `The dispute over ${sum} is won, but the order is ${order.status}: give the money back`;
    default:
      return status satisfies never;
  }
}

/** Stripe has doubts. While it is open nothing leaves; who looks at Stripe approves it, or gives the money back. */
export const decideReviewed: Decide<typeof PaymentReviewed> = (order, { reviewId, open, reason }): OrderChange => {
  if (!open) {
    const isThis = (one: { kind: string; cause: string }) => one.kind === 'review' && one.cause === reviewId;
    return { text: 'The payment was checked', change: unflag(order, isThis) };
  }
  const why = `Stripe has the payment under review (${reason}): approve it there, or cancel the order; nothing is sent meanwhile`;
  return {
    text: 'The payment is being checked',
    change: flag(order, { kind: 'review', cause: reviewId, text: why }),
  };
};
