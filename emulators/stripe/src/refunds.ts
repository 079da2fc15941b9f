import { invalid, StripeError } from './errors.ts';
import type { Cause, Ledger } from './ledger.ts';
import { type Charge, newRefund, type Refund } from './objects.ts';
import * as params from './params.ts';
import { testCard } from './test-cards.ts';

export function createRefund(ledger: Ledger, cause: Cause, form: unknown): Refund {
  const given = params.parse(params.createRefund, form);
  const charge = chargeToRefund(ledger, given.payment_intent, given.charge);
  const left = charge.amount_captured - charge.amount_refunded;
  if (left === 0) {
    const message = `Charge ${charge.id} has already been refunded.`;
    throw new StripeError(400, { type: 'invalid_request_error', code: 'charge_already_refunded', message }, true);
  }
  const amount = given.amount ?? left;
  if (amount > left) {
    const message = `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`;
    throw new StripeError(400, { type: 'invalid_request_error', message, param: 'amount' }, true);
  }
  const refund = newRefund(charge, amount, given.reason ?? null, given.metadata);
  const behaviour = testCard(ledger.method(charge.payment_method).alias)?.refund;
  if (behaviour === 'pending') refund.status = 'pending';
  ledger.refunds.put(refund.id, refund);
  give(ledger, charge, amount);
  ledger.emit('refund.created', refund, cause);
  ledger.emit('charge.refunded', charge, cause);
  if (behaviour) settleLater(ledger, refund);
  return refund;
}

function chargeToRefund(ledger: Ledger, intentId: string | undefined, chargeId: string | undefined): Charge {
  if (chargeId) return captured(ledger.charge(chargeId, 'charge'), chargeId);
  if (!intentId)
    throw invalid('One of the following params should be provided for this request: payment_intent or charge.');
  const { latest_charge } = ledger.intent(intentId, 'payment_intent');
  const charge = latest_charge ? ledger.charge(latest_charge) : undefined;
  return captured(charge, intentId);
}
function captured(charge: Charge | undefined, id: string): Charge {
  if (charge?.captured) return charge;
  throw new StripeError(
    400,
    { type: 'invalid_request_error', message: `${id} does not have a successful charge to refund.` },
    true,
  );
}

function give(ledger: Ledger, charge: Charge, amount: number): void {
  charge.amount_refunded += amount;
  charge.refunded = charge.amount_refunded === charge.amount_captured;
  ledger.charges.put(charge.id, charge);
}

/** pm_card_pendingRefund succeeds later, pm_card_refundFail seems to succeed and fails later. */
export function settleLater(ledger: Ledger, refund: Refund): void {
  const fails = testCard(ledger.method(ledger.charge(refund.charge).payment_method).alias)?.refund === 'fails';
  ledger.later(ledger.switches().refundSettle, () => {
    const settled = refund.status === (fails ? 'failed' : 'succeeded');
    if (!settled && refund.status !== 'canceled') settle(ledger, refund.id, fails ? 'failed' : 'succeeded');
  });
}

/** What the bank decided in the end. A failed refund's money comes back to the account. */
export function settle(ledger: Ledger, id: string, status: 'succeeded' | 'failed'): Refund {
  const cause = { requestId: null, idempotencyKey: null };
  const refund = ledger.refund(id);
  if (refund.status === status || refund.status === 'failed') return refund;
  refund.status = status;
  if (status === 'failed') {
    refund.failure_reason = 'expired_or_canceled_card';
    give(ledger, ledger.charge(refund.charge), -refund.amount);
  }
  ledger.refunds.put(id, refund);
  ledger.emit('refund.updated', refund, cause);
  ledger.emit('charge.refund.updated', refund, cause);
  if (status === 'failed') ledger.emit('refund.failed', refund, cause);
  ledger.commit();
  return refund;
}
