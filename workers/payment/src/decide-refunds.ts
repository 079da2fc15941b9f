import {
  formatMoney,
  type Money,
  PaymentRefunded,
  PaymentRefundFailed,
  type QuantityLine,
  type RefundCause,
} from '@orderflow/contracts';
import type { RefundSnapshot, Refusal } from './adapters/cards.ts';
import type { Said } from './deps.ts';
import { refundIdFor } from './named-id.ts';
import { type Captured, isEnded, type Payment, type Refund, remainderOf, totalRefunded } from './payment.ts';

/** How often Stripe is asked for refunds that are pending; its webhook is faster. */
const ASK_AGAIN_MS = 3_600_000;
const FAILED_AT_STRIPE = 'Stripe could not give the money back.';

/** What is to be given back. */
export interface RefundWish {
  readonly refundId: string;
  readonly amount: Money;
  readonly lines: readonly QuantityLine[];
  readonly reason: string;
  readonly cause?: RefundCause | undefined;
}

export type AfterRefundRequest =
  | { readonly kind: 'ask'; readonly state: Captured }
  | { readonly kind: 'wait'; readonly why: string }
  | { readonly kind: 'refuse'; readonly state: Payment; readonly refusal: Refusal }
  | { readonly kind: 'nothing'; readonly why: string };

/** A refund is for captured money; what Stripe says of earlier ones has to be known before `mayRefund`. */
export function whenRefundRequested(state: Payment | null, { refundId }: RefundWish): AfterRefundRequest {
  if (state === null) return { kind: 'wait', why: 'the order is not known yet' };
  if (isEnded(state) || state.status === 'closing') {
    const message = `Nothing was captured: the payment is ${state.status}.`;
    return { kind: 'refuse', state, refusal: { code: 'nothing_captured', message } };
  }
  if (state.status !== 'captured') return { kind: 'wait', why: `the payment is ${state.status}, not captured yet` };
  const known = state.refunds.find((refund) => refund.refundId === refundId);
  return known ? { kind: 'nothing', why: `the refund is ${known.status}` } : { kind: 'ask', state };
}

/** Why this must not be given back; undefined: it may. */
export function refusalOf(state: Captured, { amount }: RefundWish): Refusal | undefined {
  const { currency } = state.captured;
  if (amount.currency !== currency) {
    return { code: 'currency_mismatch', message: `The payment is in ${currency}, not in ${amount.currency}.` };
  }
  if (amount.amount === 0) return { code: 'amount_zero', message: 'There is nothing to give back.' };
  const left = remainderOf(state);
  if (amount.amount <= left.amount) return undefined;
  // As when the order's end, which gives back everything, was faster than the refund of one of its parcels.
  if (left.amount === 0) return { code: 'nothing_left', message: 'All of it was given back, or is on its way back.' };
  const message = `${formatMoney(amount)} is more than the ${formatMoney(left)} that are left.`;
  return { code: 'amount_too_large', message };
}

/** The refund that an order's end asks for: all that is left. Its id follows from the order, so there is one. */
export function refundOfTheRest(orderId: string, state: Captured, reason: string): RefundWish {
  return { refundId: refundIdFor(orderId), amount: remainderOf(state), lines: [], reason, cause: 'order_ended' };
}

/** A refund that was refused is remembered too: it is not asked for again. */
export function refused(
  state: Captured,
  wish: RefundWish,
  { code, message }: Refusal,
): { state: Captured; say: Said[] } {
  const refunds: Refund[] = [...state.refunds, { ...asRefund(wish), status: 'failed', code }];
  const next = { ...state, refunds };
  return { state: next, say: [refundFailed(wish, code, message, totalRefunded(next))] };
}

/** Notes a refund that was asked for, as Stripe says it is. */
export function asked(state: Captured, wish: RefundWish, seen: RefundSnapshot, now: Date) {
  const pending: Refund = { ...asRefund(wish), status: 'pending', stripeRefundId: seen.stripeRefundId };
  return settle({ ...state, refunds: [...state.refunds, pending] }, [seen], now);
}

/**
 * Brings the refunds up to what Stripe says of them. They only go forward, pending, succeeded, failed, so that an
 * answer that is older than what we know changes nothing.
 */
export function settle(state: Captured, seen: readonly RefundSnapshot[], now: Date): { state: Captured; say: Said[] } {
  let next = state;
  const say: Said[] = [];
  for (const one of seen) {
    const known = next.refunds.find(
      ({ refundId, stripeRefundId }) => stripeRefundId === one.stripeRefundId || refundId === one.refundId,
    );
    // With an id of ours it is being asked for right now, and who asks will note it.
    if (!known && (one.refundId !== undefined || one.status === 'failed')) continue;
    const before = known ?? madeElsewhere(one);
    if (known && RANK[one.status] <= RANK[known.status]) continue;
    const refund: Refund = { ...before, status: one.status, ...(one.code === undefined ? {} : { code: one.code }) };
    const refunds = known ? next.refunds.map((old) => (old === known ? refund : old)) : [...next.refunds, refund];
    next = { ...next, refunds };
    if (one.status === 'succeeded') {
      const about = { ...asRefund(refund), lines: [...refund.lines] };
      say.push(PaymentRefunded.of({ ...about, totalRefunded: totalRefunded(next) }));
    } else if (one.status === 'failed') {
      say.push(refundFailed(refund, one.code ?? 'failed', FAILED_AT_STRIPE, totalRefunded(next)));
    }
  }
  return { state: withRefundsAt(next, now), say };
}

const RANK = { pending: 0, succeeded: 1, failed: 2 } as const;

const asRefund = ({ refundId, amount, lines, reason, cause }: RefundWish) => ({
  ...{ refundId, amount, lines, reason },
  ...(cause === undefined ? {} : { cause }),
});

/** Given back by hand, at Stripe; the books have to know of it. */
const madeElsewhere = ({ stripeRefundId, amount }: RefundSnapshot): Refund => ({
  ...{ refundId: refundIdFor(stripeRefundId), amount, lines: [], reason: 'given back at Stripe', cause: 'by_hand' },
  ...{ status: 'pending', stripeRefundId },
});

/** While a refund is pending there is a time to ask again: later than the one that has passed. */
function withRefundsAt(state: Captured, now: Date): Captured {
  const { refundsAt, ...rest } = state;
  if (!state.refunds.some(({ status }) => status === 'pending')) return refundsAt === undefined ? state : rest;
  if (refundsAt !== undefined && new Date(refundsAt) > now) return state;
  return { ...rest, refundsAt: new Date(now.getTime() + ASK_AGAIN_MS).toISOString() };
}

export function refundFailed(
  wish: Pick<RefundWish, 'refundId' | 'amount'>,
  code: string,
  message: string,
  total: Money,
) {
  const { refundId, amount } = wish;
  return PaymentRefundFailed.of({ refundId, amount, code, message: message.slice(0, 500), totalRefunded: total });
}
