import {
  equalMoney,
  formatMoney,
  PaymentActionRequired,
  PaymentAuthorized,
  PaymentDeclined,
  PaymentExpired,
  PaymentProcessing,
} from '@orderflow/contracts';
import { change, flag, ignore, wait } from '@orderflow/runtime';
import type { Intent, Refusal } from './adapters/cards.ts';
import type { Terms } from './deps.ts';
import { type Bill, type Declined, type Expired, intentOf, type Payment, type Unsettled } from './payment.ts';
import {
  cancelIntent,
  type DecisionContext,
  nextLook,
  type PaymentDecision,
  type ProviderSnapshot,
  type Reconciled,
  type Trigger,
} from './payment-decision.ts';

type Awaiting = Extract<Payment, { status: 'awaiting_stock' | 'awaiting_order' }>;
export type Pending = Awaiting | Unsettled;

/** Why money is given back after a final decline. */
export const DECLINED = 'the card was declined';
const NOT_PAID = 'The order was not paid in time.';
const NO_ANSWER: Refusal = { code: 'declined', message: 'The card was declined.' };
const CANCELED: Refusal = { code: 'canceled', message: 'The payment was cancelled.' };

/** Stock is held, or will be, and nothing is paid as far as we know. */
export function reconcilePending(
  state: Pending,
  snapshot: ProviderSnapshot,
  trigger: Trigger,
  context: DecisionContext,
): Reconciled {
  switch (trigger.kind) {
    case 'attempt':
      return afterAttempt(state, trigger.bill, snapshot, context);
    case 'expiry':
      return afterTime(state, trigger.bill, snapshot, context);
    default:
      return isAwaiting(state) ? beforeReply(state, snapshot, context) : afterNews(state, snapshot, context);
  }
}

const isAwaiting = (state: Pending): state is Awaiting =>
  state.status === 'awaiting_stock' || state.status === 'awaiting_order';

/** Stripe has answered our attempt. */
function afterAttempt(state: Pending, bill: Bill, snapshot: ProviderSnapshot, context: DecisionContext): Reconciled {
  switch (snapshot?.status) {
    case undefined:
      return flag('Stripe does not know what it was just asked for');
    case 'authorized':
      return authorised(bill, snapshot, context.terms);
    case 'captured':
      return flag(`${snapshot.intentId} was captured before it was authorised here`);
    case 'action_required':
      return challenge(bill, snapshot, context);
    case 'processing':
      return processing(state, bill, snapshot, context);
    case 'open':
      return declined(bill, snapshot.refusal ?? NO_ANSWER, snapshot.intentId, context);
    case 'refused':
      return declined(bill, snapshot, intentOf(state), context, snapshot.hopeless);
    case 'canceled':
      // The event that cancels it will say why; this attempt then finds the payment closed.
      return afterCancel(bill, snapshot) ?? wait('the intent is being cancelled');
    default:
      return snapshot satisfies never;
  }
}

/** A webhook was faster than the reply to our first attempt. A yes counts; all else that reply will tell. */
function beforeReply(state: Awaiting, snapshot: ProviderSnapshot, { terms }: DecisionContext): Reconciled {
  if (snapshot?.status !== 'authorized' || state.status === 'awaiting_order') return ignore('an attempt is under way');
  return authorised({ amount: state.amount, attempt: 1 }, snapshot, terms);
}

function afterNews(state: Unsettled, snapshot: ProviderSnapshot, context: DecisionContext): Reconciled {
  switch (snapshot?.status) {
    case undefined:
    case 'refused':
      return ignore('Stripe knows of nothing');
    case 'authorized':
      return authorised(state, snapshot, context.terms);
    case 'captured':
      return flag(`${snapshot.intentId} was captured before it was authorised here`);
    case 'canceled':
      return afterCancel(state, snapshot) ?? ignore('the intent is being cancelled');
    case 'action_required':
      if (state.status !== 'processing' || isOfAnother(state, snapshot)) return ignore('the challenge is known');
      return challenge(state, snapshot, context);
    case 'processing':
      if (state.status === 'retry_due' || isOfAnother(state, snapshot)) return ignore('another attempt is under way');
      if (state.status === 'processing' && new Date(state.lookAt) > context.now) return ignore('still being processed');
      return processing(state, state, snapshot, context);
    case 'open':
      if (state.status === 'retry_due') return ignore('the decline is known');
      if (!snapshot.refusal || isOfAnother(state, snapshot)) return ignore('another attempt is under way');
      return declined(state, snapshot.refusal, snapshot.intentId, context);
    default:
      return snapshot satisfies never;
  }
}

/** The time to pay is over, and there is nothing to wait for or to cancel. */
export function expired(state: Pending, intentId = intentOf(state)) {
  const amount = 'amount' in state ? { amount: state.amount } : {};
  const next: Expired = { status: 'expired', reason: NOT_PAID, ...amount, ...(intentId && { intentId }) };
  return change(next, [PaymentExpired.of({ reason: NOT_PAID })]);
}

/** The time to pay is over. Stripe has been asked first: a yes still counts, and what it processes is waited for. */
function afterTime(
  state: Pending,
  asked: Bill | undefined,
  snapshot: ProviderSnapshot,
  context: DecisionContext,
): Reconciled {
  const bill = isAwaiting(state) ? asked : state;
  switch (snapshot?.status) {
    case undefined:
    case 'refused':
      return expired(state);
    case 'canceled':
      return expired(state, snapshot.intentId);
    case 'open':
    case 'action_required': {
      const { state: end, say } = expired(state, snapshot.intentId);
      return change(closing(end, snapshot.intentId, NOT_PAID, context), say);
    }
    case 'processing':
      return bill ? processing(state, bill, snapshot, context) : wait('an attempt is under way');
    case 'authorized':
      return bill ? authorised(bill, snapshot, context.terms) : wait('an attempt is under way');
    case 'captured':
      return flag(`${snapshot.intentId} was captured before it was authorised here`);
    default:
      return snapshot satisfies never;
  }
}

/**
 * The end is committed and said before the intent is cancelled. So a success is either committed before, and this
 * commit misses, or finds the payment closed, and is given back: nobody cancels what another replica has confirmed.
 */
function closing(as: Declined | Expired, intentId: string, reason: string, { now }: DecisionContext): Payment {
  const amount = as.amount === undefined ? {} : { amount: as.amount };
  return { status: 'closing', intentId, reason, lookAt: now.toISOString(), ...amount, as };
}

/** The card said yes: to the order's total, or it does not count. */
function authorised(
  bill: Pick<Bill, 'amount' | 'attempt'>,
  snapshot: Extract<Intent, { status: 'authorized' }>,
  terms: Terms,
): Reconciled {
  const { amount, attempt } = bill;
  const { intentId, captureBefore } = snapshot;
  if (!equalMoney(snapshot.amount, amount)) {
    const [got, wanted] = [snapshot.amount, amount].map((money) => formatMoney(money));
    return cancelIntent(snapshot, true, () => flag(`${intentId} authorised ${got} instead of ${wanted}; it is voided`));
  }
  const captureAt = new Date(Date.parse(captureBefore) - terms.captureMarginSeconds * 1000).toISOString();
  return change({ status: 'authorized', amount, intentId, attempt, captureBefore, captureAt }, [
    PaymentAuthorized.of({ amount, captureBefore, intentId }),
  ]);
}

/** An attempt that we have not committed yet: its own reply says what came of it. */
function isOfAnother(state: Unsettled, snapshot: Intent): boolean {
  const ours = 'method' in state ? state.method : undefined;
  return ours !== undefined && snapshot.method !== undefined && ours !== snapshot.method;
}

const billOf = ({ amount, attempt, payUntil, extended, single }: Bill): Bill => ({
  ...{ amount, attempt, payUntil, extended },
  ...(single && { single }),
});
const methodOf = ({ method }: Intent) => (method === undefined ? {} : { method });

/** The bank takes its time. Said once an attempt, not each time that we look. */
function processing(state: Pending, bill: Bill, snapshot: Intent, { now }: DecisionContext): PaymentDecision {
  const { intentId } = snapshot;
  const base = { ...billOf(bill), intentId, ...methodOf(snapshot) };
  const next: Payment = { status: 'processing', ...base, lookAt: nextLook(now) };
  const { attempt } = bill;
  if (state.status === 'processing' && state.attempt === attempt) return change(next);
  return change(next, [PaymentProcessing.of({ attempt, intentId })]);
}

/** The bank asks the customer, who gets more time for it, once. */
function challenge(bill: Bill, snapshot: Intent, context: DecisionContext): Reconciled {
  const { now, terms } = context;
  const { intentId } = snapshot;
  const longer = new Date(Date.parse(bill.payUntil) + terms.challengeSeconds * 1000).toISOString();
  const payUntil = bill.extended ? bill.payUntil : bill.single ? soon(bill, context) : longer;
  if (new Date(payUntil) <= now) {
    const refusal = { code: 'authentication_required', message: 'The bank asks for a confirmation; the time is over.' };
    return declined(bill, refusal, intentId, context);
  }
  return change(
    { status: 'action_required', ...billOf(bill), payUntil, extended: true, intentId, ...methodOf(snapshot) },
    [PaymentActionRequired.of({ attempt: bill.attempt, intentId, deadline: payUntil })],
  );
}

const mayRetry = ({ attempt, payUntil, single }: Bill, { now, terms }: DecisionContext): boolean =>
  !single && attempt < terms.attempts && new Date(payUntil) > now;

/** Nobody keeps goods from others for a quarter of an hour with a card that is no good. */
function soon({ payUntil }: Bill, { now, terms }: DecisionContext): string {
  const short = new Date(now.getTime() + terms.declinedHoldSeconds * 1000).toISOString();
  return short < payUntil ? short : payUntil;
}

/** A decline is final when no other payment method may be tried, or there is no time left to. */
function declined(
  bill: Bill,
  refusal: Refusal,
  intentId: string | undefined,
  context: DecisionContext,
  hopeless = false,
): Reconciled {
  if (hopeless || !mayRetry(bill, context)) {
    const { state, say } = failed(bill, refusal, intentId);
    return intentId === undefined ? change(state, say) : change(closing(state, intentId, DECLINED, context), say);
  }
  const { code, message, card } = refusal;
  const { attempt } = bill;
  const payUntil = soon(bill, context);
  const attemptsLeft = context.terms.attempts - attempt;
  const data = { code, message, attempt, attemptsLeft, final: false, retryUntil: payUntil, ...(card && { card }) };
  return change({ status: 'retry_due', ...billOf({ ...bill, payUntil }), code, ...(intentId && { intentId }) }, [
    PaymentDeclined.of(data),
  ]);
}

function failed({ amount, attempt }: Bill, { code, message, card }: Refusal, intentId: string | undefined) {
  const state: Declined = { status: 'declined', amount, attempt, code, ...(intentId && { intentId }) };
  const data = { code, message, attempt, attemptsLeft: 0, final: true, ...(card && { card }) };
  return change(state, [PaymentDeclined.of(data)]);
}

/** The intent can't be paid any more. Undefined: another handler has cancelled it, and closes the payment. */
function afterCancel(bill: Bill, snapshot: Extract<Intent, { status: 'canceled' }>): PaymentDecision | undefined {
  return snapshot.because === 'other' ? failed(bill, CANCELED, snapshot.intentId) : undefined;
}
