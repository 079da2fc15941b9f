import { OrderCancelled, OrderConfirmed, OrderExpired, type OrderflowEvent } from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type OrderProcessFixture, orderProcessFixture } from '../testing/order-process-fixture.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

// One for each test, since moving the clock moves it for every order.
let orders: OrderProcessFixture;
beforeEach(async () => {
  orders = await orderProcessFixture(inject('infrastructure'));
});
afterEach(() => orders?.close());

const say = (...events: OrderflowEvent[]) => orders.workers.publisher.publish(events);
const dueOf = async (id: string) => {
  const found = await orders.workers.database.collection('orders').findOne({ _id: id } as never);
  return found?.due as Date | undefined;
};

test('an order that nobody answers for expires, once over several replicas; money that comes later never revives it', async () => {
  await orders.run();
  const { id, says } = await orders.place();
  expect(await dueOf(id)).toBeInstanceOf(Date);
  orders.workers.clock.advance(26 * MINUTE);
  await orders.workers.fact(OrderExpired, id);
  await orders.reaches(id, { status: 'expired', reason: 'The order was not paid in time' });
  await say(says.reserved(), says.authorized(), says.voided());
  await orders.reaches(id, { status: 'expired', payment: 'voided', shipment: 'none' });
  expect(orders.said(id, OrderExpired.type)).toBe(1);
  expect(orders.said(id, OrderConfirmed.type)).toBe(0);
  expect(await dueOf(id)).toBeUndefined();
});

test('an order that waits for a challenge has until the challenge is over', async () => {
  const { id, says } = await orders.place();
  await say(says.reserved(), says.challenged());
  await orders.reaches(id, { payment: 'action_required', paymentDue: { need: 'challenge' } });
  orders.workers.clock.advance(36 * MINUTE);
  const { id: other } = await orders.place();
  await orders.reaches(other, { status: 'pending' });
  // The challenge lasts 30 minutes, the time-out 10 more.
  await orders.reaches(id, { status: 'pending' });
  orders.workers.clock.advance(5 * MINUTE);
  await orders.reaches(id, { status: 'expired', payment: 'failed' });
  await orders.reaches(other, { status: 'pending' });
});

test('an order whose payment the bank is processing does not expire; staff look after a week, until the bank answers', async () => {
  const { id, says } = await orders.place();
  const { id: other } = await orders.place();
  await say(says.reserved(), says.processing());
  await eventually('the bank is processing', async () => {
    const due = (await dueOf(id))?.getTime() ?? 0;
    return due > orders.workers.clock.now().getTime() + 6 * DAY;
  });
  orders.workers.clock.advance(26 * MINUTE);
  await orders.reaches(other, { status: 'expired' });
  await orders.reaches(id, { status: 'pending', payment: 'authorizing' });
  orders.workers.clock.advance(7 * DAY);
  await orders.reaches(id, { status: 'pending', attention: expect.stringContaining('The bank has not said') });
  await say(says.authorized());
  const { attention = '' } = await orders.reaches(id, { status: 'confirmed' });
  // A week later its parcel is late as well.
  expect(attention).not.toContain('The bank has not said');
  expect(orders.said(id, OrderExpired.type)).toBe(0);
});

test('expiry against late success, success first: it is confirmed and does not expire', async () => {
  const { id, says } = await orders.place();
  await say(says.reserved());
  await orders.reaches(id, { payment: 'authorizing' });
  orders.meanwhile('fact', id, async () => {
    await say(says.authorized());
    await orders.reaches(id, { status: 'confirmed' });
  });
  orders.workers.clock.advance(11 * MINUTE);
  await orders.reaches(id, { status: 'confirmed', payment: 'authorized' });
  // Only once the deadline, too, was handled: it is ignored, and marked.
  await eventually('the deadline is ignored', async () => {
    const found = await orders.workers.database.collection('orders').findOne({ _id: id } as never);
    return Object.values(found?.hops ?? {}).some((hop) => (hop as { ignored?: string }).ignored !== undefined);
  });
  await orders.reaches(id, { status: 'confirmed' });
  expect(orders.said(id, OrderExpired.type)).toBe(0);
});

test('expiry against late success, expiry first: it stays expired', async () => {
  const { id, says } = await orders.place();
  await say(says.reserved());
  await orders.reaches(id, { payment: 'authorizing' });
  orders.meanwhile('fact', id, async () => {
    orders.workers.clock.advance(11 * MINUTE);
    await orders.reaches(id, { status: 'expired' });
  });
  await say(says.authorized());
  await orders.workers.fact(OrderExpired, id);
  await orders.reaches(id, { status: 'expired', payment: 'authorized' });
  await say(says.voided());
  await orders.reaches(id, { status: 'expired', payment: 'voided' });
  expect(orders.said(id, OrderConfirmed.type)).toBe(0);
});

test('staff are asked to look at each step that takes too long, until it moves', async () => {
  const { id, says } = await orders.place();
  await say(says.reserved(), says.authorized());
  await orders.reaches(id, { status: 'confirmed' });
  orders.workers.clock.advance(3 * DAY + 2 * MINUTE);
  await orders.reaches(id, { status: 'confirmed', attention: expect.stringContaining('No parcel has left') });
  const { orders: found } = await orders.orders.search({ attention: true, limit: 10 });
  expect(found.map((order) => order.id)).toEqual([id]);

  expect(await orders.cancel(id)).toBe('accepted');
  expect(await orders.orders.byId(id)).not.toHaveProperty('attention');
  orders.workers.clock.advance(11 * MINUTE);
  await orders.reaches(id, { status: 'cancelling', attention: expect.stringContaining('cancellation') });

  await say(says.created(), says.dispatched());
  const shipped = await orders.reaches(id, { status: 'shipped' });
  expect(shipped).not.toHaveProperty('attention');
  orders.workers.clock.advance(18 * DAY);
  await orders.reaches(id, { status: 'shipped', attention: expect.stringContaining('arrived') });
  await say(says.delivered());
  expect(await orders.reaches(id, { status: 'delivered' })).not.toHaveProperty('attention');
  expect(orders.said(id, OrderCancelled.type)).toBe(0);
  expect(await dueOf(id)).toBeUndefined();
});
