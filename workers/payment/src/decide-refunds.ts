import { formatMoney, type Money, PaymentRefunded, PaymentRefundFailed } from '@orderflow/contracts';
import { type Change, change, ignore, wait } from '@orderflow/runtime';
import type { RefundSnapshot, Refusal } from './adapters/cards.ts';
import type { PaymentFact } from './deps.ts';
import { refundIdFor } from './named-id.ts';
import {
  type Captured,
  isEnded,
  type Payment,
  type PlannedRefund,
  type Refund,
  remainderOf,
  totalRefunded,
} from './payment.ts';
import { askStripe, lookUp, type PaymentStep } from './payment-decision.ts';

/** How often Stripe is asked for refunds that are pending; its webhook is faster. */
const ASK_AGAIN_MS = 3_600_000;
const FAILED_AT_STRIPE = 'Stripe could not give the money back.';

type RefundChange = Change<Captured, PaymentFact>;

/** A refund is of captured money, and Stripe is asked first what was given back so far. */
export function decideOnRefundRequested(state: Payment | null, planned: PlannedRefund): PaymentStep {
  if (state === null) return wait('the order is not known yet');
  if (isEnded(state) || state.status === 'closing') {
    const message = `Nothing was captured: the payment is ${state.status}.`;
    const nothing = { amount: 0, currency: planned.amount.currency };
    return change(state, [refundFailed(planned, 'nothing_captured', message, nothing)]);
  }
  if (state.status !== 'captured') return wait(`the payment is ${state.status}, not captured yet`);
  const known = state.refunds.find(({ refundId }) => refundId === planned.refundId);
  if (known) return ignore(`the refund is ${known.status}`);
  return askStripe(lookUp(state), state, { kind: 'refund', refund: planned });
}

/** Why this must not be given back; undefined: it may. */
export function refusalOf(state: Captured, { amount }: PlannedRefund): Refusal | undefined {
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
export function refundOfTheRest(orderId: string, state: Captured, reason: string): PlannedRefund {
  return { refundId: refundIdFor(orderId), amount: remainderOf(state), lines: [], reason, cause: 'order_ended' };
}

/** A refund that was refused is recorded too: it is not asked for again. @param before what is said before it */
export function recordRefusal(
  state: Captured,
  planned: PlannedRefund,
  { code, message }: Refusal,
  before: readonly PaymentFact[] = [],
): RefundChange {
  const refunds: Refund[] = [...state.refunds, { ...asRefund(planned), status: 'failed', code }];
  const next = { ...state, refunds };
  return change(next, [...before, refundFailed(planned, code, message, totalRefunded(next))]);
}

/** Records a refund that was made, as Stripe says it is. @param before what is said before it */
export function recordRefund(
  state: Captured,
  planned: PlannedRefund,
  snapshot: RefundSnapshot,
  now: Date,
  before: readonly PaymentFact[] = [],
): RefundChange {
  const pending: Refund = { ...asRefund(planned), status: 'pending', stripeRefundId: snapshot.stripeRefundId };
  return settleRefunds({ ...state, refunds: [...state.refunds, pending] }, [snapshot], now, before);
}

/**
 * Brings the recorded refunds up to what Stripe says of them. They only go forward, pending, succeeded, failed, so that an
 * answer that is older than what we know changes nothing.
 */
export function settleRefunds(
  state: Captured,
  snapshots: readonly RefundSnapshot[],
  now: Date,
  before: readonly PaymentFact[] = [],
): RefundChange {
  let next = state;
  const say = [...before];
  for (const one of snapshots) {
    const known = next.refunds.find(
      ({ refundId, stripeRefundId }) => stripeRefundId === one.stripeRefundId || refundId === one.refundId,
    );
    // With an id of ours it is being made right now, and the event that asked for it will record it.
    if (!known && (one.refundId !== undefined || one.status === 'failed')) continue;
    if (known && RANK[one.status] <= RANK[known.status]) continue;
    const refund: Refund = {
      ...(known ?? madeElsewhere(one)),
      status: one.status,
      ...(one.code === undefined ? {} : { code: one.code }),
    };
    const refunds = known ? next.refunds.map((old) => (old === known ? refund : old)) : [...next.refunds, refund];
    next = { ...next, refunds };
    if (one.status === 'succeeded') {
      const about = { ...asRefund(refund), lines: [...refund.lines] };
      say.push(PaymentRefunded.of({ ...about, totalRefunded: totalRefunded(next) }));
    } else if (one.status === 'failed') {
      say.push(refundFailed(refund, one.code ?? 'failed', FAILED_AT_STRIPE, totalRefunded(next)));
    }
  }
  return change(withRefundsAt(next, now), say);
}

const RANK = { pending: 0, succeeded: 1, failed: 2 } as const;

const asRefund = ({ refundId, amount, lines, reason, cause }: PlannedRefund) => ({
  ...{ refundId, amount, lines, reason },
  ...(cause === undefined ? {} : { cause }),
});

/** A refund that a person made at Stripe: the record has to include it. */
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

function refundFailed(
  planned: Pick<PlannedRefund, 'refundId' | 'amount'>,
  code: string,
  message: string,
  total: Money,
) {
  const { refundId, amount } = planned;
  return PaymentRefundFailed.of({ refundId, amount, code, message: message.slice(0, 500), totalRefunded: total });
}
