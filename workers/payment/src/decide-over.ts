import { type Money, PaymentCaptured, PaymentVoided } from '@orderflow/contracts';
import type { Intent } from './adapters/cards.ts';
import { whenCaptured } from './decide-captured.ts';
import { type Captured, type Declined, type Expired, isEnded, type Payment } from './payment.ts';
import { become, type Given, LOOK_AGAIN_MS, nothing, type Settled, type Truth, type Verdict } from './verdict.ts';

type Over = Exclude<Payment, Captured>;

/** Why nothing is to be paid: the order has ended (`ofOrder`), or the payment has, and the order with it. */
interface End {
  readonly reason: string;
  readonly ofOrder: boolean;
  /** Nobody paid in time, or could. */
  readonly abandoned: boolean;
}

/** It is over for good. Whatever is paid goes back, and what is not can't be any more. */
export function whenOver(state: Over, truth: Truth, end: End, given: Given): Verdict {
  const { reason, abandoned } = end;
  switch (truth?.status) {
    case undefined:
    case 'refused':
      return isEnded(state) ? nothing(`the payment is ${state.status}`) : become(closed(state, undefined, reason));
    case 'open':
    case 'action_required':
      return {
        kind: 'cancel',
        intentId: truth.intentId,
        abandoned,
        afterwards: become(closed(state, truth.intentId, reason)),
        ifPaid: (released) => voided(truth.intentId, released, end),
      };
    case 'processing':
      return processing(state, truth, reason, given);
    case 'authorized':
      return {
        kind: 'cancel',
        intentId: truth.intentId,
        abandoned,
        afterwards: voided(truth.intentId, truth.amount, end),
      };
    case 'canceled': {
      if (state.status === 'voided') return nothing('the payment is voided');
      const { intentId, released = state.status === 'authorized' ? state.amount : undefined } = truth;
      if (released) return voided(intentId, released, end);
      return isEnded(state) ? nothing(`the payment is ${state.status}`) : become(closed(state, intentId, reason));
    }
    case 'captured':
      return takenThough(state, truth, reason, given);
    default:
      return truth satisfies never;
  }
}

function voided(intentId: string, amount: Money, { reason, ofOrder }: End): Settled {
  const ended = ofOrder ? { ended: reason } : {};
  return become({ status: 'voided', amount, intentId, reason, ...ended }, PaymentVoided.of({ amount, reason }));
}

/** Without money. */
function closed(state: Over, intentId: string | undefined, reason: string): Payment {
  const known = intentId === undefined ? {} : { intentId };
  if (isEnded(state)) return { ...state, ...known };
  if (state.status === 'closing' && state.as) return state.as;
  return { status: 'not_needed', reason, ...known };
}

function processing(state: Over, { intentId }: Intent, reason: string, { now }: Given): Verdict {
  if (state.status === 'closing' && new Date(state.lookAt) > now) return nothing('Stripe is still processing it');
  const lookAt = new Date(now.getTime() + LOOK_AGAIN_MS).toISOString();
  const amount = 'amount' in state && state.amount !== undefined ? { amount: state.amount } : {};
  const as = state.status === 'closing' && state.as ? { as: state.as } : isFailed(state) ? { as: state } : {};
  return become({ status: 'closing', intentId, reason, lookAt, ...amount, ...as });
}

const isFailed = (state: Over): state is Declined | Expired =>
  state.status === 'declined' || state.status === 'expired';

/** Captured, perhaps at the same moment, although the order has ended: all of it goes back. */
function takenThough(
  state: Over,
  truth: Extract<Intent, { status: 'captured' }>,
  reason: string,
  given: Given,
): Verdict {
  const { intentId, amount: captured } = truth;
  const amount = 'amount' in state && state.amount !== undefined ? state.amount : captured;
  const taken: Captured = { status: 'captured', amount, intentId, captured, refunds: [], ended: reason };
  const verdict = whenCaptured(taken, truth, { to: 'end', reason }, given);
  if (state.status !== 'authorized' || !('say' in verdict)) return verdict;
  // Who captured it finds the payment captured and says nothing: so it is said here.
  const because = given.now >= new Date(state.captureAt) ? 'lapsing' : 'dispatched';
  return { ...verdict, say: [PaymentCaptured.of({ amount: captured, because }), ...verdict.say] };
}
