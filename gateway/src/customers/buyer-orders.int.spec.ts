import { type TestBed, testBed } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { BuyerKey } from '../orders/buyer-key.ts';
import { orderModel } from '../orders/order-model.ts';
import { createBuyerOrders } from './buyer-orders.ts';

const SINCE = new Date('2026-01-01T12:00:00Z');
const [BEFORE, AFTER] = ['2026-01-01T11:59:00.000Z', '2026-01-01T12:01:00.000Z'];

let bed: TestBed;
let nth = 0;
beforeAll(async () => {
  bed = await testBed(inject('infrastructure'));
  await orderModel(bed.database).init();
});
afterAll(() => bed?.close());

async function givenOrders(count: number, of: { buyer: BuyerKey[]; [field: string]: unknown }): Promise<string[]> {
  const orders = Array.from({ length: count }, () => {
    nth += 1;
    return {
      _id: `order-${nth}`,
      idempotencyKey: `key-${nth}`,
      customerId: 'alice',
      lines: [],
      status: 'pending',
      ...of,
    };
  });
  await orderModel(bed.database).collection.insertMany(orders as never);
  return orders.map(({ _id }) => _id);
}

test('buyers who are looked at together are each shown their own orders that are not paid, as many as when alone', async () => {
  // Behind one address five orders decide: four times the limit, and one more.
  const { unpaid } = createBuyerOrders(orderModel(bed.database), { units: 1 });
  const [busy, calm, none] = ['address:busy', 'address:calm', 'address:none'] as const;
  await givenOrders(40, { buyer: [busy] });
  const own = await givenOrders(2, { buyer: ['mailbox:x', calm] });
  await givenOrders(1, { buyer: [calm], status: 'confirmed' });

  const [ofBusy, ofCalm, ofNone] = await Promise.all([unpaid([busy]), unpaid([calm]), unpaid([none])]);

  expect(ofBusy).toHaveLength(5);
  expect(ofCalm?.map(({ of }) => of[0]).toSorted()).toEqual(own.toSorted());
  expect(ofNone).toEqual([]);
});

test('and each the cards that were declined to them in the time that they are asked about', async () => {
  const { declines } = createBuyerOrders(orderModel(bed.database), { units: 1 });
  const [early, late] = ['mailbox:early', 'mailbox:late'] as const;
  const declined = (by: BuyerKey, at: string) =>
    givenOrders(1, { buyer: [by], declinedBy: [by], declinedAt: at, declines: [{ attempt: 1, at }] });
  await declined(early, BEFORE);
  await declined(late, AFTER);

  const [ofEarly, ofEarlySinceLongAgo, ofLate] = await Promise.all([
    declines([early], SINCE),
    declines([early], new Date(0)),
    declines([late], SINCE),
  ]);

  expect(ofEarly).toEqual(new Map([[early, []]]));
  expect(ofEarlySinceLongAgo).toEqual(new Map([[early, [Date.parse(BEFORE)]]]));
  expect(ofLate).toEqual(new Map([[late, [Date.parse(AFTER)]]]));
});
