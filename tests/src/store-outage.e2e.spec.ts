import { eventually } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { orderOf, reaches } from './shop.ts';
import { type System, startSystem } from './system.ts';

/** The driver looks for a primary for 5 s; the rest is a machine that has much to do. */
const BOUND_MS = 10_000;
const TIMES_EACH = 20;

let system: System;
beforeAll(async () => {
  system = await startSystem({ ownStore: true });
});
afterAll(() => system?.close());

interface Answer {
  readonly status: number;
  readonly ms: number;
}

test('while the store has no primary a caller waits within a bound, is answered 503, and repeats: nothing is lost', async () => {
  const { stack, api } = system;
  const authorization = `Bearer ${await stack.token({ customer: 'alice' })}`;
  const answers: Answer[] = [];
  const idsByKey = new Map<string, Set<string>>();

  const send = async (input: ReturnType<typeof orderOf>): Promise<boolean> => {
    const began = performance.now();
    const response = await fetch(`${stack.addresses.api}/trpc/orders.place`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify(input),
    });
    answers.push({ status: response.status, ms: performance.now() - began });
    const body = (await response.json()) as {
      result?: { data: { order: { id: string } } };
      error?: { data: { reason: string } };
    };
    if (!response.ok) expect(body.error?.data.reason).toBe('STORE_UNAVAILABLE');
    const ids = idsByKey.get(input.idempotencyKey) ?? new Set();
    idsByKey.set(input.idempotencyKey, body.result ? ids.add(body.result.data.order.id) : ids);
    return response.ok;
  };
  const buyer = async () => {
    while (going) {
      const input = orderOf();
      // As callers do who were told to try again, or whose answer was lost.
      for (let n = 0; n < TIMES_EACH; n += 1) await eventually('it is placed', () => send(input), 60_000);
    }
  };
  const count = (status: number) => answers.filter((answer) => answer.status === status).length;

  let going = true;
  const buyers = Promise.all([buyer(), buyer(), buyer()]);
  for (const outage of [1, 2]) {
    const [placed, refused] = [count(200), count(503)];
    await eventually(`orders are placed before outage ${outage}`, () => count(200) > placed + 2);
    await stack.store.stop();
    await eventually('callers are told', () => count(503) > refused + 3, 30_000);
    await stack.store.start();
  }
  going = false;
  await buyers;

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
  expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(BOUND_MS);
  for (const ids of idsByKey.values()) {
    expect(ids.size).toBe(1);
    await reaches(api, [...ids][0] as string, 'delivered');
  }
  expect((await system.audited()).violations).toEqual([]);
});
