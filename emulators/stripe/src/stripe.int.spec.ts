import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type StripeOptions, startStripe } from './index.ts';

type Emulator = Awaited<ReturnType<typeof startStripe>>;
const secret = 'whsec_test';
let emulator: Emulator;
let stripe: Stripe;
const manual = {
  amount: 4_200,
  currency: 'eur',
  capture_method: 'manual',
  confirm: true,
  payment_method: 'pm_card_visa',
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
} as const;

const client = ({ port }: Emulator, key = 'sk_test_1') =>
  new Stripe(key, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
async function start(options: StripeOptions = {}) {
  emulator = await startStripe({ apiKey: 'sk_test_1', webhookSecret: secret, ...options });
  stripe = client(emulator);
}
async function control(switches: object, path = '') {
  const method = path ? 'POST' : 'PUT';
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${emulator.url}/_control${path}`, { method, headers, body: JSON.stringify(switches) });
  return (await response.json()) as Record<string, unknown>;
}
const calls = async (query = '') =>
  (await (await fetch(`${emulator.url}/_control/calls${query}`)).json()) as { status: unknown }[];
const failed = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it was to fail'),
    (error: unknown) => error as Stripe.errors.StripeError,
  );
/** The default second is short where two cores are shared. */
const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000 });

beforeEach(() => start());
afterEach(() => emulator.close());

describe('a payment intent', () => {
  test('is authorised, then captured in part, once', async () => {
    const intent = await stripe.paymentIntents.create({
      ...manual,
      metadata: { orderId: 'o1' },
      expand: ['latest_charge'],
    });
    expect(intent).toMatchObject({ status: 'requires_capture', amount_capturable: 4_200, amount_received: 0 });
    const { card } = (intent.latest_charge as Stripe.Charge).payment_method_details!;
    expect(card!.capture_before! - intent.created).toBeGreaterThanOrEqual(7 * 24 * 3600);
    const both = await Promise.allSettled([
      stripe.paymentIntents.capture(intent.id, { amount_to_capture: 4_000 }),
      stripe.paymentIntents.capture(intent.id, { amount_to_capture: 4_000 }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'succeeded',
      amount_received: 4_000,
    });
    const error = await failed(stripe.paymentIntents.cancel(intent.id));
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
  });

  test('is created, confirmed and cancelled in steps', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 500,
      currency: 'usd',
      allowed_payment_method_types: ['card'],
    });
    expect(intent.status).toBe('requires_payment_method');
    const confirmed = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_mastercard' });
    expect(confirmed).toMatchObject({ status: 'succeeded', amount_received: 500 });
    const other = await stripe.paymentIntents.create(manual);
    const cancelled = await stripe.paymentIntents.cancel(other.id, { cancellation_reason: 'abandoned' });
    expect(cancelled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned', amount_capturable: 0 });
  });

  test.each([
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
    ['pm_card_visa_chargeDeclinedVelocityLimitExceeded', 'card_declined', 'card_velocity_exceeded'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', ''],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', ''],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', ''],
  ])('is refused with %s, and paid with another card', async (payment_method, code, decline_code) => {
    const error = await failed(stripe.paymentIntents.create({ ...manual, payment_method }));
    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(error).toMatchObject({ statusCode: 402, code, decline_code });
    expect(error.payment_intent).toMatchObject({ status: 'requires_payment_method', last_payment_error: { code } });
    const paid = await stripe.paymentIntents.confirm(error.payment_intent!.id, { payment_method: 'pm_card_visa' });
    expect(paid.status).toBe('requires_capture');
  });

  test('wants 3-D Secure, and is answered on the page', async () => {
    const payment_method = 'pm_card_threeDSecure2Required';
    const intent = await stripe.paymentIntents.create({
      ...manual,
      payment_method,
      return_url: 'http://127.0.0.1:1/back',
    });
    expect(intent).toMatchObject({ status: 'requires_action', next_action: { type: 'redirect_to_url' } });
    const page = intent.next_action!.redirect_to_url!.url!;
    expect(await (await fetch(page)).text()).toContain('€42.00');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(page, { method: 'POST', headers, body: 'outcome=succeed', redirect: 'manual' });
    expect(answer.headers.get('location')).toContain('redirect_status=succeeded');
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_capture',
      next_action: null,
    });
  });

  test('fails its 3-D Secure, and off session it is declined', async () => {
    const payment_method = 'pm_card_authenticationRequired';
    const intent = await stripe.paymentIntents.create({ ...manual, payment_method });
    expect(intent.next_action?.type).toBe('use_stripe_sdk');
    await control({ outcome: 'fail' }, `/payment_intents/${intent.id}/authenticate`);
    const after = await stripe.paymentIntents.retrieve(intent.id);
    expect(after.last_payment_error?.code).toBe('payment_intent_authentication_failure');
    const error = await failed(stripe.paymentIntents.create({ ...manual, payment_method, off_session: true }));
    expect(error).toMatchObject({ code: 'authentication_required', statusCode: 402 });
  });

  test('whose challenge is not answered is paid with another card, and a decline leaves it open for a third', async () => {
    const { id } = await stripe.paymentIntents.create({ ...manual, payment_method: 'pm_card_authenticationRequired' });
    const declined = await failed(stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa_chargeDeclined' }));
    expect(declined).toMatchObject({ statusCode: 402, payment_intent: { id, status: 'requires_payment_method' } });
    expect(declined.payment_intent!.last_payment_error!.payment_method!.id).toMatch(/^pm_/);
    const paid = await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(paid).toMatchObject({ id, status: 'requires_capture', last_payment_error: null, amount_capturable: 4_200 });
  });

  test('that was cancelled can be neither confirmed nor captured', async () => {
    const { id } = await stripe.paymentIntents.create({ ...manual, payment_method: 'pm_card_authenticationRequired' });
    await stripe.paymentIntents.cancel(id);
    const payment_method = 'pm_card_visa';
    const { paymentIntents } = stripe;
    for (const refused of [() => paymentIntents.confirm(id, { payment_method }), () => paymentIntents.capture(id)]) {
      const error = await failed(refused());
      expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
      expect(error.payment_intent).toMatchObject({ id, status: 'canceled' });
    }
  });

  test.each([
    ['pm_card_processing', 'requires_capture', undefined],
    ['pm_card_processingDeclined', 'requires_payment_method', 'card_declined'],
  ])('with %s is processing, and then %s', async (payment_method, status, code) => {
    const intent = await stripe.paymentIntents.create({ ...manual, payment_method });
    expect(intent.status).toBe('processing');
    expect(await failed(stripe.paymentIntents.cancel(intent.id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
    await control({ outcome: 'succeed' }, `/payment_intents/${intent.id}/process`);
    const after = await stripe.paymentIntents.retrieve(intent.id);
    expect(after.status).toBe(status);
    expect(after.last_payment_error?.code).toBe(code);
  });

  test('that is processing is decided by itself after a while, or is refused by hand', async () => {
    const payment_method = 'pm_card_processing';
    const byHand = await stripe.paymentIntents.create({ ...manual, payment_method });
    await control({ outcome: 'fail' }, `/payment_intents/${byHand.id}/process`);
    expect(await stripe.paymentIntents.retrieve(byHand.id)).toMatchObject({ status: 'requires_payment_method' });
    await control({ processingSettle: 20 });
    const { id } = await stripe.paymentIntents.create({ ...manual, payment_method });
    await eventually(async () => expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_capture'));
  });

  test('lapses when nobody captures it', async () => {
    await control({ captureWindow: 0 });
    const { id } = await stripe.paymentIntents.create(manual);
    await eventually(async () =>
      expect((await stripe.paymentIntents.retrieve(id)).cancellation_reason).toBe('expired'),
    );
  });

  test.each([
    ['pm_card_visa', 'requires_capture'],
    ['pm_card_chargeDeclined', 'requires_payment_method'],
  ])('takes a payment method once: that of %s, then not again, and a fresh one', async (payment_method, status) => {
    const unconfirmed = await stripe.paymentIntents.create({ ...manual, payment_method, confirm: false });
    const used = unconfirmed.payment_method as string;
    await stripe.paymentIntents.confirm(unconfirmed.id).catch((error) => error);
    expect(await stripe.paymentIntents.retrieve(unconfirmed.id)).toMatchObject({ status });
    const error = await failed(stripe.paymentIntents.create({ ...manual, payment_method: used }));
    expect(error).toMatchObject({ statusCode: 400, rawType: 'invalid_request_error', code: undefined });
    expect(error.param).toBeUndefined();
    expect(error.message).toContain('may not be used again');
    expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
    expect(await stripe.paymentIntents.create(manual)).toMatchObject({ status: 'requires_capture' });
  });

  test('whose challenge is not answered may be confirmed anew with the same payment method', async () => {
    const { id, payment_method } = await stripe.paymentIntents.create({
      ...manual,
      payment_method: 'pm_card_authenticationRequired',
    });
    const again = await stripe.paymentIntents.confirm(id, { payment_method: payment_method as string });
    expect(again).toMatchObject({ status: 'requires_action', payment_method });
  });

  test('is listed newest first and searched by metadata', async () => {
    for (const orderId of ['a', 'b', "c'd"]) await stripe.paymentIntents.create({ ...manual, metadata: { orderId } });
    const first = await stripe.paymentIntents.list({ limit: 2, expand: ['data.latest_charge'] });
    expect(first.data.map(({ metadata }) => metadata.orderId)).toEqual(["c'd", 'b']);
    expect(first.data[0]!.latest_charge).toMatchObject({ object: 'charge' });
    const rest = await stripe.paymentIntents.list({ limit: 2, starting_after: first.data[1]!.id });
    expect(rest).toMatchObject({ has_more: false, data: [{ metadata: { orderId: 'a' } }] });
    const found = await stripe.paymentIntents.search({
      query: "metadata['orderId']:'c\\'d' AND status:'requires_capture'",
    });
    expect(found.data.map(({ metadata }) => metadata.orderId)).toEqual(["c'd"]);
  });
});

describe('a bad request', () => {
  test.each([
    [
      { ...manual, amount: 1.5 },
      { code: 'parameter_invalid_integer', param: 'amount' },
    ],
    [
      { ...manual, amount: 0 },
      { code: 'parameter_invalid_integer', param: 'amount' },
    ],
    [{ ...manual, currency: 'zzz' }, { param: 'currency' }],
    [
      { ...manual, colour: 'red' },
      { code: 'parameter_unknown', param: 'colour' },
    ],
    [
      { ...manual, payment_method: 'pm_nobody' },
      { code: 'resource_missing', param: 'payment_method' },
    ],
    [{ currency: 'eur' }, { code: 'parameter_missing', param: 'amount' }],
    [
      { amount: 100, currency: 'eur', confirm: true, payment_method: 'pm_card_visa' },
      { type: 'StripeInvalidRequestError' },
    ],
  ])('%j names what is wrong', async (params, expected) => {
    const error = await failed(stripe.paymentIntents.create(params as Stripe.PaymentIntentCreateParams));
    expect(error).toMatchObject({ statusCode: 400, ...expected });
    expect(error.requestId).toMatch(/^req_/);
    expect((await stripe.paymentIntents.list()).data).toEqual([]);
  });

  test('of a stranger or for the unknown is turned away', async () => {
    expect(await failed(client(emulator, 'sk_test_2').paymentIntents.list())).toMatchObject({ statusCode: 401 });
    expect(await failed(stripe.paymentIntents.retrieve('pi_x'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });
});

describe('an idempotency key', () => {
  const idempotencyKey = 'pi:o1:1';

  test('gives the same answer again, a decline too', async () => {
    const first = await stripe.paymentIntents.create(manual, { idempotencyKey });
    const again = await stripe.paymentIntents.create(manual, { idempotencyKey });
    expect(again.id).toBe(first.id);
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    const declined = { ...manual, payment_method: 'pm_card_chargeDeclined' };
    const one = await failed(stripe.paymentIntents.create(declined, { idempotencyKey: 'd' }));
    const two = await failed(stripe.paymentIntents.create(declined, { idempotencyKey: 'd' }));
    expect(two.payment_intent!.id).toBe(one.payment_intent!.id);
    expect((await stripe.paymentIntents.list()).data).toHaveLength(2);
  });

  test('is refused for another request, and while the first is going on', async () => {
    await stripe.paymentIntents.create(manual, { idempotencyKey: 'done' });
    const other = { ...manual, amount: 1 };
    const error = await failed(stripe.paymentIntents.create(other, { idempotencyKey: 'done' }));
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' });
    // It outlasts the test, so that it is still going on however slow the machine is.
    await control({ latency: 600_000, match: 'held' });
    const held = { ...manual, metadata: { orderId: 'held' } };
    const first = failed(stripe.paymentIntents.create(held, { idempotencyKey }));
    await eventually(async () => expect(await calls('?orderId=held')).toHaveLength(1));
    expect(await failed(stripe.paymentIntents.create(held, { idempotencyKey }))).toMatchObject({
      statusCode: 409,
      code: 'idempotency_key_in_use',
    });
    expect(await failed(stripe.paymentIntents.create(other, { idempotencyKey }))).toMatchObject({ statusCode: 400 });
    await emulator.close();
    expect(await first).toBeInstanceOf(Stripe.errors.StripeConnectionError);
  });

  test('is not spent by a request that never began', async () => {
    await failed(stripe.paymentIntents.create({ ...manual, currency: 'zzz' }, { idempotencyKey }));
    await control({ failNext: 2 });
    expect(await failed(stripe.paymentIntents.create(manual, { idempotencyKey }))).toMatchObject({ statusCode: 503 });
    expect(await failed(stripe.paymentIntents.create(manual, { idempotencyKey }))).toMatchObject({ statusCode: 503 });
    expect((await stripe.paymentIntents.create(manual, { idempotencyKey })).status).toBe('requires_capture');
  });

  test('is compared by what the parameters are, not by their order', async () => {
    const { amount, ...rest } = manual;
    const first = await stripe.paymentIntents.create({ amount, ...rest }, { idempotencyKey });
    expect((await stripe.paymentIntents.create({ ...rest, amount }, { idempotencyKey })).id).toBe(first.id);
  });

  test('is kept for a day, and when it is forgotten the same request is carried out anew', async () => {
    expect(await (await fetch(`${emulator.url}/_control`)).json()).toMatchObject({ keyLife: 86_400_000 });
    const first = await stripe.paymentIntents.create(manual, { idempotencyKey });
    await control({ keyLife: 0 });
    const second = await stripe.paymentIntents.create(manual, { idempotencyKey });
    expect(second.lastResponse.headers).not.toHaveProperty('idempotent-replayed');
    expect((await stripe.paymentIntents.list()).data.map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  test('keeps what happened when the answer is lost', async () => {
    // The SDK itself tries once more when the connection breaks, so one lost answer goes unnoticed.
    await control({ failAfter: 2 });
    const error = await failed(stripe.paymentIntents.create(manual, { idempotencyKey }));
    expect(error).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    const again = await stripe.paymentIntents.create(manual, { idempotencyKey });
    expect((await stripe.paymentIntents.list()).data.map(({ id }) => id)).toEqual([again.id]);
    expect((await calls('?idempotencyKey=pi:o1:1')).map(({ status }) => status)).toEqual(['lost', 'lost', 200]);
  });

  test.each([500, 424])('keeps a %i of which nothing came, and the next key is free', async (statusCode) => {
    await control({ failAfter: 1, failAfterWith: statusCode, failAfterEffect: false });
    const first = await failed(stripe.paymentIntents.create(manual, { idempotencyKey }));
    const again = await failed(stripe.paymentIntents.create(manual, { idempotencyKey }));
    expect(first).toMatchObject({ statusCode, type: 'StripeAPIError' });
    expect(first.headers).not.toHaveProperty('idempotent-replayed');
    expect(again).toMatchObject({ statusCode, headers: { 'idempotent-replayed': 'true' } });
    expect((await stripe.paymentIntents.list()).data).toEqual([]);
    const next = await stripe.paymentIntents.create(manual, { idempotencyKey: `${idempotencyKey}:2` });
    expect(next.status).toBe('requires_capture');
  });

  test('keeps a 500 too, though the payment was made', async () => {
    await control({ failAfter: 1, failAfterWith: 500 });
    const metadata = { orderId: 'o9' };
    for (let i = 0; i < 2; i++) {
      const error = await failed(stripe.paymentIntents.create({ ...manual, metadata }, { idempotencyKey }));
      expect(error).toMatchObject({ statusCode: 500, type: 'StripeAPIError' });
    }
    const found = await stripe.paymentIntents.search({ query: "metadata['orderId']:'o9'" });
    expect(found.data).toMatchObject([{ status: 'requires_capture' }]);
  });
});

describe('a refund', () => {
  const paid = { ...manual, capture_method: 'automatic' } as const;

  test('never gives back more than was captured', async () => {
    const { id: payment_intent } = await stripe.paymentIntents.create(paid);
    expect(await stripe.refunds.create({ payment_intent, amount: 4_000 })).toMatchObject({ status: 'succeeded' });
    expect(await failed(stripe.refunds.create({ payment_intent, amount: 300 }))).toMatchObject({ param: 'amount' });
    expect(await stripe.refunds.create({ payment_intent })).toMatchObject({ amount: 200 });
    expect(await failed(stripe.refunds.create({ payment_intent }))).toMatchObject({ code: 'charge_already_refunded' });
    expect((await stripe.refunds.list({ payment_intent })).data.map(({ amount }) => amount)).toEqual([200, 4_000]);
    const held = await stripe.paymentIntents.create(manual);
    expect(await failed(stripe.refunds.create({ payment_intent: held.id }))).toMatchObject({ statusCode: 400 });
  });

  test.each([
    ['pm_card_pendingRefund', 'pending', 'succeeded', 4_200],
    ['pm_card_refundFail', 'succeeded', 'failed', 0],
  ])('of %s is %s at first and %s later', async (payment_method, atFirst, later, refunded) => {
    await control({ refundSettle: 20 });
    const intent = await stripe.paymentIntents.create({ ...paid, payment_method });
    const refund = await stripe.refunds.create({ payment_intent: intent.id });
    expect(refund.status).toBe(atFirst);
    await eventually(async () => expect((await stripe.refunds.retrieve(refund.id)).status).toBe(later));
    expect(await stripe.charges.retrieve(intent.latest_charge as string)).toMatchObject({ amount_refunded: refunded });
  });

  test('is settled by hand, and may fail after it had succeeded', async () => {
    await control({ refundSettle: 600_000 });
    const intent = await stripe.paymentIntents.create({ ...paid, payment_method: 'pm_card_pendingRefund' });
    const { id } = await stripe.refunds.create({
      payment_intent: intent.id,
      amount: 1_000,
      metadata: { refundId: 'a' },
    });
    const statuses = [];
    for (const status of ['succeeded', 'failed', 'succeeded']) {
      await control({ status }, `/refunds/${id}`);
      statuses.push((await stripe.refunds.retrieve(id)).status);
    }
    expect(statuses).toEqual(['succeeded', 'failed', 'failed']);
    const [listed] = (await stripe.refunds.list({ payment_intent: intent.id })).data;
    expect(listed).toMatchObject({ failure_reason: 'expired_or_canceled_card', metadata: { refundId: 'a' } });
    expect(await stripe.charges.retrieve(intent.latest_charge as string)).toMatchObject({ amount_refunded: 0 });
  });

  test('is made once for its idempotency key', async () => {
    const { id: payment_intent } = await stripe.paymentIntents.create(paid);
    const options = { idempotencyKey: 'refund:a' };
    const first = await stripe.refunds.create({ payment_intent, amount: 100 }, options);
    expect((await stripe.refunds.create({ payment_intent, amount: 100 }, options)).id).toBe(first.id);
    const other = stripe.refunds.create({ payment_intent, amount: 200 }, options);
    expect(await failed(other)).toMatchObject({ type: 'StripeIdempotencyError' });
    expect((await stripe.refunds.list({ payment_intent })).data).toHaveLength(1);
  });
});

describe('webhooks', () => {
  const events: Stripe.Event[] = [];
  let answerWith = 200;
  const receiver = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    if (answerWith === 200)
      events.push(stripe.webhooks.constructEvent(body, request.headers['stripe-signature']!, secret));
    response.writeHead(answerWith).end();
  });
  const types = () => events.map(({ type }) => type);
  beforeEach(async () => {
    events.length = 0;
    answerWith = 200;
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    await control({ webhookUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/stripe` });
  });
  afterEach(() => new Promise((resolve) => receiver.close(resolve)));

  test('are signed as the SDK wants them', async () => {
    const { id } = await stripe.paymentIntents.create(manual);
    await stripe.paymentIntents.capture(id);
    const expected = ['charge.captured', 'charge.succeeded', 'payment_intent.amount_capturable_updated'];
    const sorted = [...expected, 'payment_intent.created', 'payment_intent.succeeded'];
    await eventually(() => expect(types().sort()).toEqual(sorted));
    expect(events.find(({ type }) => type === 'payment_intent.succeeded')!.data.object).toMatchObject({ id });
  });

  test('are sent of the types that the endpoint is enabled for', async () => {
    await control({ webhookEvents: ['payment_intent.created', 'payment_intent.succeeded'] });
    const { id } = await stripe.paymentIntents.create(manual);
    await stripe.paymentIntents.capture(id);
    await eventually(() => expect(types()).toContain('payment_intent.succeeded'));
    expect(await deliveries()).toHaveLength(2);
  });

  test('tell of a challenge, of what is processing, and of a refund that fails after it had succeeded', async () => {
    const { id } = await stripe.paymentIntents.create({ ...manual, payment_method: 'pm_card_authenticationRequired' });
    await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_processing' });
    await control({ outcome: 'succeed' }, `/payment_intents/${id}/process`);
    await stripe.paymentIntents.capture(id);
    const refund = await stripe.refunds.create({ payment_intent: id, amount: 100 });
    await control({ status: 'failed' }, `/refunds/${refund.id}`);
    const expected = ['payment_intent.requires_action', 'payment_intent.processing', 'refund.created', 'refund.failed'];
    await eventually(() => expect(types()).toEqual(expect.arrayContaining(expected)));
    const failure = events.find(({ type }) => type === 'refund.failed')!.data.object;
    expect(failure).toMatchObject({ id: refund.id, status: 'failed', payment_intent: id });
  });

  test('are tried again until somebody listens', async () => {
    answerWith = 500;
    await stripe.paymentIntents.create({ ...manual, confirm: false });
    // The second try follows after 200 ms, so the first alone may go unseen.
    await eventually(async () => expect((await deliveries())[0]?.attempts).toBeGreaterThan(0));
    expect(types()).toEqual([]);
    answerWith = 200;
    await eventually(() => expect(types()).toEqual(['payment_intent.created']));
  });

  test('are doubled, reordered and dropped on request', async () => {
    const unconfirmed = { amount: 100, currency: 'eur', allowed_payment_method_types: ['card'] };
    await control({ webhooks: { duplicate: true } });
    await stripe.paymentIntents.create(unconfirmed);
    await eventually(() => expect(types()).toEqual(['payment_intent.created', 'payment_intent.created']));
    expect(events[0]!.id).toBe(events[1]!.id);
    events.length = 0;
    await control({ webhooks: { reorder: 1 } });
    const { id } = await stripe.paymentIntents.create(unconfirmed);
    await stripe.paymentIntents.cancel(id);
    await eventually(() => expect(types()).toEqual(['payment_intent.canceled', 'payment_intent.created']));
    await control({ webhooks: { drop: 1 } });
    await stripe.paymentIntents.create(unconfirmed);
    expect((await deliveries()).at(-1)).toMatchObject({ status: 'dropped' });
  });

  const deliveries = async () =>
    (await (await fetch(`${emulator.url}/_control/webhooks`)).json()) as { status: string; attempts: number }[];
});

test('a restart forgets nothing', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'stripe-'));
  await emulator.close();
  await start({ dataDir });
  const options = { idempotencyKey: 'k' };
  const intent = await stripe.paymentIntents.create(manual, options);
  await emulator.close();
  await start({ dataDir });
  expect((await stripe.paymentIntents.create(manual, options)).id).toBe(intent.id);
  expect((await stripe.paymentIntents.capture(intent.id)).status).toBe('succeeded');
  await rm(dataDir, { recursive: true });
});

test('a switch that does not exist is refused', async () => {
  expect(await control({ latencyy: 5 })).toMatchObject({ error: { message: expect.stringContaining('latencyy') } });
  expect(await control({ failRate: 2 })).toMatchObject({ error: { message: expect.stringContaining('failRate') } });
});
