import {
  equalMoney,
  formatMoney,
  PaymentActionRequired,
  PaymentAuthorized,
  PaymentDeclined,
  PaymentExpired,
  PaymentProcessing,
} from '@orderflow/contracts';
import type { Intent, Refusal } from './adapters/cards.ts';
import type { Terms } from './deps.ts';
import { type Bill, type Declined, type Expired, intentOf, type Payment, type Unsettled } from './payment.ts';
import {
  alarm,
  become,
  type Given,
  LOOK_AGAIN_MS,
  nothing,
  type Settled,
  type Truth,
  type Verdict,
  type Wish,
  wait,
} from './verdict.ts';

type Awaiting = Extract<Payment, { status: 'awaiting_stock' | 'awaiting_order' }>;
type Unpaid = Awaiting | Unsettled;

/** Why money is given back after a final decline. */
export const DECLINED = 'the card was declined';
const NOT_PAID = 'The order was not paid in time.';
const NO_ANSWER: Refusal = { code: 'declined', message: 'The card was declined.' };
const CANCELED: Refusal = { code: 'canceled', message: 'The payment was cancelled.' };

/** Stock is held, or will be, and nothing is paid as far as we know: what does Stripe's word make of it? */
export function whenUnpaid(state: Unpaid, truth: Truth, wish: Wish, given: Given): Verdict {
  switch (wish.to) {
    case 'pay':
      return afterAttempt(state, wish.bill, truth, given);
    case 'expire':
      return afterTime(state, wish.bill, truth, given);
    default:
      return isAwaiting(state) ? beforeReply(state, truth, given) : afterNews(state, truth, given);
  }
}

const isAwaiting = (state: Unpaid): state is Awaiting =>
  state.status === 'awaiting_stock' || state.status === 'awaiting_order';

/** Stripe has answered an attempt of ours. */
function afterAttempt(state: Unpaid, bill: Bill, truth: Truth, given: Given): Verdict {
  switch (truth?.status) {
    case undefined:
      return alarm('Stripe does not know what it was just asked for');
    case 'authorized':
      return authorised(bill, truth, given.terms);
    case 'captured':
      return alarm(`${truth.intentId} was captured before it was authorised here`);
    case 'action_required':
      return challenge(bill, truth, given);
    case 'processing':
      return processing(state, bill, truth, given);
    case 'open':
      return declined(bill, truth.refusal ?? NO_ANSWER, truth.intentId, given);
    case 'refused':
      return declined(bill, truth, intentOf(state), given, truth.hopeless);
    case 'canceled':
      // Who is cancelling it will say why; this attempt then finds the payment closed.
      return afterCancel(bill, truth) ?? wait('the intent is being cancelled');
    default:
      return truth satisfies never;
  }
}

/** A webhook was faster than the reply to our first attempt. A yes counts; all else that reply will tell. */
function beforeReply(state: Awaiting, truth: Truth, { terms }: Given): Verdict {
  if (truth?.status !== 'authorized' || state.status === 'awaiting_order') return nothing('an attempt is under way');
  return authorised({ amount: state.amount, attempt: 1 }, truth, terms);
}

function afterNews(state: Unsettled, truth: Truth, given: Given): Verdict {
  switch (truth?.status) {
    case undefined:
    case 'refused':
      return nothing('Stripe knows of nothing');
    case 'authorized':
      return authorised(state, truth, given.terms);
    case 'captured':
      return alarm(`${truth.intentId} was captured before it was authorised here`);
    case 'canceled':
      return afterCancel(state, truth) ?? nothing('the intent is being cancelled');
    case 'action_required':
      if (state.status !== 'processing' || isOfAnother(state, truth)) return nothing('the challenge is known');
      return challenge(state, truth, given);
    case 'processing':
      if (state.status === 'retry_due' || isOfAnother(state, truth)) return nothing('another attempt is under way');
      if (state.status === 'processing' && new Date(state.lookAt) > given.now) return nothing('still being processed');
      return processing(state, state, truth, given);
    case 'open':
      if (state.status === 'retry_due') return nothing('the decline is known');
      if (!truth.refusal || isOfAnother(state, truth)) return nothing('another attempt is under way');
      return declined(state, truth.refusal, truth.intentId, given);
    default:
      return truth satisfies never;
  }
}

/** The time to pay is over. Stripe has been asked first: a yes still counts, and what it processes is waited for. */
function afterTime(state: Unpaid, asked: Bill | undefined, truth: Truth, given: Given): Verdict {
  const bill = isAwaiting(state) ? asked : state;
  const amount = 'amount' in state ? { amount: state.amount } : {};
  const intentId = truth && 'intentId' in truth ? truth.intentId : intentOf(state);
  const expired = { status: 'expired', reason: NOT_PAID, ...amount, ...(intentId && { intentId }) } as const;
  const fact = PaymentExpired.of({ reason: NOT_PAID });
  switch (truth?.status) {
    case undefined:
    case 'refused':
    case 'canceled':
      return become(expired, fact);
    case 'open':
    case 'action_required':
      return become(closing(expired, truth.intentId, NOT_PAID, given), fact);
    case 'processing':
      return bill ? processing(state, bill, truth, given) : wait('an attempt is under way');
    case 'authorized':
      return bill ? authorised(bill, truth, given.terms) : wait('an attempt is under way');
    case 'captured':
      return alarm(`${truth.intentId} was captured before it was authorised here`);
    default:
      return truth satisfies never;
  }
}

/**
 * The end is committed and said before the intent is cancelled. So a success is either committed before, and this
 * commit misses, or finds the payment closed, and is given back: nobody cancels what another replica has confirmed.
 */
function closing(as: Declined | Expired, intentId: string, reason: string, { now }: Given): Payment {
  const amount = as.amount === undefined ? {} : { amount: as.amount };
  return { status: 'closing', intentId, reason, lookAt: now.toISOString(), ...amount, as };
}

/** The card said yes: to the order's total, or it does not count. */
function authorised(
  bill: Pick<Bill, 'amount' | 'attempt'>,
  truth: Extract<Intent, { status: 'authorized' }>,
  terms: Terms,
): Verdict {
  const { amount, attempt } = bill;
  const { intentId, captureBefore } = truth;
  if (!equalMoney(truth.amount, amount)) {
    const [got, wanted] = [truth.amount, amount].map((money) => formatMoney(money));
    return {
      kind: 'cancel',
      intentId,
      abandoned: true,
      afterwards: alarm(`${intentId} authorised ${got} instead of ${wanted}; it is voided`),
    };
  }
  const captureAt = new Date(Date.parse(captureBefore) - terms.captureMarginSeconds * 1000).toISOString();
  return become(
    { status: 'authorized', amount, intentId, attempt, captureBefore, captureAt },
    PaymentAuthorized.of({ amount, captureBefore, intentId }),
  );
}

/** An attempt that we have not committed yet: its own reply says what came of it. */
function isOfAnother(state: Unsettled, truth: Intent): boolean {
  const ours = 'method' in state ? state.method : undefined;
  return ours !== undefined && truth.method !== undefined && ours !== truth.method;
}

const billOf = ({ amount, attempt, payUntil, extended, single }: Bill): Bill => ({
  ...{ amount, attempt, payUntil, extended },
  ...(single && { single }),
});
const methodOf = ({ method }: Intent) => (method === undefined ? {} : { method });

/** The bank takes its time. Said once an attempt, not each time that we look. */
function processing(state: Unpaid, bill: Bill, truth: Intent, { now }: Given): Settled {
  const lookAt = new Date(now.getTime() + LOOK_AGAIN_MS).toISOString();
  const { intentId } = truth;
  const next: Payment = { status: 'processing', ...billOf(bill), intentId, lookAt, ...methodOf(truth) };
  const { attempt } = bill;
  if (state.status === 'processing' && state.attempt === attempt) return become(next);
  return become(next, PaymentProcessing.of({ attempt, intentId }));
}

/** The bank asks the customer, who gets more time for it, once. */
function challenge(bill: Bill, truth: Intent, given: Given): Verdict {
  const { now, terms } = given;
  const { intentId } = truth;
  const longer = new Date(Date.parse(bill.payUntil) + terms.challengeSeconds * 1000).toISOString();
  const payUntil = bill.extended ? bill.payUntil : bill.single ? soon(bill, given) : longer;
  if (new Date(payUntil) <= now) {
    const refusal = { code: 'authentication_required', message: 'The bank asks for a confirmation; the time is over.' };
    return declined(bill, refusal, intentId, given);
  }
  return become(
    { status: 'action_required', ...billOf(bill), payUntil, extended: true, intentId, ...methodOf(truth) },
    PaymentActionRequired.of({ attempt: bill.attempt, intentId, deadline: payUntil }),
  );
}

const mayRetry = ({ attempt, payUntil, single }: Bill, { now, terms }: Given): boolean =>
  !single && attempt < terms.attempts && new Date(payUntil) > now;

/** Nobody keeps goods from others for a quarter of an hour with a card that is no good. */
function soon({ payUntil }: Bill, { now, terms }: Given): string {
  const short = new Date(now.getTime() + terms.declinedHoldSeconds * 1000).toISOString();
  return short < payUntil ? short : payUntil;
}

/** A decline is final when no other payment method may be tried, or there is no time left to. */
function declined(bill: Bill, refusal: Refusal, intentId: string | undefined, given: Given, hopeless = false): Verdict {
  if (hopeless || !mayRetry(bill, given)) {
    const final = failed(bill, refusal, intentId);
    const state = intentId === undefined ? final.state : closing(final.state, intentId, DECLINED, given);
    return become(state, final.fact);
  }
  const { code, message, card } = refusal;
  const { attempt } = bill;
  const payUntil = soon(bill, given);
  const attemptsLeft = given.terms.attempts - attempt;
  const said = { code, message, attempt, attemptsLeft, final: false, retryUntil: payUntil, ...(card && { card }) };
  return become(
    { status: 'retry_due', ...billOf({ ...bill, payUntil }), code, ...(intentId === undefined ? {} : { intentId }) },
    PaymentDeclined.of(said),
  );
}

function failed({ amount, attempt }: Bill, { code, message, card }: Refusal, intentId: string | undefined) {
  const state: Declined = { status: 'declined', amount, attempt, code, ...(intentId && { intentId }) };
  const said = { code, message, attempt, attemptsLeft: 0, final: true, ...(card && { card }) };
  return { state, fact: PaymentDeclined.of(said) };
}

/** The intent can't be paid any more. Undefined: somebody here has cancelled it, and the payment is closed, or will be. */
function afterCancel(bill: Bill, truth: Extract<Intent, { status: 'canceled' }>): Settled | undefined {
  if (truth.because !== 'other') return undefined;
  const { state, fact } = failed(bill, CANCELED, truth.intentId);
  return become(state, fact);
}
