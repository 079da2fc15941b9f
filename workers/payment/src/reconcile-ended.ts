import { equalMoney, type Money, PaymentCaptured, PaymentVoided } from '@orderflow/contracts';
import { change, ignore } from '@orderflow/runtime';
import type { Intent } from './adapters/cards.ts';
import { type Captured, type Declined, dueOf, type Expired, isEnded, type Payment } from './payment.ts';
import {
  cancelIntent,
  type DecisionContext,
  nextLook,
  type PaymentDecision,
  type ProviderSnapshot,
  type Reconciled,
} from './payment-decision.ts';
import { giveBackAll } from './reconcile-captured.ts';

type Uncaptured = Exclude<Payment, Captured>;

/** Why nothing is to be paid: the order has ended (`ofOrder`), or the payment has, and the order with it. */
interface End {
  readonly reason: string;
  readonly ofOrder: boolean;
  /** Nobody paid in time, or could. */
  readonly abandoned: boolean;
}

/** The payment has ended for good. Whatever is paid goes back, and what is not paid can't be any more. */
export function reconcileEnded(
  state: Uncaptured,
  snapshot: ProviderSnapshot,
  end: End,
  context: DecisionContext,
): Reconciled {
  const { reason, abandoned } = end;
  switch (snapshot?.status) {
    case undefined:
    case 'refused':
      return isEnded(state) ? ignore(`the payment is ${state.status}`) : change(closed(state, undefined, reason));
    case 'open':
    case 'action_required':
      return cancelIntent(snapshot, abandoned, (released) =>
        released ? voided(snapshot.intentId, released, end) : change(closed(state, snapshot.intentId, reason)),
      );
    case 'processing':
      return processing(state, snapshot, reason, context);
    case 'authorized':
      return cancelIntent(snapshot, abandoned, () => voided(snapshot.intentId, snapshot.amount, end));
    case 'canceled': {
      if (state.status === 'voided') return ignore('the payment is voided');
      const { intentId, released = state.status === 'authorized' ? state.amount : undefined } = snapshot;
      if (released) return voided(intentId, released, end);
      return isEnded(state) ? ignore(`the payment is ${state.status}`) : change(closed(state, intentId, reason));
    }
    case 'captured':
      return capturedThough(state, snapshot, reason, context);
    default:
      return snapshot satisfies never;
  }
}

function voided(intentId: string, amount: Money, { reason, ofOrder }: End): PaymentDecision {
  const ended = ofOrder ? { ended: reason } : {};
  return change({ status: 'voided', amount, intentId, reason, ...ended }, [PaymentVoided.of({ amount, reason })]);
}

/** Without money. */
function closed(state: Uncaptured, intentId: string | undefined, reason: string): Payment {
  const known = intentId === undefined ? {} : { intentId };
  if (isEnded(state)) return { ...state, ...known };
  if (state.status === 'closing' && state.as) return state.as;
  return { status: 'not_needed', reason, ...known };
}

function processing(
  state: Uncaptured,
  { intentId }: Intent,
  reason: string,
  { now }: DecisionContext,
): PaymentDecision {
  if (state.status === 'closing' && new Date(state.lookAt) > now) return ignore('Stripe is still processing it');
  const amount = 'amount' in state && state.amount !== undefined ? { amount: state.amount } : {};
  const as = state.status === 'closing' && state.as ? { as: state.as } : isFailed(state) ? { as: state } : {};
  return change({ status: 'closing', intentId, reason, lookAt: nextLook(now), ...amount, ...as });
}

const isFailed = (state: Uncaptured): state is Declined | Expired =>
  state.status === 'declined' || state.status === 'expired';

/** Captured, perhaps at the same moment, although the order has ended: all of it goes back. */
function capturedThough(
  state: Uncaptured,
  snapshot: Extract<Intent, { status: 'captured' }>,
  reason: string,
  context: DecisionContext,
): Reconciled {
  const { intentId, amount: captured } = snapshot;
  const amount = 'amount' in state && state.amount !== undefined ? state.amount : captured;
  const taken: Captured = { status: 'captured', amount, intentId, captured, refunds: [], ended: reason };
  if (state.status !== 'authorized') return giveBackAll(taken, snapshot, reason, context);
  // The event that captures finds the payment captured and says nothing: so it is said here.
  const ours = context.now >= new Date(state.captureAt) ? 'lapsing' : 'dispatched';
  const isOurs = equalMoney(captured, amount) || equalMoney(captured, dueOf(state));
  const because = isOurs ? ours : 'by_hand';
  return giveBackAll(taken, snapshot, reason, context, [PaymentCaptured.of({ amount: captured, because })]);
}
