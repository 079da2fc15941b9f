import { equalMoney, PaymentCaptured, PaymentVoided } from '@orderflow/contracts';
import { change, flag, ignore, wait } from '@orderflow/runtime';
import type { Intent } from './adapters/cards.ts';
import { type Captured, dueOf, hasOrderEnded, intentOf, isEnded, type Payment } from './payment.ts';
import {
  type AskStripe,
  cancelIntent,
  type DecisionContext,
  nextLook,
  type ProviderSnapshot,
  type Reconciled,
  type StripeAnswer,
  type Trigger,
} from './payment-decision.ts';
import { reconcileCaptured, reconcileRefund } from './reconcile-captured.ts';
import { reconcileEnded } from './reconcile-ended.ts';
import { DECLINED, reconcilePending } from './reconcile-pending.ts';

/**
 * What becomes of a payment, given Stripe's answer. Pure; every answer comes through here: to an attempt, a capture, a
 * cancellation or a refund, and to the look that follows a webhook, a deadline or an unknown outcome.
 */
export function reconcile(
  { state, trigger }: Pick<AskStripe, 'state' | 'trigger'>,
  answer: StripeAnswer,
  context: DecisionContext,
): Reconciled {
  if ('refund' in answer) return reconcileRefund(answer.to, answer.refund, context);
  const { to, snapshot } = answer;
  const decision =
    to.kind === 'cancel' && snapshot?.status === 'canceled'
      ? to.whenCanceled(snapshot.released)
      : reconcileIntent(state, snapshot, trigger, context);
  return decision.kind === 'ignore' ? orLookAgain(decision, state, trigger, context) : decision;
}

/** A deadline that is left as it was would never come again. */
function orLookAgain(decision: Reconciled, state: Payment, { kind }: Trigger, { now }: DecisionContext): Reconciled {
  const waits = state.status === 'processing' || state.status === 'closing';
  if (!waits || (kind !== 'deadline' && kind !== 'expiry')) return decision;
  return change({ ...state, lookAt: nextLook(now) });
}

function reconcileIntent(
  state: Payment,
  snapshot: ProviderSnapshot,
  trigger: Trigger,
  context: DecisionContext,
): Reconciled {
  const ours = intentOf(state);
  const intent = snapshot?.status === 'refused' ? undefined : snapshot;
  if (trigger.kind === 'webhook' && intent?.orderId !== context.orderId) {
    const reason = intent ? "the intent is another order's" : 'Stripe knows of no such intent';
    return ignore(reason, { unexpected: true });
  }
  if (intent && ours !== undefined && intent.intentId !== ours) return stray(intent, ours);
  if (snapshot === undefined && ours === undefined && 'inFlight' in trigger && trigger.inFlight) {
    return wait('the card may still be authorised');
  }
  const mustBeThere = (trigger.kind === 'end' || trigger.kind === 'expiry') && !isEnded(state);
  if (snapshot === undefined && ours !== undefined && mustBeThere) return flag(`Stripe does not know ${ours}`);
  if (state.status === 'captured') return reconcileCaptured(state, snapshot, trigger, context);
  if (trigger.kind === 'end') {
    const { reason, unpaid = false } = trigger;
    return reconcileEnded(state, snapshot, { reason, ofOrder: true, abandoned: unpaid }, context);
  }
  if (isEnded(state) || state.status === 'closing') {
    const reason = 'reason' in state ? state.reason : DECLINED;
    const ofOrder = hasOrderEnded(state);
    return reconcileEnded(state, snapshot, { reason, ofOrder, abandoned: !ofOrder }, context);
  }
  if (state.status === 'authorized') return reconcileAuthorized(state, snapshot, trigger, context);
  return reconcilePending(state, snapshot, trigger, context);
}

/** One order has one intent. Were there another, it is cancelled. */
function stray(intent: Intent, ours: string): Reconciled {
  const reason = `${intent.intentId} is another intent than the order's ${ours}`;
  if (intent.status === 'canceled' || intent.status === 'processing') return ignore(reason);
  if (intent.status === 'captured') return flag(`${reason}, and was captured`);
  return cancelIntent(intent, true, () => ignore(reason));
}

type Authorized = Extract<Payment, { status: 'authorized' }>;

/** By then our own cancellation would have been stored: it was somebody else's, for the same reason. */
const OURS_BY_ATTEMPT = 4;

function reconcileAuthorized(
  state: Authorized,
  snapshot: ProviderSnapshot,
  trigger: Trigger,
  { attempt }: DecisionContext,
): Reconciled {
  const { amount, intentId } = state;
  switch (snapshot?.status) {
    case 'captured': {
      // We capture what is due: where that was not so, and it was not due before either, a person did, at Stripe.
      const isWhole = equalMoney(snapshot.amount, dueOf(state)) || equalMoney(snapshot.amount, amount);
      if (trigger.kind !== 'capture' && trigger.kind !== 'webhook') return ignore('the authorisation was captured');
      // Only the event that captures knows why; by then its own commit would have been stored.
      if (isWhole && trigger.kind === 'webhook' && attempt < OURS_BY_ATTEMPT) return wait('we may be capturing it');
      const because = isWhole && trigger.kind === 'capture' ? trigger.because : 'by_hand';
      const captured: Captured = { status: 'captured', amount, intentId, captured: snapshot.amount, refunds: [] };
      return change(captured, [PaymentCaptured.of({ amount: snapshot.amount, because })]);
    }
    case 'canceled': {
      const byUs = snapshot.because !== 'other';
      if (trigger.kind === 'capture' && trigger.because === 'dispatched') {
        // The handler of the order's end is about to store it; then this parcel is of no interest.
        if (byUs) return wait(`the authorisation ${intentId} is being voided`);
        return flag(`a parcel left, but the authorisation ${intentId} is gone`);
      }
      if (byUs && trigger.kind === 'webhook' && attempt < OURS_BY_ATTEMPT) {
        return wait('we may be voiding the authorisation');
      }
      const reason = 'the authorisation lapsed or was voided at Stripe';
      return change({ status: 'voided', amount, intentId, reason }, [PaymentVoided.of({ amount, reason })]);
    }
    default:
      if (trigger.kind !== 'capture') return ignore('the payment is authorised');
      return flag(`${intentId} is ${snapshot?.status ?? 'not known to Stripe'}: not captured`);
  }
}
