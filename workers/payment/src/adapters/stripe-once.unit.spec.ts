import { classify, NotYetError } from '@orderflow/runtime';
import Stripe from 'stripe';
import { describe, expect, test } from 'vitest';
import { once } from './stripe-once.ts';

/** Stripe's answer as the SDK throws it. */
function failure(statusCode: number, { replayed = false, code = '', type = 'api_error' } = {}) {
  const headers = replayed ? { 'idempotent-replayed': 'true' } : {};
  return Stripe.errors.generateV1Error({ message: 'It failed.', type, code, statusCode, headers } as never);
}
const mismatch = failure(400, { type: 'idempotency_error' });
const forbidden = (replayed: boolean) =>
  failure(400, { replayed, code: 'payment_intent_unexpected_state', type: 'invalid_request_error' });

/** A Stripe that holds these failures under the first keys; what it is asked for, in order. */
function stripe(failures: readonly Error[], effect?: string, { certain = true, mayDiffer = false } = {}) {
  const asked: string[] = [];
  const write = async (key: string) => {
    asked.push(key);
    const failed = failures[asked.filter((one) => one !== 'look').length - 1];
    if (failed) throw failed;
    return 'written';
  };
  const look = async () => {
    asked.push('look');
    return effect;
  };
  const all = { key: 'k', write, effect: look, certain, mayDiffer };
  return { asked, done: () => once(all).catch((error: unknown) => error) };
}

describe('a write', () => {
  test('is done once, under its key', async () => {
    const { asked, done } = stripe([]);
    expect(await done()).toBe('written');
    expect(asked).toEqual(['k']);
  });

  test.each([
    ['a 500 that Stripe keeps', failure(500, { replayed: true })],
    ['a 503 that Stripe keeps', failure(503, { replayed: true })],
    ['a 424 that Stripe keeps', failure(424, { replayed: true })],
    ['a refusal of an earlier state, which Stripe keeps', forbidden(true)],
  ])('whose key was spent on %s is looked up, and then repeated under the next key', async (_, kept) => {
    const { asked, done } = stripe([kept, kept]);
    expect(await done()).toBe('written');
    expect(asked).toEqual(['k', 'look', 'k:2', 'look', 'k:3']);
  });

  test('that is found behind a failure is not repeated', async () => {
    const { asked, done } = stripe([failure(500, { replayed: true })], 'found');
    expect(await done()).toBe('found');
    expect(asked).toEqual(['k', 'look']);
  });

  test.each([500, 424])('that fails with a %i of now is not repeated at once', async (status) => {
    const failed = failure(status);
    const { asked, done } = stripe([failed]);
    expect(await done()).toBe(failed);
    expect(asked).toEqual(['k']);
  });

  test('that is forbidden now, although the intent would allow it, is tried again later', async () => {
    const { asked, done } = stripe([forbidden(false)]);
    expect(await done()).toBeInstanceOf(NotYetError);
    expect(asked).toEqual(['k', 'look']);
  });

  test('whose effect can not be known yet is not repeated under the next key', async () => {
    const { asked, done } = stripe([failure(500, { replayed: true })], undefined, { certain: false });
    expect(await done()).toBeInstanceOf(NotYetError);
    expect(asked).toEqual(['k', 'look']);
  });

  test("whose key was used with other parameters, of which nothing came, is somebody's mistake", async () => {
    const { asked, done } = stripe([mismatch]);
    expect(await done()).toBe(mismatch);
    expect(asked).toEqual(['k', 'look']);
  });

  test('whose parameters may differ from one try to the next is repeated under the next key', async () => {
    const { asked, done } = stripe([mismatch], undefined, { mayDiffer: true });
    expect(await done()).toBe('written');
    expect(asked).toEqual(['k', 'look', 'k:2']);
  });

  test('whose keys are all spent was looked up to the last, and is retried, not dead-lettered', async () => {
    const { asked, done } = stripe(Array(100).fill(failure(500, { replayed: true })));
    const error = await done();
    expect(classify(error)).toBe('transient');
    expect(asked.slice(-2)).toEqual(['k:50', 'look']);
  });
});
