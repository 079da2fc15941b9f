import { randomUUID } from 'node:crypto';
import type { OrderflowEvent } from '@orderflow/contracts';
import { PaymentCaptured, PaymentRefunded } from '@orderflow/contracts';
import { eventFor, eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf, rawCall } from '../testing/client.ts';
import { orderFor } from '../testing/orders.ts';
import { PUBLIC_URL, testGateway, testOrderProcess, tokenOf } from '../testing/processes.ts';

let workers: WorkerFixture;
let gateway: RunningGateway;
let alice: string;
let staff: string;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  gateway = await testGateway(workers, inject('infrastructure'));
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  [alice, staff] = await Promise.all([tokenOf('alice'), tokenOf('sam', 'staff')]);
});
afterAll(async () => {
  await gateway?.stop();
  await workers?.close();
});

const stored = (collection: string) => workers.database.collection<{ _id: string }>(collection);
const refundOf = (over: object) => ({
  refundId: randomUUID(),
  amount: { amount: 5, currency: 'EUR' },
  lines: [],
  restock: false,
  reason: 'Late',
  status: 'succeeded',
  at: new Date().toISOString(),
  ...over,
});

/** An order of this customer, as it lies in the store after `change`; nothing of it is in Redis. */
async function placed(customer: string, change: object = {}): Promise<string> {
  const token = await tokenOf(customer);
  const { order } = await clientOf(gateway.url, token).orders.place.mutate(orderFor(randomUUID()));
  await stored('orders').updateOne({ _id: order.id }, { $set: change });
  await uncached(order.id);
  return order.id;
}

async function uncached(id: string): Promise<void> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(inject('infrastructure').redisUrl);
  await redis.del(`${workers.databaseName}:order:${id}`);
  await redis.quit();
}

describe('an order that cannot be read as it is stored', () => {
  const broken = { refunds: [refundOf({ amount: 'five' })] };

  test('is named in every list that it belongs to, and the rest of the page stands', async () => {
    const customer = `customer-${randomUUID()}`;
    const [first, bad, last] = [await placed(customer), await placed(customer, broken), await placed(customer)];
    const { orders } = clientOf(gateway.url, await tokenOf(customer));
    const page = await orders.list.query();
    expect(page).toEqual({
      orders: [{ id: last }, { id: first }].map((one) => expect.objectContaining(one)),
      unreadable: [bad],
    });

    const upToIt = await orders.list.query({ limit: 2 });
    expect(upToIt).toMatchObject({ orders: [{ id: last }], unreadable: [bad], nextCursor: bad });
    expect((await orders.list.query({ cursor: bad })).orders).toMatchObject([{ id: first }]);

    const found = await clientOf(gateway.url, staff).ops.orders.search.query({ text: customer });
    expect(found.orders.map(({ id }) => id)).toEqual([last, first]);
    expect(found.unreadable).toEqual([bad]);
  });

  test('is said to be so to its owner and staff, by whatever they ask; for others it does not exist', async () => {
    const orderId = await placed('alice', broken);
    const paths: [string, object, 'GET' | 'POST'][] = [
      ['orders.get', {}, 'GET'],
      ['orders.invoice', {}, 'GET'],
      ['orders.cancel', {}, 'POST'],
      ['orders.requestReturn', { lines: [{ sku: 'MUG-ENAMEL-RED', quantity: 1 }], reason: 'Late' }, 'POST'],
    ];
    for (const [path, over, method] of paths) {
      for (const token of [alice, staff])
        expect(await rawCall(gateway.url, path, { orderId, ...over }, { method, token }), path).toMatchObject({
          status: 409,
          error: { reason: 'ORDER_UNREADABLE', field: 'orderId' },
          message: `The order ${orderId} cannot be read as it is stored`,
        });
      const stranger = await rawCall(gateway.url, path, { orderId, ...over }, { method, token: await tokenOf('bob') });
      expect(stranger, path).toMatchObject({ status: 404, error: { reason: 'ORDER_NOT_FOUND' } });
    }
  });

  test('has no document', async () => {
    const orderId = await placed('alice', { captured: { amount: 5, currency: 'EUR' } });
    const { url } = await clientOf(gateway.url, alice).orders.invoice.query({ orderId });
    await stored('orders').updateOne({ _id: orderId }, { $set: { lines: 'none' } });
    const response = await fetch(url.replace(PUBLIC_URL, gateway.url));
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ error: { data: { reason: 'ORDER_UNREADABLE' } } });
  });

  test('has a timeline of the entries that can be read, and names the others', async () => {
    const orderId = await placed('alice');
    await stored('orders').updateOne({ _id: orderId }, {
      $push: { timeline: { $each: [{ eventId: 'e-2', type: 'x', source: '/x', at: 'yesterday', text: 'x' }, 7] } },
    } as never);
    const timeline = await clientOf(gateway.url, alice).orders.timeline.query({ orderId });
    expect(timeline.entries).toMatchObject([{ type: 'order.placed' }]);
    expect(timeline.unreadable).toEqual(['e-2', '(none)']);
  });
});

test('what a former version stored as null reads as left out', async () => {
  const refund = refundOf({ cause: null, warehouse: null });
  const orderId = await placed('alice', { refunds: [refund], tracking: null, 'address.line2': null });
  const { orders } = clientOf(gateway.url, alice);
  const { cause: _, warehouse: __, ...shown } = refund as Record<string, unknown>;
  const order = await orders.get.query({ orderId });
  expect(order.refunds).toEqual([shown]);
  expect(order).not.toHaveProperty('tracking');
  expect(order.address).not.toHaveProperty('line2');
  expect((await orders.list.query()).unreadable).not.toContain(orderId);
  expect((await orders.cancel.mutate({ orderId })).order.refunds).toEqual([shown]);
});

test('a key without a value is left out where it is stored, in facts that are said again too', async () => {
  const worker = await testOrderProcess(workers, inject('infrastructure'));
  const orderId = await placed('alice');
  const amount = { amount: 3_915, currency: 'EUR' };
  const say = (event: OrderflowEvent) => workers.publisher.publish([event]);
  await say(eventFor(PaymentCaptured, orderId, { amount, because: 'dispatched' }));
  // By hand at Stripe, so it has no cause of ours.
  const refunded = { refundId: randomUUID(), amount, totalRefunded: amount, lines: [], reason: 'By hand' };
  await say(eventFor(PaymentRefunded, orderId, refunded));
  const document = await eventually('the refund', async () => {
    const found = await stored('orders').findOne({ _id: orderId });
    const { refunds = [] } = (found ?? {}) as unknown as { refunds?: object[] };
    return refunds.length > 0 && found;
  });
  expect(JSON.stringify(document)).not.toContain('null');
  await worker.stop();
});

describe('a product that cannot be read as it is stored', () => {
  test('is named in the list, is not there by itself, and is not for sale', async () => {
    await stored('products').updateOne({ _id: 'VASE-BUD' }, { $set: { price: { amount: 'ten', currency: 'EUR' } } });
    const { catalog } = clientOf(gateway.url);
    const { products, unreadable } = await catalog.list.query({ limit: 100 });
    expect(unreadable).toEqual(['VASE-BUD']);
    expect(products).toHaveLength(30);
    expect(await rawCall(gateway.url, 'catalog.get', { sku: 'VASE-BUD' }, { method: 'GET' })).toMatchObject({
      status: 404,
      error: { reason: 'UNKNOWN_PRODUCT', field: 'sku' },
    });
    const order = orderFor('unreadable product', { lines: [{ sku: 'VASE-BUD', quantity: 1 }] });
    expect(await rawCall(gateway.url, 'orders.place', order, { token: alice })).toMatchObject({
      status: 400,
      error: { reason: 'UNKNOWN_SKU', field: 'lines.0.sku' },
    });
  });
});

test('preferences that cannot be read as they are stored count as not set, and can be set', async () => {
  const { preferences } = clientOf(gateway.url, await tokenOf('paula')).profile;
  await preferences.set.mutate({ locale: 'de', notices: {} });
  await stored('profiles').updateOne({ _id: 'paula' }, { $set: { 'preferences.locale': 'xx' } });
  expect(await preferences.get.query()).toEqual({ preferences: { notices: {} } });
  await preferences.set.mutate({ locale: 'en', notices: {} });
  expect(await preferences.get.query()).toEqual({ preferences: { locale: 'en', notices: {} } });
});
