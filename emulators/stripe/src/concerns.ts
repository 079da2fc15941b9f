import { unexpectedState } from './errors.ts';
import type { Ledger } from './ledger.ts';
import {
  type Charge,
  type Dispute,
  newDispute,
  newId,
  newPayout,
  newReview,
  type Payout,
  type Review,
} from './objects.ts';

/** What banks and Radar do by themselves, and people in the dashboard; nothing of it is asked for over the API. */
const byNobody = { requestId: null, idempotencyKey: null };

const chargeOf = (ledger: Ledger, intentId: string): Charge => {
  const intent = ledger.intent(intentId);
  if (!intent.latest_charge) throw unexpectedState('It has no charge.', intent);
  return ledger.charge(intent.latest_charge);
};

/** The customer's bank asks for the money back, and takes it at once. */
export function dispute(
  ledger: Ledger,
  intentId: string,
  { amount, reason = 'fraudulent' }: { amount?: number | undefined; reason?: string | undefined },
): Dispute {
  const charge = chargeOf(ledger, intentId);
  const made = newDispute(charge, amount ?? charge.amount_captured, reason);
  ledger.charges.put(charge.id, Object.assign(charge, { disputed: true }));
  ledger.disputes.put(made.id, made);
  ledger.emit('charge.dispute.created', made, byNobody);
  move(ledger, made, -made.amount);
  ledger.emit('charge.dispute.funds_withdrawn', made, byNobody);
  ledger.commit();
  return made;
}

/** The dispute is decided; a won one brings the money back. */
export function closeDispute(ledger: Ledger, id: string, status: 'won' | 'lost'): Dispute {
  const made = ledger.dispute(id);
  made.status = status;
  ledger.disputes.put(id, made);
  ledger.emit('charge.dispute.closed', made, byNobody);
  if (status === 'won') {
    move(ledger, made, made.amount);
    ledger.emit('charge.dispute.funds_reinstated', made, byNobody);
  }
  ledger.commit();
  return made;
}

function move(ledger: Ledger, made: Dispute, amount: number): void {
  made.balance_transactions.push({ id: newId('txn'), object: 'balance_transaction', amount, type: 'adjustment' });
  ledger.disputes.put(made.id, made);
}

/** Radar, or a person, puts the payment in review. */
export function openReview(ledger: Ledger, intentId: string, reason: 'rule' | 'manual'): Review {
  const charge = chargeOf(ledger, intentId);
  const review = newReview(charge, reason);
  ledger.reviews.put(review.id, review);
  ledger.charges.put(charge.id, Object.assign(charge, { review: review.id }));
  ledger.intents.put(intentId, Object.assign(ledger.intent(intentId), { review: review.id }));
  ledger.emit('review.opened', review, byNobody);
  ledger.commit();
  return review;
}

export function closeReview(ledger: Ledger, id: string, reason: string): Review {
  const review = { ...ledger.review(id), open: false, closed_reason: reason, reason };
  ledger.reviews.put(id, review);
  ledger.emit('review.closed', review, byNobody);
  ledger.commit();
  return review;
}

/** The shop's own bank took the money, or sent it back. */
export function payOut(ledger: Ledger, amount: number, currency: string, failure: string | null): Payout {
  const payout = newPayout(amount, currency, failure);
  ledger.payouts.put(payout.id, payout);
  ledger.emit(failure ? 'payout.failed' : 'payout.paid', payout, byNobody);
  ledger.commit();
  return payout;
}
