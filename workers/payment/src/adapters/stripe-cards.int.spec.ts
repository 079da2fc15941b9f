import { randomUUID } from 'node:crypto';
import { money } from '@orderflow/contracts';
import {
  classify,
  DependencyError,
  NotYetError,
  notingCalls,
  type OutsideCall,
  PermanentError,
  TransientError,
  UnknownOutcomeError,
} from '@orderflow/runtime';
import { eventually } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator } from '../testing/stripe-emulator.ts';
import type { Cards } from './cards.ts';
import { keepsTheContractOfCards } from './cards-contract.ts';
import { stripeCards } from './stripe-cards.ts';

let emulator: Awaited<ReturnType<typeof startEmulator>>;
let cards: Cards;

beforeAll(async () => {
  emulator = await startEmulator();
  cards = stripeCards(emulator.config);
});
afterEach(() => emulator.reset());
afterAll(() => emulator.close());

keepsTheContractOfCards('the emulator', () => cards);

const testKey = process.env.STRIPE_TEST_KEY;
if (testKey) {
  const real = stripeCards({ STRIPE_API_KEY: testKey });
  keepsTheContractOfCards('Stripe', () => real);
}

describe('when Stripe fails', () => {
  const request = () => ({
    orderId: randomUUID(),
    attempt: 1,
    amount: money(4_200, 'EUR'),
    paymentMethod: 'pm_card_visa',
    earlier: { forgotten: false, searchable: false },
  });
  const searchable = { forgotten: false, searchable: true };
  const failed = (promise: Promise<unknown>) =>
    promise.then(
      () => expect.unreachable('it was to fail'),
      (error: unknown) => error,
    );

  test('nobody listens: it certainly did not happen', async () => {
    const away = stripeCards({ STRIPE_API_KEY: 'sk_test_1', STRIPE_API_URL: 'http://127.0.0.1:1' });
    const error = await failed(away.pay(request()));
    expect(error).toBeInstanceOf(DependencyError);
    expect(error).not.toBeInstanceOf(UnknownOutcomeError);
  });

  test('answer 401: it certainly did not happen, and nothing will until the key is mended', async () => {
    await emulator.control({ failNext: 1, failWith: 401 });
    const error = await failed(cards.pay(request()));
    expect(error).toBeInstanceOf(DependencyError);
    expect(error).not.toBeInstanceOf(UnknownOutcomeError);
  });

  test.each([
    ['429: too much at once', { failNext: 1, failWith: 429 }],
    ['424: one bank has failed', { failAfter: 1, failAfterWith: 424 }],
    ['409: something holds the object', { failNext: 1, failWith: 409 }],
  ])('answer %s: it is tried again, and is no outage of Stripe', async (_, switches) => {
    await emulator.control(switches);
    const error = await failed(cards.pay(request()));
    expect(error).toBeInstanceOf(TransientError);
    expect(classify(error)).toBe('transient');
  });

  test('the same request is under way: it is tried again soon, and is no outage of Stripe', async () => {
    const asked = request();
    await emulator.control({ latency: 600_000, match: asked.orderId });
    // It ends with the emulator: how long we wait for Stripe is in tests/src/silent-providers.int.spec.ts.
    void failed(stripeCards(emulator.config).pay(asked));
    await eventually('the first one', async () => (await emulator.calls(`orderId=${asked.orderId}`)).length > 0);
    const error = await failed(cards.pay(asked));
    expect(error).toBeInstanceOf(NotYetError);
    expect(classify(error)).toBe('transient');
  });

  test('answer 503: it may have happened', async () => {
    await emulator.control({ failNext: 1 });
    expect(await failed(cards.pay(request()))).toBeInstanceOf(UnknownOutcomeError);
  });

  test('no currency of this world: useless to try again, and no bug of ours', async () => {
    const result = await cards.pay({ ...request(), amount: { amount: 1, currency: 'XXY' } });
    expect(result).toMatchObject({ status: 'refused', hopeless: true });
  });

  test('a capture of an intent that Stripe never gave out is a bug', async () => {
    const error = await failed(cards.capture({ orderId: randomUUID(), intentId: 'pi_none' }));
    expect(error).toBeInstanceOf(PermanentError);
  });

  test('it happened but the answer was a 500: the next try finds it, and a third makes no other', async () => {
    const asked = request();
    await emulator.control({ failAfter: 1, failAfterWith: 500 });
    expect(await failed(cards.pay(asked))).toBeInstanceOf(UnknownOutcomeError);
    const found = await cards.pay(asked);
    expect(found).toMatchObject({ status: 'authorized' });
    expect(await cards.pay(asked)).toMatchObject(found);
    expect(await emulator.intents(asked.orderId)).toHaveLength(1);
  });

  test.each([500, 424])(
    'nothing happened, and Stripe keeps a %i of that: once search would know, the next key is used',
    async (status) => {
      const asked = request();
      await emulator.control({ failAfter: 1, failAfterWith: status, failAfterEffect: false });
      await failed(cards.pay(asked));
      expect(await failed(cards.pay(asked))).toBeInstanceOf(NotYetError);
      expect(await cards.pay({ ...asked, earlier: searchable })).toMatchObject({ status: 'authorized' });
      const keys = [1, 2].map((n) => `pi:${asked.orderId}:1${n === 1 ? '' : `:${n}`}`);
      for (const key of keys) expect(await emulator.calls(`idempotencyKey=${key}`)).not.toEqual([]);
      expect(await emulator.intents(asked.orderId)).toHaveLength(1);
    },
  );

  test('it happened but the answer was a 424, which Stripe keeps: it is found', async () => {
    const asked = request();
    await emulator.control({ failAfter: 1, failAfterWith: 424 });
    await failed(cards.pay(asked));
    // As by another replica that was not told of the first try.
    expect(await cards.pay(asked)).toMatchObject({ status: 'authorized' });
    expect(await emulator.intents(asked.orderId)).toHaveLength(1);
  });

  test('it happened, Stripe keeps a 500 of it, and search has not caught up: it is waited for, and not made again', async () => {
    const asked = request();
    await emulator.control({ failAfter: 1, failAfterWith: 500, searchLag: 60_000 });
    await failed(cards.pay(asked));
    expect(await failed(cards.pay(asked))).toBeInstanceOf(NotYetError);
    await emulator.control({ searchLag: 0 });
    expect(await cards.pay({ ...asked, earlier: searchable })).toMatchObject({ status: 'authorized' });
    expect(await emulator.intents(asked.orderId)).toHaveLength(1);
  });

  test('the answer got lost: the same request with the same key brings it back, whatever else happened lately', async () => {
    const asked = request();
    await emulator.control({ failAfter: 2, searchLag: 60_000 });
    expect(await failed(cards.pay(asked))).toBeInstanceOf(UnknownOutcomeError);
    // As by the next release of this worker.
    const answer = await stripeCards(emulator.config).pay(asked);
    expect(answer).toMatchObject({ status: 'authorized' });
    expect(await emulator.intents(asked.orderId)).toHaveLength(1);
    const calls = await emulator.calls(`orderId=${asked.orderId}&amount=4200`);
    expect(calls.map(({ idempotencyKey }) => idempotencyKey)).toEqual(Array(3).fill(`pi:${asked.orderId}:1`));
  });

  test('the answer got lost, and Stripe has forgotten the key since: it is found by search', async () => {
    const asked = request();
    await emulator.control({ failAfter: 2 });
    await failed(cards.pay(asked));
    await emulator.control({ keyLife: 0 });
    const found = await cards.pay({ ...asked, earlier: { forgotten: true, searchable: true } });
    expect(found).toMatchObject({ status: 'authorized' });
    expect(await emulator.intents(asked.orderId)).toHaveLength(1);
  });

  test('the answer got lost once: the SDK itself brings it back', async () => {
    const asked = request();
    await emulator.control({ failAfter: 1 });
    expect(await cards.pay(asked)).toMatchObject({ status: 'authorized' });
    expect(await emulator.intents(asked.orderId)).toHaveLength(1);
  });

  test('the key was used for another request, of which nothing came for this order: a person has to look', async () => {
    const asked = request();
    await emulator.spend(`pi:${asked.orderId}:1`);
    expect(await failed(cards.pay(asked))).toBeInstanceOf(NotYetError);
    const error = await failed(cards.pay({ ...asked, earlier: searchable }));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error).toMatchObject({ message: expect.stringContaining('same parameters') });
    expect(await emulator.intents(asked.orderId)).toEqual([]);
  });

  test('the key was used for this order by a release that asked otherwise: what came of it is found', async () => {
    const asked = request();
    await emulator.pay(asked.orderId, 4_200, 'manual', `pi:${asked.orderId}:1`);
    expect(await cards.pay(asked)).toMatchObject({ status: 'authorized' });
    expect(await emulator.intents(asked.orderId)).toHaveLength(1);
  });

  const authorised = async () => {
    const asked = request();
    const result = await cards.pay(asked);
    if (result.status !== 'authorized') return expect.unreachable();
    return { orderId: asked.orderId, intentId: result.intentId };
  };

  test('a capture that happened behind a 500 is found', async () => {
    const intent = await authorised();
    await emulator.control({ failAfter: 1, failAfterWith: 500 });
    expect(await failed(cards.capture(intent))).toBeInstanceOf(UnknownOutcomeError);
    expect(await cards.capture(intent)).toMatchObject({ status: 'captured' });
    expect(await cards.capture(intent)).toMatchObject({ status: 'captured' });
  });

  test('a void that happened behind a 500 is found', async () => {
    const intent = { ...(await authorised()), abandoned: false };
    await emulator.control({ failAfter: 1, failAfterWith: 500 });
    expect(await failed(cards.cancel(intent))).toBeInstanceOf(UnknownOutcomeError);
    expect(await cards.cancel(intent)).toMatchObject({ status: 'canceled' });
  });

  test('a second attempt that happened behind a 500 is found', async () => {
    const asked = { ...request(), paymentMethod: 'pm_card_visa_chargeDeclined' };
    const first = await cards.pay(asked);
    if (first.status !== 'open') return expect.unreachable();
    const second = { ...asked, attempt: 2, paymentMethod: 'pm_card_visa', intentId: first.intentId };
    await emulator.control({ failAfter: 1, failAfterWith: 500 });
    expect(await failed(cards.pay(second))).toBeInstanceOf(UnknownOutcomeError);
    expect(await cards.pay(second)).toMatchObject({ status: 'authorized' });
    expect(await cards.pay(second)).toMatchObject({ status: 'authorized' });
  });

  test('a replayed answer is not taken for the truth: the customer has answered the challenge since', async () => {
    const asked = { ...request(), paymentMethod: 'pm_card_authenticationRequired' };
    const first = await cards.pay(asked);
    if (first.status !== 'action_required') return expect.unreachable();
    await emulator.authenticate(first.intentId, 'succeed');
    expect(await cards.pay(asked)).toMatchObject({ status: 'authorized', intentId: first.intentId });
  });

  test('nor is a replayed refusal: the customer has paid with another card since', async () => {
    const asked = { ...request(), paymentMethod: 'pm_card_visa_chargeDeclined' };
    const first = await cards.pay(asked);
    if (first.status !== 'open') return expect.unreachable();
    await emulator.stripe.paymentIntents.confirm(first.intentId, { payment_method: 'pm_card_visa' });
    expect(await cards.pay(asked)).toMatchObject({ status: 'authorized', intentId: first.intentId });
  });

  test('nor is a replayed capture or refund: money has gone back since', async () => {
    const intent = await authorised();
    await cards.capture(intent);
    const refund = { ...intent, refundId: randomUUID(), amount: money(1_000, 'EUR') };
    await emulator.control({ refundSettle: 600_000 });
    const made = await cards.refund(refund);
    if (made.status === 'refused') return expect.unreachable();
    await emulator.settleRefund(made.stripeRefundId, 'failed');
    expect(await cards.refund(refund)).toMatchObject({ ...made, status: 'failed' });
    const again = await cards.capture(intent);
    expect(again).toMatchObject({ status: 'captured', refunds: [{ refundId: refund.refundId, status: 'failed' }] });
  });

  test('the rest of the money is less than at the last try, which came to nothing: the next key is used', async () => {
    const intent = await authorised();
    await cards.capture(intent);
    const refund = { ...intent, refundId: randomUUID(), amount: money(4_200, 'EUR') };
    await emulator.control({ failAfter: 1, failAfterWith: 500, failAfterEffect: false });
    await failed(cards.refund(refund));
    expect(await cards.refund({ ...refund, amount: money(4_000, 'EUR') })).toMatchObject({ status: 'succeeded' });
    expect((await emulator.stripe.refunds.list({ payment_intent: intent.intentId })).data).toHaveLength(1);
  });

  test('an order that ends for one reason after it could not for another: its intent is cancelled', async () => {
    const intent = await authorised();
    await emulator.control({ failAfter: 1, failAfterWith: 500, failAfterEffect: false });
    await failed(cards.cancel({ ...intent, abandoned: true }));
    expect(await cards.cancel({ ...intent, abandoned: false })).toMatchObject({ status: 'canceled', because: 'ended' });
  });

  test.each([['close'], [500]] as const)('a refund whose answer was lost (%s) is found, not repeated', async (how) => {
    const intent = await authorised();
    await cards.capture(intent);
    const refund = { ...intent, refundId: randomUUID(), amount: money(1_000, 'EUR') };
    await emulator.control({ failAfter: how === 500 ? 1 : 2, failAfterWith: how });
    expect(await failed(cards.refund(refund))).toBeInstanceOf(UnknownOutcomeError);
    expect(await cards.refund(refund)).toMatchObject({ status: 'succeeded' });
    expect(await cards.refund(refund)).toMatchObject({ status: 'succeeded' });
    expect((await emulator.stripe.refunds.list({ payment_intent: intent.intentId })).data).toHaveLength(1);
  });

  test('what is being processed can be neither cancelled nor paid otherwise', async () => {
    const asked = { ...request(), paymentMethod: 'pm_card_processing' };
    await emulator.control({ processingSettle: 600_000 });
    const answer = await cards.pay(asked);
    if (answer.status !== 'processing') return expect.unreachable();
    const { intentId } = answer;
    const { orderId } = asked;
    const abandoned = { orderId, intentId, abandoned: true };
    expect(await cards.cancel(abandoned)).toMatchObject({ status: 'processing' });
    expect(await cards.pay({ ...asked, attempt: 2, intentId })).toMatchObject({ status: 'processing' });
    await emulator.process(intentId, 'succeed');
    expect(await cards.look(intentId)).toMatchObject({ status: 'authorized' });
  });

  test('each call is noted for the X-ray, under a name without ids', async () => {
    const calls: OutsideCall[] = [];
    await notingCalls(calls, async () => {
      const intent = await authorised();
      await cards.capture(intent);
      await cards.look(intent.intentId);
    });
    expect(calls.map(({ to, operation }) => `${to} ${operation}`)).toEqual([
      'stripe paymentIntents.create',
      'stripe paymentIntents.capture',
      'stripe paymentIntents.retrieve',
      'stripe refunds.list',
    ]);
  });
});
