import type { z } from 'zod';
import { type ErrorBody, invalid, StripeError, unexpectedState } from './errors.ts';
import type { Cause, Ledger } from './ledger.ts';
import {
  cardOf,
  type Intent,
  type IntentStatus,
  type Method,
  methodObject,
  newCharge,
  newIntent,
  seconds,
} from './objects.ts';
import * as params from './params.ts';

type Confirming = Pick<
  z.output<typeof params.confirmIntent>,
  'off_session' | 'return_url' | 'error_on_requires_action'
>;
const carriedFields = [
  'customer',
  'description',
  'receipt_email',
  'setup_future_usage',
  'shipping',
  'statement_descriptor',
  'transfer_group',
] as const;
type Carried = Partial<Record<(typeof carriedFields)[number], unknown>>;
const carried = (given: Carried) =>
  Object.fromEntries(carriedFields.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]));

export function createIntent(ledger: Ledger, cause: Cause, form: unknown): Intent {
  const given = params.parse(params.createIntent, form);
  if (given.allowed_payment_method_types && given.automatic_payment_methods) {
    throw invalid(
      'You may only specify one of these parameters: automatic_payment_methods, allowed_payment_method_types.',
    );
  }
  if (given.confirm && !given.payment_method) {
    throw invalid("You cannot confirm this PaymentIntent because it's missing a payment method.", {
      param: 'payment_method',
    });
  }
  if (given.off_session && !given.confirm)
    throw invalid('off_session can only be used with confirm=true.', { param: 'off_session' });
  const allow_redirects = given.automatic_payment_methods?.allow_redirects ?? 'always';
  const { amount, currency, capture_method, metadata, allowed_payment_method_types } = given;
  const intent = newIntent({
    amount,
    currency,
    capture_method,
    metadata,
    allowed_payment_method_types,
    allow_redirects,
    extra: carried(given),
  });
  if (given.confirm) requireReturnUrl(intent, given.return_url);
  if (given.payment_method) attach(intent, ledger.methodFor(given.payment_method));
  ledger.intents.put(intent.id, intent);
  ledger.emit('payment_intent.created', intent, cause);
  return given.confirm ? confirm(ledger, cause, intent, given) : intent;
}

export function updateIntent(ledger: Ledger, _: Cause, form: unknown, id: string): Intent {
  const given = params.parse(params.updateIntent, form);
  const intent = ledger.intent(id);
  if (given.amount !== undefined || given.payment_method !== undefined) {
    allow(intent, 'updated', ['requires_payment_method', 'requires_confirmation', 'requires_action']);
  }
  if (given.payment_method) attach(intent, ledger.methodFor(given.payment_method));
  if (given.amount !== undefined) intent.amount = given.amount;
  if (given.metadata) intent.metadata = merged(intent.metadata, given.metadata);
  Object.assign(intent, carried(given));
  return ledger.intents.put(id, intent);
}

export function confirmIntent(ledger: Ledger, cause: Cause, form: unknown, id: string): Intent {
  const given = params.parse(params.confirmIntent, form);
  const intent = ledger.intent(id);
  allow(intent, 'confirmed', ['requires_payment_method', 'requires_confirmation', 'requires_action']);
  const method = given.payment_method ? ledger.methodFor(given.payment_method) : undefined;
  requireReturnUrl(intent, given.return_url);
  if (method) attach(intent, method);
  if (!intent.payment_method) {
    throw unexpectedState("You cannot confirm this PaymentIntent because it's missing a payment method.", intent);
  }
  return confirm(ledger, cause, intent, given);
}

export function captureIntent(ledger: Ledger, cause: Cause, form: unknown, id: string): Intent {
  const given = params.parse(params.captureIntent, form);
  const intent = ledger.intent(id);
  allow(intent, 'captured', ['requires_capture']);
  const amount = given.amount_to_capture ?? intent.amount_capturable;
  if (amount > intent.amount_capturable) {
    const message = `The amount_to_capture cannot be greater than the amount_capturable of ${intent.amount_capturable}.`;
    throw invalid(message, { code: 'amount_too_large', param: 'amount_to_capture' });
  }
  const charge = ledger.charge(intent.latest_charge ?? '');
  Object.assign(charge, { captured: true, amount_captured: amount });
  Object.assign(intent, { status: 'succeeded', amount_capturable: 0, amount_received: amount });
  if (given.metadata) intent.metadata = merged(intent.metadata, given.metadata);
  ledger.charges.put(charge.id, charge);
  ledger.intents.put(id, intent);
  ledger.emit('charge.captured', charge, cause);
  ledger.emit('payment_intent.succeeded', intent, cause);
  return intent;
}

export function cancelIntent(ledger: Ledger, cause: Cause, form: unknown, id: string): Intent {
  const given = params.parse(params.cancelIntent, form);
  const intent = ledger.intent(id);
  allow(intent, 'canceled', [
    'requires_payment_method',
    'requires_confirmation',
    'requires_action',
    'requires_capture',
  ]);
  return cancel(ledger, cause, intent, given.cancellation_reason ?? null);
}

function cancel(ledger: Ledger, cause: Cause, intent: Intent, cancellation_reason: string | null): Intent {
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

/** The customer's answer on the 3-D Secure page. */
export function authenticate(ledger: Ledger, id: string, succeeds: boolean): Intent {
  const intent = ledger.intent(id);
  const cause = { requestId: null, idempotencyKey: null };
  allow(intent, 'authenticated', ['requires_action']);
  try {
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
  } catch (error) {
    if (error instanceof StripeError) return intent;
    throw error;
  }
}

function confirm(ledger: Ledger, cause: Cause, intent: Intent, how: Confirming): Intent {
  const method = ledger.method(intent.payment_method ?? '');
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

function charge(ledger: Ledger, cause: Cause, intent: Intent, method: Method, authenticated: boolean): Intent {
  const manual = intent.capture_method === 'manual';
  const made = newCharge(intent, method, manual ? seconds() + ledger.switches().captureWindow : undefined);
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
  const { decline } = cardOf(method);
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
export function watchExpiry(ledger: Ledger, intent: Intent): void {
  const before = ledger.charge(intent.latest_charge ?? '').payment_method_details.card.capture_before ?? 0;
  ledger.later(before * 1000 - Date.now(), () => {
    if (intent.status !== 'requires_capture') return;
    cancel(ledger, { requestId: null, idempotencyKey: null }, intent, 'expired');
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

function attach(intent: Intent, method: Method): void {
  intent.payment_method = method.id;
  intent.status = 'requires_confirmation';
  intent.next_action = null;
}

function requireReturnUrl(intent: Intent, returnUrl: string | undefined): void {
  if (returnUrl || intent.automatic_payment_methods?.allow_redirects !== 'always') return;
  throw invalid(
    'This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you do not want to accept redirect payment methods, set `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.',
  );
}

function allow(intent: Intent, verb: string, statuses: IntentStatus[]): void {
  if (statuses.includes(intent.status)) return;
  const only = `Only a PaymentIntent with one of the following statuses may be ${verb}: ${statuses.join(', ')}.`;
  throw unexpectedState(
    `This PaymentIntent could not be ${verb} because it has a status of ${intent.status}. ${only}`,
    intent,
  );
}

/** An empty value removes the key. */
const merged = (old: Record<string, string>, change: Record<string, string>) =>
  Object.fromEntries(Object.entries({ ...old, ...change }).filter(([, value]) => value !== ''));
