import { subtractMoney } from '@orderflow/contracts';
import { callFirst, change, flag, ignore, wait } from '@orderflow/runtime';
import type { Intent, RefundSnapshot, Refused } from './adapters/cards.ts';
import { recordRefund, recordRefusal, refundOfTheRest, refusalOf, settleRefunds } from './decide-refunds.ts';
import type { PaymentFact } from './deps.ts';
import type { Captured, PlannedRefund } from './payment.ts';
import type {
  DecisionContext,
  PaymentDecision,
  ProviderSnapshot,
  Reconciled,
  RefundCall,
  Trigger,
} from './payment-decision.ts';

type CapturedIntent = Extract<Intent, { status: 'captured' }>;

/** Earlier tries let another refund, which has reached Stripe, be recorded here before it is taken for granted. */
const OTHERS_RECORDED_BY_ATTEMPT = 4;
/** Stripe counts a refund that was just made, though its own event has not recorded it here. */
const MAY_BE_BEHIND: ReadonlySet<string> = new Set(['charge_already_refunded', 'amount_too_large']);

/** The money is ours, until it is to be given back. */
export function reconcileCaptured(
  state: Captured,
  snapshot: ProviderSnapshot,
  trigger: Trigger,
  context: DecisionContext,
): Reconciled {
  const givesBack = trigger.kind === 'end' || trigger.kind === 'refund';
  if (snapshot?.status !== 'captured') {
    return givesBack ? flag(`${state.intentId} is ${snapshot?.status}, not captured`) : ignore('it was captured');
  }
  if (trigger.kind === 'end') return giveBackAll(state, snapshot, trigger.reason, context);
  if (trigger.kind === 'refund') return giveBack(state, snapshot, trigger.refund, context);
  const settled = settleRefunds(state, snapshot.refunds, context.now);
  return settled.state === state ? ignore('nothing is new') : settled;
}

/** The refund may have been made by an earlier try, and others may have been made since. */
function giveBack(state: Captured, { refunds }: CapturedIntent, planned: PlannedRefund, { now }: DecisionContext) {
  const { state: settled, say } = settleRefunds(state, refunds, now);
  const made = refunds.find(({ refundId }) => refundId === planned.refundId);
  if (made) return recordRefund(settled, { ...planned, amount: made.amount }, made, now, say);
  const refusal = refusalOf(settled, planned);
  if (refusal) return recordRefusal(settled, planned, refusal, say);
  return callFirst<RefundCall>({ kind: 'refund', state: settled, refund: planned, say });
}

/**
 * The order has ended: all that is left goes back.
 * @param before what is said before the refunds
 */
export function giveBackAll(
  state: Captured,
  { refunds }: CapturedIntent,
  reason: string,
  { orderId, now, attempt }: DecisionContext,
  before: readonly PaymentFact[] = [],
): Reconciled {
  const settled = settleRefunds(state, refunds, now, before);
  const { say } = settled;
  const ended: Captured = { ...settled.state, ended: reason };
  const all = refundOfTheRest(orderId, ended, reason);
  const { refundId } = all;
  const others = refunds.filter(
    (one) =>
      one.status !== 'failed' &&
      one.refundId !== undefined &&
      one.refundId !== refundId &&
      !ended.refunds.some((known) => known.refundId === one.refundId),
  );
  if (others.length > 0 && attempt < OTHERS_RECORDED_BY_ATTEMPT) {
    return wait(`refund ${others[0]?.refundId} is being made`);
  }
  // With what is being made the rest would be too much, and be refused for good.
  const amount = others.reduce((left, one) => subtractMoney(left, one.amount), all.amount);
  const made = refunds.find((one) => one.refundId === refundId);
  const known = ended.refunds.some((one) => one.refundId === refundId);
  if (known || (!made && amount.amount === 0)) return change(ended, say);
  // An earlier try has given it back, but could not say so.
  if (made) return recordRefund(ended, { ...all, amount: made.amount }, made, now, say);
  return callFirst<RefundCall>({ kind: 'refund', state: ended, refund: { ...all, amount }, say });
}

/** Stripe has answered a refund of ours. */
export function reconcileRefund(
  { state, refund, say }: RefundCall,
  answer: RefundSnapshot | Refused,
  { now, attempt }: DecisionContext,
): PaymentDecision {
  if (answer.status !== 'refused') return recordRefund(state, refund, answer, now, say);
  if (MAY_BE_BEHIND.has(answer.code) && attempt < OTHERS_RECORDED_BY_ATTEMPT) {
    return wait(`another refund may have been faster: ${answer.message}`);
  }
  return recordRefusal(state, refund, answer, say);
}
