import { randomUUID } from 'node:crypto';
import { eventually } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type OrderProcessFixture, orderProcessFixture } from '../testing/order-process-fixture.ts';
import { indexOrders } from './index-orders.ts';
import { orderModel } from './order-model.ts';

let orders: OrderProcessFixture;
beforeAll(async () => {
  orders = await orderProcessFixture(inject('infrastructure'));
});
afterAll(() => orders?.close());

const idsFor = async (search: object) =>
  (await orders.orders.search({ limit: 20, ...search })).orders.map(({ id }) => id);
const someone = () => {
  const name = randomUUID().replaceAll('-', '').slice(0, 9);
  return { name, contact: { email: `x.${name}@example.org` } };
};

describe('staff find an order', () => {
  test('by its parcel and its invoice, from when there are any', async () => {
    const { id, says } = await orders.place();
    await orders.workers.publisher.publish([says.reserved(), says.authorized(), says.created(), says.captured()]);
    const { tracking } = await orders.reaches(id, { payment: 'captured', shipment: 'created' });
    const number = await eventually('the invoice', async () => {
      const { state } = (await orders.orders.document(id)) ?? {};
      return state?.documents?.[0]?.number;
    });
    for (const text of [tracking?.number, tracking?.number.toLowerCase(), number, number.replace(/^\D+/, '')]) {
      expect(await idsFor({ text }), text).toContain(id);
    }
  });

  test('by whatever else was given with it, all of which must match', async () => {
    const { name, contact } = someone();
    const { id } = await orders.place({ contact });
    const today = new Date().toISOString().slice(0, 10);
    const { total } = (await orders.orders.byId(id)) ?? {};
    const text = `x.${name}`;
    expect(await idsFor({ text })).toEqual([id]);
    expect(await idsFor({ text, from: today, until: today, total: total?.amount })).toEqual([id]);
    expect(await idsFor({ text, until: '2020-01-01' })).toEqual([]);
    expect(await idsFor({ text, from: '2030-01-01T00:00:00Z' })).toEqual([]);
    expect(await idsFor({ text, total: (total?.amount ?? 0) + 1 })).toEqual([]);
    expect(await idsFor({ text: today })).toContain(id);
    expect(await idsFor({ text: today.split('-').reverse().join('.') })).toContain(id);
  });

  test('of a version before once it was indexed, all of them and once', async () => {
    const { name, contact } = someone();
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) ids.unshift((await orders.place({ contact })).id);
    const model = orderModel(orders.workers.database);
    await model.collection.updateMany({ _id: { $in: ids } } as never, { $unset: { search: 1 } });
    // One that cannot be read keeps no other from being found.
    await model.collection.updateOne({ _id: ids[1] } as never, { $set: { contact: null } });
    expect(await idsFor({ text: name })).toEqual([]);
    const done = await Promise.all([indexOrders(model), indexOrders(model)]);
    expect(done[0] + done[1]).toBe(2);
    expect(await idsFor({ text: name })).toEqual([ids[0], ids[2]]);
    expect(await indexOrders(model)).toBe(0);
  });
});
