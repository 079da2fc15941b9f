import { PaymentCaptured, PaymentVoided } from '@orderflow/contracts';
import type { Intent } from './adapters/cards.ts';
import { whenCaptured } from './decide-captured.ts';
import { whenOver } from './decide-over.ts';
import { DECLINED, whenUnpaid } from './decide-unpaid.ts';
import { type Captured, hasOrderEnded, intentOf, isEnded, type Payment } from './payment.ts';
import { alarm, become, type Given, nothing, type Truth, type Verdict, type Wish, wait } from './verdict.ts';

/**
 * What a payment becomes, given what Stripe says of its intent. Pure; every answer of Stripe comes through here:
 * to our own calls, to a webhook's nudge, to a deadline's question, and to a look-up after an unclear outcome.
 */
export function judge(state: Payment, truth: Truth, wish: Wish, given: Given): Verdict {
  const ours = intentOf(state);
  if (truth && truth.status !== 'refused' && ours !== undefined && truth.intentId !== ours) return stray(truth, ours);
  const asked = wish.to === 'end' || wish.to === 'expire';
  if (truth === undefined && ours !== undefined && asked && !isEnded(state))
    return alarm(`Stripe does not know ${ours}`);
  if (state.status === 'captured') return whenCaptured(state, truth, wish, given);
  if (wish.to === 'end') {
    const { reason, unpaid = false } = wish;
    return whenOver(state, truth, { reason, ofOrder: true, abandoned: unpaid }, given);
  }
  if (isEnded(state) || state.status === 'closing') {
    const reason = 'reason' in state ? state.reason : DECLINED;
    const ofOrder = hasOrderEnded(state);
    return whenOver(state, truth, { reason, ofOrder, abandoned: !ofOrder }, given);
  }
  if (state.status === 'authorized') return whenAuthorized(state, truth, wish, given);
  return whenUnpaid(state, truth, wish, given);
}

/** One order has one intent. Were there another, whatever is on it is let go. */
function stray(truth: Intent, ours: string): Verdict {
  const why = `${truth.intentId} is another intent than the order's ${ours}`;
  if (truth.status === 'canceled' || truth.status === 'processing') return nothing(why);
  if (truth.status === 'captured') return alarm(`${why}, and was captured`);
  return { kind: 'cancel', intentId: truth.intentId, abandoned: true, afterwards: nothing(why) };
}

type Authorized = Extract<Payment, { status: 'authorized' }>;

/** By then our own cancellation would have been noted: it was somebody else's, for the same reason. */
const OURS_BY_ATTEMPT = 4;

function whenAuthorized(state: Authorized, truth: Truth, wish: Wish, { attempt }: Given): Verdict {
  const { amount, intentId } = state;
  switch (truth?.status) {
    case 'captured': {
      // Only who captures knows why; it will find the same.
      if (wish.to !== 'capture') return nothing('the authorisation was captured');
      const captured: Captured = { status: 'captured', amount, intentId, captured: truth.amount, refunds: [] };
      return become(captured, PaymentCaptured.of({ amount: truth.amount, because: wish.because }));
    }
    case 'canceled': {
      if (wish.to === 'capture' && wish.because === 'dispatched') {
        // Whoever heard of the order's end is about to note it; then this parcel is of no interest.
        if (truth.because !== 'other') return wait(`the authorisation ${intentId} is being voided`);
        return alarm(`a parcel left, but the authorisation ${intentId} is gone`);
      }
      if (truth.because !== 'other' && wish.to === 'know' && attempt < OURS_BY_ATTEMPT) {
        return wait('we may be voiding the authorisation');
      }
      const reason = 'the authorisation lapsed or was voided at Stripe';
      return become({ status: 'voided', amount, intentId, reason }, PaymentVoided.of({ amount, reason }));
    }
    default:
      if (wish.to === 'capture') return alarm(`${intentId} is ${truth?.status ?? 'not known to Stripe'}: not captured`);
      return nothing('the payment is authorised');
  }
}
