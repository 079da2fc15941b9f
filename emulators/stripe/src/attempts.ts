import type { z } from 'zod';
import { type ErrorBody, StripeError, unexpectedState } from './errors.ts';
import type { Cause, Ledger } from './ledger.ts';
import { cardOf, type Intent, type IntentStatus, type Method, methodObject, newCharge, seconds } from './objects.ts';
import type * as params from './params.ts';
import { genericDecline } from './test-cards.ts';

type Confirming = Pick<
  z.output<typeof params.confirmIntent>,
  'off_session' | 'return_url' | 'error_on_requires_action'
>;
const ofItself: Cause = { requestId: null, idempotencyKey: null };

/** The customer's answer on the 3-D Secure page. */
export function authenticate(ledger: Ledger, id: string, succeeds: boolean): Intent {
  const intent = ledger.intent(id);
  const cause = ofItself;
  allow(intent, 'authenticated', ['requires_action']);
  return afterwards(intent, () => {
    if (succeeds) return charge(ledger, cause, intent, ledger.method(intent.payment_method ?? ''), true);
    const message =
      'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.';
    throw fail(
      ledger,
      cause,
      intent,
      { type: 'invalid_request_error', code: 'payment_intent_authentication_failure', message },
      400,
    );
  });
}

/** What was processing is decided. */
export function processed(ledger: Ledger, id: string, succeeds: boolean): Intent {
  const intent = ledger.intent(id);
  allow(intent, 'processed', ['processing']);
  const method = ledger.method(intent.payment_method ?? '');
  return afterwards(intent, () => charge(ledger, ofItself, intent, method, false, !succeeds));
}

/** With nobody waiting for an answer, a refusal is only noted on the intent. */
function afterwards(intent: Intent, run: () => Intent): Intent {
  try {
    return run();
  } catch (error) {
    if (error instanceof StripeError) return intent;
    throw error;
  }
}

/** What is processing is decided by itself after a while, by the card. */
export function watchProcessing(ledger: Ledger, intent: Intent): void {
  ledger.later(ledger.switches().processingSettle, () => {
    if (intent.status !== 'processing') return;
    processed(ledger, intent.id, true);
    ledger.commit();
  });
}

/** Tries to pay with the method attached: charged, refused, or a question to the customer. */
export function confirm(ledger: Ledger, cause: Cause, intent: Intent, how: Confirming): Intent {
  const method = ledger.use(ledger.method(intent.payment_method ?? ''));
  if (cardOf(method).processing) return process(ledger, cause, intent);
  if (!cardOf(method).challenge) return charge(ledger, cause, intent, method, false);
  if (how.off_session || how.error_on_requires_action) {
    const message = 'Your card was declined. This transaction requires authentication.';
    const code = 'authentication_required';
    throw fail(ledger, cause, intent, { type: 'card_error', code, decline_code: code, message }, 402);
  }
  const url = `${ledger.publicUrl()}/3ds/${intent.id}?client_secret=${intent.client_secret}`;
  intent.status = 'requires_action';
  intent.last_payment_error = null;
  intent.next_action = how.return_url
    ? { type: 'redirect_to_url', redirect_to_url: { url, return_url: how.return_url } }
    : { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } };
  ledger.intents.put(intent.id, intent);
  ledger.emit('payment_intent.requires_action', intent, cause);
  return intent;
}

function process(ledger: Ledger, cause: Cause, intent: Intent): Intent {
  Object.assign(intent, { status: 'processing', last_payment_error: null, next_action: null });
  ledger.intents.put(intent.id, intent);
  ledger.emit('payment_intent.processing', intent, cause);
  watchProcessing(ledger, intent);
  return intent;
}

function charge(
  ledger: Ledger,
  cause: Cause,
  intent: Intent,
  method: Method,
  authenticated: boolean,
  refused = false,
): Intent {
  const manual = intent.capture_method === 'manual';
  const decline = cardOf(method).decline ?? (refused ? genericDecline : undefined);
  const captureBefore = manual ? seconds() + ledger.switches().captureWindow : undefined;
  const made = newCharge(intent, method, captureBefore, decline);
  if (authenticated) {
    made.payment_method_details.card.three_d_secure = {
      result: 'authenticated',
      version: '2.2.0',
      authentication_flow: 'challenge',
    };
  }
  ledger.charges.put(made.id, made);
  intent.latest_charge = made.id;
  intent.next_action = null;
  if (decline) {
    ledger.emit('charge.failed', made, cause);
    const { code, declineCode, message } = decline;
    const body: ErrorBody = { type: 'card_error', code, message, charge: made.id };
    throw fail(ledger, cause, intent, declineCode ? { ...body, decline_code: declineCode } : body, 402);
  }
  intent.last_payment_error = null;
  if (manual) Object.assign(intent, { status: 'requires_capture', amount_capturable: intent.amount });
  else Object.assign(intent, { status: 'succeeded', amount_received: intent.amount });
  ledger.intents.put(intent.id, intent);
  ledger.emit('charge.succeeded', made, cause);
  ledger.emit(manual ? 'payment_intent.amount_capturable_updated' : 'payment_intent.succeeded', intent, cause);
  if (manual) watchExpiry(ledger, intent);
  return intent;
}

/** An authorisation that nobody captures in time lapses by itself. */
export function watchExpiry(ledger: Ledger, { id, latest_charge }: Intent): void {
  const before = ledger.charge(latest_charge ?? '').payment_method_details.card.capture_before ?? 0;
  // Days may pass: nothing but the id is held meanwhile.
  ledger.later(before * 1000 - Date.now(), () => {
    const intent = ledger.intent(id);
    if (intent.status !== 'requires_capture') return;
    cancel(ledger, ofItself, intent, 'expired');
    ledger.commit();
  });
}

/** The intent goes back to wanting a payment method; returns the error to throw. */
function fail(ledger: Ledger, cause: Cause, intent: Intent, body: ErrorBody, status: number): StripeError {
  const payment_method = intent.payment_method ? methodObject(ledger.method(intent.payment_method)) : undefined;
  intent.last_payment_error = { ...body, payment_method };
  Object.assign(intent, { status: 'requires_payment_method', payment_method: null, next_action: null });
  ledger.intents.put(intent.id, intent);
  ledger.emit('payment_intent.payment_failed', intent, cause);
  return new StripeError(status, { ...body, payment_intent: intent, payment_method }, true);
}

/** Gives back what is held and ends the intent. */
export function cancel(ledger: Ledger, cause: Cause, intent: Intent, cancellation_reason: string | null): Intent {
  if (intent.status === 'requires_capture') {
    const charge = ledger.charge(intent.latest_charge ?? '');
    ledger.charges.put(charge.id, Object.assign(charge, { refunded: true, amount_refunded: charge.amount }));
    ledger.emit(cancellation_reason === 'expired' ? 'charge.expired' : 'charge.refunded', charge, cause);
  }
  Object.assign(intent, {
    status: 'canceled',
    canceled_at: seconds(),
    cancellation_reason,
    amount_capturable: 0,
    next_action: null,
  });
  ledger.intents.put(intent.id, intent);
  ledger.emit('payment_intent.canceled', intent, cause);
  return intent;
}

/** Throws Stripe's answer unless the intent is in one of these states. */
export function allow(intent: Intent, verb: string, statuses: IntentStatus[]): void {
  if (statuses.includes(intent.status)) return;
  const only = `Only a PaymentIntent with one of the following statuses may be ${verb}: ${statuses.join(', ')}.`;
  throw unexpectedState(
    `This PaymentIntent could not be ${verb} because it has a status of ${intent.status}. ${only}`,
    intent,
  );
}
