import { OrderClaimed } from '@orderflow/contracts';
import { change } from '@orderflow/runtime';
import { eventFor } from '@orderflow/runtime/testing';
import { expect, test } from 'vitest';
import type { Deps } from '../deps.ts';
import { anOrder } from '../testing/orders.ts';
import { onOrderClaimed } from './on-order-claimed.ts';

const claimed = eventFor(OrderClaimed, '0190f9a4-7b1e-7c3a-8f00-000000000001', { customerId: 'ada' });
const deps = {} as Deps;

test('the customer’s own preferences count from here on', () => {
  const order = anOrder({ customerId: 'guest:ada' });
  expect(onOrderClaimed(deps, claimed, order)).toEqual(change({ ...order, customerId: 'ada' }));
});

test('what is theirs already stays as it is', () => {
  expect(onOrderClaimed(deps, claimed, anOrder({ customerId: 'ada' }))).toMatchObject({ kind: 'ignore' });
});

test('of an order that is not known yet it waits for the order', () => {
  expect(onOrderClaimed(deps, claimed, null)).toMatchObject({ kind: 'wait' });
});
