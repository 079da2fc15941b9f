import { randomUUID } from 'node:crypto';
import { money } from '@orderflow/contracts';
import { DependencyError, PermanentError, UnknownOutcomeError } from '@orderflow/runtime';
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
    const error = await failed(away.authorize(request()));
    expect(error).toBeInstanceOf(DependencyError);
    expect(error).not.toBeInstanceOf(UnknownOutcomeError);
  });

  test.each([429, 401])('answer %i: it certainly did not happen', async (failWith) => {
    await emulator.control({ failNext: 1, failWith });
    const error = await failed(cards.authorize(request()));
    expect(error).toBeInstanceOf(DependencyError);
    expect(error).not.toBeInstanceOf(UnknownOutcomeError);
  });

  test('answer 503: it may have happened', async () => {
    await emulator.control({ failNext: 1 });
    expect(await failed(cards.authorize(request()))).toBeInstanceOf(UnknownOutcomeError);
  });

  test('no currency of this world: useless to try again, and no bug of ours', async () => {
    const result = await cards.authorize({ ...request(), amount: { amount: 1, currency: 'XXY' } });
    expect(result).toMatchObject({ status: 'declined' });
  });

  test('a capture of an intent that Stripe never gave out is a bug', async () => {
    const error = await failed(cards.capture({ orderId: randomUUID(), intentId: 'pi_none', triedBefore: false }));
    expect(error).toBeInstanceOf(PermanentError);
  });

  test('it happened but the answer was a 500: the next try finds it, and a third makes no other', async () => {
    const asked = request();
    await emulator.control({ failAfter: 1, failAfterWith: 500 });
    expect(await failed(cards.authorize(asked))).toBeInstanceOf(UnknownOutcomeError);
    const found = await cards.authorize({ ...asked, triedBefore: true });
    expect(found).toMatchObject({ status: 'authorized' });
    expect(await cards.authorize(asked)).toEqual(found);
    expect(await emulator.intents(asked.orderId)).toHaveLength(1);
  });

  test('search has not caught up: the list knows', async () => {
    const asked = request();
    await emulator.control({ failAfter: 1, failAfterWith: 500, searchLag: 60_000 });
    await failed(cards.authorize(asked));
    expect(await cards.authorize({ ...asked, triedBefore: true })).toMatchObject({ status: 'authorized' });
    expect(await emulator.intents(asked.orderId)).toHaveLength(1);
  });

  test('the answer got lost on the way: the same key brings it back', async () => {
    const asked = request();
    await emulator.control({ failAfter: 1 });
    expect(await cards.authorize(asked)).toMatchObject({ status: 'authorized' });
    expect(await emulator.intents(asked.orderId)).toHaveLength(1);
  });

  test('the key is spent and nothing of this order came of it: the next key is used', async () => {
    const asked = request();
    await emulator.spend(`pi:${asked.orderId}:1`);
    expect(await cards.authorize(asked)).toMatchObject({ status: 'authorized' });
    expect(await emulator.intents(asked.orderId)).toHaveLength(1);
  });

  test('a capture that happened behind a 500 is found', async () => {
    const asked = request();
    const result = await cards.authorize(asked);
    if (result.status !== 'authorized') return expect.unreachable();
    const intent = { orderId: asked.orderId, intentId: result.intentId, triedBefore: false };
    await emulator.control({ failAfter: 1, failAfterWith: 500 });
    expect(await failed(cards.capture(intent))).toBeInstanceOf(UnknownOutcomeError);
    expect(await cards.capture({ ...intent, triedBefore: true })).toBe('captured');
    expect(await cards.capture(intent)).toBe('captured');
  });

  test('a void that happened behind a 500 is found', async () => {
    const asked = request();
    const result = await cards.authorize(asked);
    if (result.status !== 'authorized') return expect.unreachable();
    const intent = { orderId: asked.orderId, intentId: result.intentId, triedBefore: false };
    await emulator.control({ failAfter: 1, failAfterWith: 500 });
    expect(await failed(cards.void(intent))).toBeInstanceOf(UnknownOutcomeError);
    expect(await cards.void(intent)).toBe('voided');
  });
});
