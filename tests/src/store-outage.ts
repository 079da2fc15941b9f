import type { Order } from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import type { Stack } from '@orderflow/stack';
import { expect } from 'vitest';
import type { Placed } from './consistency.ts';
import { orderOf } from './shop.ts';

/** The driver looks for a primary for 5 s; the rest is a machine that has much to do. */
const BOUND_MS = 10_000;
const TIMES_EACH = 20;
const BUYERS = 3;

/**
 * Buyers who each send every order again and again, as callers do who were told to try again, or whose answer was lost, while the
 * store stops twice: each is answered within a bound, with its one order or that there is no store. @returns the orders
 */
export async function buyThroughStoreOutages(stack: Stack, customer: string): Promise<Placed[]> {
  const authorization = `Bearer ${await stack.token({ customer })}`;
  const answers: { status: number; ms: number }[] = [];
  const placed = new Map<string, Placed>();
  let going = true;

  const send = async (input: Placed['input']): Promise<boolean> => {
    const began = performance.now();
    const response = await fetch(`${stack.addresses.api}/trpc/orders.place`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify(input),
    });
    answers.push({ status: response.status, ms: performance.now() - began });
    const body = (await response.json()) as {
      result?: { data: { order: Order } };
      error?: { data: { reason: string } };
    };
    if (!body.result) {
      expect(body.error?.data.reason).toBe('STORE_UNAVAILABLE');
      return false;
    }
    const { order } = body.result.data;
    const before = placed.get(input.idempotencyKey);
    if (before) expect(order.id).toBe(before.order.id);
    placed.set(input.idempotencyKey, { kind: 'sent again', input, order, ends: ['delivered'] });
    return true;
  };
  const buyer = async () => {
    while (going) {
      const input = orderOf();
      for (let n = 0; n < TIMES_EACH; n += 1) await eventually('it is placed', () => send(input), 60_000);
    }
  };
  const count = (status: number) => answers.filter((answer) => answer.status === status).length;

  const buyers = Promise.all(Array.from({ length: BUYERS }, buyer));
  for (const outage of [1, 2]) {
    const [done, refused] = [count(200), count(503)];
    await eventually(`orders are placed before outage ${outage}`, () => count(200) > done + 2);
    await stack.store.stop();
    await eventually('callers are told', () => count(503) > refused + 3, 30_000);
    await stack.store.start();
  }
  going = false;
  await buyers;
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
  expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(BOUND_MS);
  return [...placed.values()];
}
