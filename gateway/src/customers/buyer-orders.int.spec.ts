import { startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { BuyerKey } from '../orders/buyer-key.ts';
import { orderModel } from '../orders/order-model.ts';
import { createBuyerOrders } from './buyer-orders.ts';
import { ADDRESS_FACTOR } from './decide-unpaid-hold.ts';

const UNITS = 2;
const MOST = UNITS * ADDRESS_FACTOR + 1;

let workers: WorkerFixture;
let orders: ReturnType<typeof createBuyerOrders>;
let store: ReturnType<typeof orderModel>;
beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  store = orderModel(workers.database);
  orders = createBuyerOrders(store, { units: UNITS });
});
afterAll(() => workers?.close());

let nth = 0;
const keep = (count: number, fields: object) =>
  store.collection.insertMany(
    Array.from({ length: count }, () => {
      nth += 1;
      return { _id: `order-${nth}`, idempotencyKey: `key-${nth}`, status: 'pending', lines: [], ...fields };
    }) as never,
  );
const keyOf = (name: string): BuyerKey => `email:${name}` as BuyerKey;

test('buyers who come at once are told of their own unpaid orders, each', async () => {
  const [ada, bob, nobody] = [keyOf('ada'), keyOf('bob'), keyOf('nobody')];
  await keep(2, { buyer: [ada] });
  await keep(1, { buyer: [bob, ada] });
  await keep(1, { buyer: [bob], status: 'confirmed' });
  const found = await Promise.all([[ada], [bob], [nobody], [bob, nobody]].map((keys) => orders.unpaid(keys)));
  expect(found.map(({ length }) => length)).toEqual([3, 1, 0, 1]);
});

test('one who has more of them than are read hides nobody else, who comes at the same time', async () => {
  const [many, few] = [keyOf('many'), keyOf('few')];
  await keep(MOST + 5, { buyer: [many] });
  await keep(2, { buyer: [few] });
  const [ofMany, ofFew] = await Promise.all([orders.unpaid([many]), orders.unpaid([few])]);
  expect([ofMany.length, ofFew.length]).toEqual([MOST, 2]);
});

test('buyers who come at once are told of their own declined cards, each', async () => {
  const [ada, eve, none] = [keyOf('declined ada'), keyOf('declined eve'), keyOf('declined by nobody')];
  const at = '2026-11-26T10:00:00.000Z';
  const declined = (by: BuyerKey, times: number) => ({
    buyer: [by],
    declinedBy: [by],
    declinedAt: at,
    declines: Array.from({ length: times }, (_, attempt) => ({ attempt, at })),
  });
  await keep(1, declined(ada, 2));
  await keep(1, declined(eve, 3));
  const since = new Date('2026-11-26T09:00:00.000Z');
  const asked = [[ada], [eve, none], [none]];
  const found = await Promise.all(asked.map((keys) => orders.declines(keys, since)));
  const counts = found.map((one) => Object.fromEntries([...one].map(([key, times]) => [key, times.length])));
  expect(counts).toEqual([{ [ada]: 2 }, { [eve]: 3, [none]: 0 }, { [none]: 0 }]);
  expect((await orders.declines([ada], new Date('2026-11-26T11:00:00.000Z'))).get(ada)).toEqual([]);
});
