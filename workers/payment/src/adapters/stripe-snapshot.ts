import { cardOf, type Dispute, type Review } from '@orderflow/contracts';
import type Stripe from 'stripe';
import type { Intent, RefundSnapshot } from './cards.ts';
import { declineOf } from './stripe-errors.ts';

/** Stripe promises an authorisation of a card for about a week where the charge says nothing. */
const DEFAULT_HOLD_SECONDS = 7 * 24 * 3_600;

/** What else Stripe has about an intent. */
interface Around {
  readonly refunds?: readonly Stripe.Refund[];
  readonly disputes?: readonly Stripe.Dispute[];
  readonly review?: Stripe.Review | undefined;
}

/** A PaymentIntent in our words. What was captured comes with its refunds. */
export function snapshotOf(intent: Stripe.PaymentIntent, { refunds = [], disputes = [], review }: Around = {}): Intent {
  const { last_payment_error: error } = intent;
  const method = idOf(intent.payment_method) ?? idOf(error?.payment_method);
  const { orderId } = intent.metadata;
  const base = {
    intentId: intent.id,
    ...(orderId === undefined ? {} : { orderId }),
    ...(method === undefined ? {} : { method }),
    ...(disputes.length > 0 && { disputes: disputes.map(disputeOf) }),
    ...(review && { review: reviewOf(review) }),
  };
  const currency = intent.currency.toUpperCase();
  switch (intent.status) {
    case 'requires_capture': {
      const amount = { amount: intent.amount_capturable, currency };
      return { ...base, status: 'authorized', amount, captureBefore: captureBeforeOf(intent) };
    }
    case 'succeeded': {
      const amount = { amount: intent.amount_received, currency };
      return { ...base, status: 'captured', amount, refunds: refunds.map(refundSnapshotOf) };
    }
    case 'canceled': {
      const released = releasedBy(intent);
      return {
        ...base,
        status: 'canceled',
        because: becauseOf(intent),
        ...(released && { released: { amount: released, currency } }),
      };
    }
    case 'requires_action':
      return { ...base, status: 'action_required' };
    case 'processing':
      return { ...base, status: 'processing' };
    default:
      return { ...base, status: 'open', ...(error && { refusal: { ...declineOf(error), ...cardIn(error) } }) };
  }
}

/** The fingerprint says that it is the same card, not which. */
function cardIn({ payment_method: method }: Stripe.PaymentIntent.LastPaymentError): { card?: string } {
  const card = cardOf(method?.card?.fingerprint);
  return card === undefined ? {} : { card };
}

export function refundSnapshotOf(refund: Stripe.Refund): RefundSnapshot {
  const refundId = refund.metadata?.refundId;
  const failed = refund.status === 'failed' || refund.status === 'canceled';
  return {
    stripeRefundId: refund.id,
    ...(refundId === undefined ? {} : { refundId }),
    amount: { amount: refund.amount, currency: refund.currency.toUpperCase() },
    status: failed ? 'failed' : refund.status === 'succeeded' ? 'succeeded' : 'pending',
    ...(failed ? { code: refund.failure_reason || refund.status || 'failed' } : {}),
  };
}

/** The reasons that we give (`cancel` in stripe-cards.ts); by itself Stripe cancels as `expired` or `automatic`. */
function becauseOf({ cancellation_reason: reason }: Stripe.PaymentIntent): 'ended' | 'abandoned' | 'other' {
  if (reason === 'requested_by_customer') return 'ended';
  return reason === 'abandoned' ? 'abandoned' : 'other';
}

/** A cancelled authorisation leaves its charge behind, approved but never captured. */
function releasedBy({ latest_charge: charge }: Stripe.PaymentIntent): number | undefined {
  if (typeof charge !== 'object' || charge === null) return undefined;
  return charge.status === 'succeeded' && !charge.captured ? charge.amount : undefined;
}

function captureBeforeOf(intent: Stripe.PaymentIntent): string {
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
  const seconds = charge?.payment_method_details?.card?.capture_before ?? intent.created + DEFAULT_HOLD_SECONDS;
  return new Date(seconds * 1000).toISOString();
}

export function isDisputed({ latest_charge: charge }: Stripe.PaymentIntent): boolean {
  return typeof charge === 'object' && charge !== null && charge.disputed;
}

/** An inquiry (`warning_…`) takes no money unless it becomes a dispute (https://docs.stripe.com/disputes/how-disputes-work). */
function disputeOf(dispute: Stripe.Dispute): Dispute {
  const { id: disputeId, reason, status, amount, currency, balance_transactions: moved, evidence_details } = dispute;
  const withdrawn = moved.reduce((sum, one) => sum + one.amount, 0) < 0;
  const isOpen = /needs_response|under_review/.test(status);
  const dueBy = evidence_details?.due_by;
  return {
    ...{ disputeId, reason, withdrawn, amount: { amount, currency: currency.toUpperCase() } },
    status: isOpen ? 'open' : status === 'lost' || withdrawn ? 'lost' : 'won',
    ...(isOpen && dueBy ? { answerBy: new Date(dueBy * 1000).toISOString() } : {}),
  };
}

const reviewOf = ({ id: reviewId, open, opened_reason, closed_reason, reason }: Stripe.Review): Review => ({
  ...{ reviewId, open },
  reason: (open ? opened_reason : closed_reason) ?? reason,
});

export function idOf(object: string | { id: string } | null | undefined): string | undefined {
  return typeof object === 'string' ? object : object?.id;
}
