import { allow, cancel, confirm } from './attempts.ts';
import { invalid, unexpectedState } from './errors.ts';
import type { Cause, Ledger } from './ledger.ts';
import { type Intent, type Method, newIntent } from './objects.ts';
import * as params from './params.ts';

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
  const another = given.payment_method !== intent.payment_method ? given.payment_method : undefined;
  const method = another ? ledger.methodFor(another) : undefined;
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

/** An empty value removes the key. */
const merged = (old: Record<string, string>, change: Record<string, string>) =>
  Object.fromEntries(Object.entries({ ...old, ...change }).filter(([, value]) => value !== ''));
