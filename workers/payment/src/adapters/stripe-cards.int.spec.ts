import { randomUUID } from 'node:crypto';
import { money } from '@orderflow/contracts';
import {
  DependencyError,
  notingCalls,
  type OutsideCall,
  PermanentError,
  UnknownOutcomeError,
} from '@orderflow/runtime';
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
    triedBefore: false,
  });
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

  test.each([429, 401])('answer %i: it certainly did not happen', async (failWith) => {
    await emulator.control({ failNext: 1, failWith });
    const error = await failed(cards.pay(request()));
    expect(error).toBeInstanceOf(DependencyError);
    expect(error).not.toBeInstanceOf(UnknownOutcomeError);
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
    const error = await failed(cards.capture({ orderId: randomUUID(), intentId: 'pi_none', triedBefore: false }));
    expect(error).toBeInstanceOf(PermanentError);
  });

  test('it happened but the answer was a 500: the next try finds it, and a third makes no other', async () => {
    const asked = request();
    await emulator.control({ failAfter: 1, failAfterWith: 500 });
    expect(await failed(cards.pay(asked))).toBeInstanceOf(UnknownOutcomeError);
    const found = await cards.pay({ ...asked, triedBefore: true });
    expect(found).toMatchObject({ status: 'authorized' });
    expect(await cards.pay(asked)).toMatchObject(found);
    expect(await emulator.intents(asked.orderId)).toHaveLength(1);
  });

  test.each([500, 424])('nothing happened, and Stripe keeps a %i of that: the next key is used', async (status) => {
    const asked = request();
    await emulator.control({ failAfter: 1, failAfterWith: status, failAfterEffect: false });
    expect(await failed(cards.pay(asked))).toBeInstanceOf(UnknownOutcomeError);
    expect(await cards.pay({ ...asked, triedBefore: true })).toMatchObject({ status: 'authorized' });
    const keys = [1, 2].map((n) => `pi:${asked.orderId}:1${n === 1 ? '' : `:${n}`}`);
    for (const key of keys) expect(await emulator.calls(`idempotencyKey=${key}`)).not.toEqual([]);
    expect(await emulator.intents(asked.orderId)).toHaveLength(1);
  });

  test('it happened but the answer was a 424, which Stripe keeps: it is found', async () => {
    const asked = request();
    await emulator.control({ failAfter: 1, failAfterWith: 424 });
    expect(await failed(cards.pay(asked))).toBeInstanceOf(UnknownOutcomeError);
    // As by another replica that was not told of the first try.
    expect(await cards.pay(asked)).toMatchObject({ status: 'authorized' });
    expect(await emulator.intents(asked.orderId)).toHaveLength(1);
  });

  test('search has not caught up: the list knows', async () => {
    const asked = request();
    await emulator.control({ failAfter: 1, failAfterWith: 500, searchLag: 60_000 });
    await failed(cards.pay(asked));
    expect(await cards.pay({ ...asked, triedBefore: true })).toMatchObject({ status: 'authorized' });
    expect(await emulator.intents(asked.orderId)).toHaveLength(1);
  });

  test('the answer got lost on the way: the same key brings it back', async () => {
    const asked = request();
    await emulator.control({ failAfter: 1 });
    expect(await cards.pay(asked)).toMatchObject({ status: 'authorized' });
    expect(await emulator.intents(asked.orderId)).toHaveLength(1);
  });

  test('the key is spent and nothing of this order came of it: the next key is used', async () => {
    const asked = request();
    await emulator.spend(`pi:${asked.orderId}:1`);
    expect(await cards.pay(asked)).toMatchObject({ status: 'authorized' });
    expect(await emulator.intents(asked.orderId)).toHaveLength(1);
  });

  const authorised = async () => {
    const asked = request();
    const result = await cards.pay(asked);
    if (result.status !== 'authorized') return expect.unreachable();
    return { orderId: asked.orderId, intentId: result.intentId, triedBefore: false };
  };

  test('a capture that happened behind a 500 is found', async () => {
    const intent = await authorised();
    await emulator.control({ failAfter: 1, failAfterWith: 500 });
    expect(await failed(cards.capture(intent))).toBeInstanceOf(UnknownOutcomeError);
    expect(await cards.capture({ ...intent, triedBefore: true })).toMatchObject({ status: 'captured' });
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
    expect(await cards.pay({ ...second, triedBefore: true })).toMatchObject({ status: 'authorized' });
    expect(await cards.pay(second)).toMatchObject({ status: 'authorized' });
  });

  test('a replayed answer is not taken for the truth: the customer has answered the challenge since', async () => {
    const asked = { ...request(), paymentMethod: 'pm_card_authenticationRequired' };
    const first = await cards.pay(asked);
    if (first.status !== 'action_required') return expect.unreachable();
    await emulator.authenticate(first.intentId, 'succeed');
    expect(await cards.pay(asked)).toMatchObject({ status: 'authorized', intentId: first.intentId });
  });

  test.each([['close'], [500]] as const)('a refund whose answer was lost (%s) is found, not repeated', async (how) => {
    const intent = await authorised();
    await cards.capture(intent);
    const refund = { ...intent, refundId: randomUUID(), amount: money(1_000, 'EUR') };
    await emulator.control({ failAfter: how === 500 ? 1 : 2, failAfterWith: how });
    expect(await failed(cards.refund(refund))).toBeInstanceOf(UnknownOutcomeError);
    expect(await cards.refund({ ...refund, triedBefore: true })).toMatchObject({ status: 'succeeded' });
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
    const abandoned = { orderId, intentId, triedBefore: false, abandoned: true };
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
