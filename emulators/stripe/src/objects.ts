import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { ErrorBody } from './errors.ts';
import { type TestCard, testCard } from './test-cards.ts';

export type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'requires_capture'
  | 'succeeded'
  | 'canceled';
export type Metadata = Record<string, string>;

/** The fields of https://docs.stripe.com/api/payment_intents/object that a card payment has. */
export type Intent = ReturnType<typeof newIntent>;
export type Charge = ReturnType<typeof newCharge>;
export type Refund = ReturnType<typeof newRefund>;
export type Dispute = ReturnType<typeof newDispute>;
export type Review = ReturnType<typeof newReview>;
export type Payout = ReturnType<typeof newPayout>;
/** `used`: tried once, and attached to no customer, it can't be tried again. */
export type Method = { id: string; alias: string; created: number; used?: boolean };

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
export const newId = (prefix: string) =>
  `${prefix}_${[...randomBytes(24)].map((byte) => alphabet[byte % alphabet.length]).join('')}`;
export const seconds = () => Math.floor(Date.now() / 1000);

type IntentFields = {
  amount: number;
  currency: string;
  capture_method: 'automatic' | 'automatic_async' | 'manual';
  metadata: Metadata;
  allowed_payment_method_types?: string[] | undefined;
  allow_redirects: 'always' | 'never';
  extra: Record<string, unknown>;
};
export function newIntent(fields: IntentFields) {
  const id = newId('pi');
  return {
    id,
    object: 'payment_intent' as const,
    amount: fields.amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    automatic_payment_methods: fields.allowed_payment_method_types
      ? null
      : { enabled: true, allow_redirects: fields.allow_redirects },
    canceled_at: null as number | null,
    cancellation_reason: null as string | null,
    capture_method: fields.capture_method,
    client_secret: `${id}_secret_${newId('x').slice(2)}`,
    confirmation_method: 'automatic',
    created: seconds(),
    currency: fields.currency,
    customer: null as string | null,
    description: null as string | null,
    last_payment_error: null as ErrorBody | null,
    latest_charge: null as string | null,
    livemode: false,
    metadata: fields.metadata,
    next_action: null as Record<string, unknown> | null,
    payment_method: null as string | null,
    payment_method_options: {},
    allowed_payment_method_types: fields.allowed_payment_method_types ?? null,
    payment_method_types: ['card'],
    processing: null,
    receipt_email: null as string | null,
    review: null as string | null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    status: 'requires_payment_method' as IntentStatus,
    transfer_group: null,
    ...fields.extra,
  };
}

export const cardOf = (method: Method): TestCard => {
  const card = testCard(method.alias);
  if (!card) throw new Error(`no test card is called ${method.alias}`);
  return card;
};
const expiry = () => ({ exp_month: new Date().getMonth() + 1, exp_year: new Date().getFullYear() + 1 });

/** Stripe's is the same for the same card, whichever payment method it comes in. */
const fingerprintOf = (method: Method): string => {
  const { brand, last4, funding } = cardOf(method);
  return createHash('sha256').update(`${brand} ${funding} ${last4}`).digest('base64url').slice(0, 16);
};

export function newCharge(
  intent: Intent,
  method: Method,
  captureBefore: number | undefined,
  decline: TestCard['decline'],
) {
  const { brand, last4, funding } = cardOf(method);
  const captured = captureBefore === undefined && !decline;
  return {
    id: newId('ch'),
    object: 'charge' as const,
    amount: intent.amount,
    amount_captured: captured ? intent.amount : 0,
    amount_refunded: 0,
    balance_transaction: null,
    billing_details: { address: null, email: null, name: null, phone: null },
    captured,
    created: seconds(),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    livemode: false,
    metadata: { ...intent.metadata },
    outcome: {
      network_status: decline ? 'declined_by_network' : 'approved_by_network',
      reason: decline ? (decline.declineCode ?? decline.code) : null,
      risk_level: 'normal',
      risk_score: randomInt(0, 65),
      seller_message: decline ? 'The bank did not return any further details with this decline.' : 'Payment complete.',
      type: decline ? 'issuer_declined' : 'authorized',
    },
    paid: !decline,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: {
      type: 'card',
      card: {
        amount_authorized: decline ? null : intent.amount,
        authorization_code: decline ? null : String(randomInt(100_000, 999_999)),
        brand,
        capture_before: decline ? undefined : captureBefore,
        checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
        country: 'US',
        ...expiry(),
        fingerprint: fingerprintOf(method),
        funding,
        last4,
        network: brand,
        three_d_secure: null as Record<string, unknown> | null,
        wallet: null,
      },
    },
    receipt_email: intent.receipt_email,
    receipt_url: null,
    refunded: false,
    review: null as string | null,
    status: decline ? ('failed' as const) : ('succeeded' as const),
  };
}

export function newRefund(charge: Charge, amount: number, reason: string | null, metadata: Metadata) {
  return {
    id: newId('re'),
    object: 'refund' as const,
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: seconds(),
    currency: charge.currency,
    destination_details: { type: 'card', card: { type: 'refund', reference_status: 'pending' } },
    failure_reason: undefined as string | undefined,
    metadata,
    payment_intent: charge.payment_intent,
    reason,
    receipt_number: null,
    status: 'succeeded' as 'pending' | 'succeeded' | 'failed' | 'canceled',
  };
}

export type DisputeStatus = 'needs_response' | 'under_review' | 'won' | 'lost';

/** https://docs.stripe.com/api/disputes/object; the bank takes the money at once, which is a balance transaction. */
export function newDispute(charge: Charge, amount: number, reason: string) {
  return {
    id: newId('du'),
    object: 'dispute' as const,
    amount,
    balance_transactions: [] as { id: string; object: 'balance_transaction'; amount: number; type: 'adjustment' }[],
    charge: charge.id,
    created: seconds(),
    currency: charge.currency,
    evidence_details: { due_by: seconds() + 7 * 86_400, has_evidence: false, past_due: false, submission_count: 0 },
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason,
    status: 'needs_response' as DisputeStatus,
  };
}

/** https://docs.stripe.com/api/radar/reviews/object */
export function newReview(charge: Charge, reason: 'rule' | 'manual') {
  return {
    id: newId('prv'),
    object: 'review' as const,
    charge: charge.id,
    closed_reason: null as string | null,
    created: seconds(),
    livemode: false,
    open: true,
    opened_reason: reason,
    payment_intent: charge.payment_intent,
    reason: reason as string,
  };
}

/** https://docs.stripe.com/api/payouts/object */
export function newPayout(amount: number, currency: string, failure: string | null) {
  return {
    id: newId('po'),
    object: 'payout' as const,
    amount,
    arrival_date: seconds(),
    automatic: true,
    created: seconds(),
    currency,
    failure_code: failure,
    failure_message: failure && 'The bank account could not be credited.',
    livemode: false,
    metadata: {},
    status: (failure ? 'failed' : 'paid') as 'paid' | 'failed',
  };
}

export function methodObject(method: Method) {
  const { brand, last4, funding } = cardOf(method);
  return {
    id: method.id,
    object: 'payment_method',
    billing_details: { address: null, email: null, name: null, phone: null },
    card: {
      brand,
      country: 'US',
      ...expiry(),
      fingerprint: fingerprintOf(method),
      funding,
      last4,
      networks: { available: [brand], preferred: null },
    },
    created: method.created,
    customer: null,
    livemode: false,
    metadata: {},
    type: 'card',
  };
}
