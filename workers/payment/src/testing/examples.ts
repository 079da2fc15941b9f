import { eur } from '@orderflow/contracts/testing';
import type { Intent, Refused } from '../adapters/cards.ts';
import { DEFAULT_TERMS } from '../deps.ts';
import type { Payment } from '../payment.ts';
import type { DecisionContext } from '../payment-decision.ts';

/** One payment in every state, and all that Stripe can say of it; for specs. */
export const now = new Date('2026-01-01T12:00:00.000Z');
export const inMinutes = (n: number): string => new Date(now.getTime() + n * 60_000).toISOString();
export const amount = eur(2_975);
export const context: DecisionContext = { orderId: 'o1', now, terms: DEFAULT_TERMS, attempt: 1 };
export const bill = { amount, attempt: 1, payUntil: inMinutes(10), extended: false };

const intentId = 'pi_1';
const method = 'pm_1';
const captureBefore = inMinutes(7 * 24 * 60);

export const states = {
  awaiting_stock: { status: 'awaiting_stock', amount, paymentMethod: 'pm_card_visa' },
  awaiting_order: { status: 'awaiting_order', payUntil: inMinutes(10) },
  action_required: { status: 'action_required', ...bill, extended: true, intentId, method },
  processing: { status: 'processing', ...bill, intentId, method, lookAt: inMinutes(0) },
  retry_due: { status: 'retry_due', ...bill, intentId, code: 'card_declined' },
  authorized: { status: 'authorized', amount, intentId, attempt: 1, captureBefore, captureAt: inMinutes(6 * 24 * 60) },
  captured: { status: 'captured', amount, intentId, captured: amount, refunds: [] },
  closing: { status: 'closing', amount, intentId, reason: 'changed my mind', lookAt: inMinutes(0) },
  declined: { status: 'declined', amount, attempt: 5, code: 'card_declined', intentId },
  expired: { status: 'expired', amount, intentId, reason: 'too late' },
  voided: { status: 'voided', amount, intentId, reason: 'changed my mind' },
  not_needed: { status: 'not_needed', reason: 'changed my mind' },
} as const satisfies { [Status in Payment['status']]: Extract<Payment, { status: Status }> };

/** The same statuses, come to in another way. */
export const otherwise = {
  /** Expired, and its intent is still to be cancelled. */
  expiring: { ...states.closing, reason: 'too late', as: states.expired },
  /** Voided because the order had ended. */
  voided_with_order: { ...states.voided, ended: 'changed my mind' },
} as const satisfies Record<string, Payment>;

const intent = { intentId, orderId: 'o1', method };
export const snapshots = {
  none: undefined,
  refused: { status: 'refused', code: 'resource_missing', message: 'No such PaymentMethod', hopeless: false },
  open: { ...intent, status: 'open', refusal: { code: 'card_declined', message: 'Declined.' } },
  action_required: { ...intent, status: 'action_required' },
  processing: { ...intent, status: 'processing' },
  authorized: { ...intent, status: 'authorized', amount, captureBefore },
  captured: { ...intent, status: 'captured', amount, refunds: [] },
  canceled: { ...intent, status: 'canceled', because: 'ended' },
  lapsed: { ...intent, status: 'canceled', because: 'other', released: amount },
} as const satisfies Record<string, Intent | Refused | undefined>;
