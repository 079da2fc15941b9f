import { type Money, PaymentCaptured, PaymentVoided } from '@orderflow/contracts';
import type { Intent } from './adapters/cards.ts';
import { whenCaptured } from './decide-captured.ts';
import { type Captured, isEnded, type Payment } from './payment.ts';
import { become, type Given, LOOK_AGAIN_MS, nothing, type Truth, type Verdict } from './verdict.ts';

type Over = Exclude<Payment, Captured>;

/** The order has ended. Whatever is paid goes back, and what is not can't be any more. */
export function whenOver(state: Over, truth: Truth, reason: string, given: Given): Verdict {
  switch (truth?.status) {
    case undefined:
    case 'refused':
      return isEnded(state) ? nothing(`the payment is ${state.status}`) : become({ status: 'not_needed', reason });
    case 'open':
    case 'action_required':
      return { next: 'cancel', intentId: truth.intentId, afterwards: become(unneeded(state, truth, reason)) };
    case 'processing':
      return processing(state, truth, reason, given);
    case 'authorized':
      return { next: 'cancel', intentId: truth.intentId, afterwards: voided(truth.intentId, truth.amount, reason) };
    case 'canceled': {
      if (state.status === 'voided') return nothing('the payment is voided');
      const { intentId, released = state.status === 'authorized' ? state.amount : undefined } = truth;
      if (released) return voided(intentId, released, reason);
      return isEnded(state) ? nothing(`the payment is ${state.status}`) : become(unneeded(state, truth, reason));
    }
    case 'captured':
      return takenThough(state, truth, reason, given);
    default:
      return truth satisfies never;
  }
}

const voided = (intentId: string, amount: Money, reason: string) =>
  become({ status: 'voided', amount, intentId, reason }, PaymentVoided.of({ amount, reason }));

function unneeded(state: Over, { intentId }: Intent, reason: string): Payment {
  return isEnded(state) ? { ...state, intentId } : { status: 'not_needed', reason, intentId };
}

function processing(state: Over, { intentId }: Intent, reason: string, { now }: Given): Verdict {
  if (state.status === 'closing' && new Date(state.lookAt) > now) return nothing('Stripe is still processing it');
  const lookAt = new Date(now.getTime() + LOOK_AGAIN_MS).toISOString();
  const amount = 'amount' in state && state.amount !== undefined ? { amount: state.amount } : {};
  return become({ status: 'closing', intentId, reason, lookAt, ...amount });
}

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
