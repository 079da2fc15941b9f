import { OrderPlaced, type PlaceOrderInput } from '@orderflow/contracts';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf, rawCall } from '../testing/client.ts';
import { ADDRESS, keyOf, orderFor, quoteFor } from '../testing/orders.ts';
import { testGateway, tokenOf } from '../testing/processes.ts';

let workers: WorkerFixture;
let gateway: RunningGateway;
let alice: string;
let orders: ReturnType<typeof clientOf>['orders'];

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  gateway = await testGateway(workers, inject('infrastructure'));
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  alice = await tokenOf('alice');
  orders = clientOf(gateway.url, alice).orders;
});
afterAll(async () => {
  await gateway?.stop();
  await workers?.close();
});

const stored = () => workers.database.collection('orders').countDocuments();
const placedFacts = () => workers.heard.filter(({ type }) => type === 'order.placed').length;

describe('a placed order', () => {
  test('is priced by the server, stored, and its fact is published', async () => {
    const { order, ...rest } = await orders.place.mutate(orderFor('placed-0001'));

    expect(order).toMatchObject({
      customerId: 'alice',
      status: 'pending',
      payment: 'none',
      shipment: 'none',
      revision: 1,
    });
    expect(order.total).toEqual({ amount: 3_915, currency: 'EUR' });
    expect(Date.parse(order.cancelUntil) - Date.parse(order.placedAt)).toBe(60_000);
    expect(rest).toEqual({});
    const { data, source } = await workers.fact(OrderPlaced, order.id);
    expect(source).toBe('/gateway');
    expect(data).toMatchObject({ customerId: 'alice', total: order.total, paymentMethod: 'pm_card_visa' });
    expect(await orders.get.query({ orderId: order.id })).toEqual(order);
  });

  test('leaves nothing in the outbox once it is published', async () => {
    const { order } = await orders.place.mutate(orderFor('placed-0002'));
    await eventually('an empty outbox', async () => {
      const document = await workers.database.collection('orders').findOne({ _id: order.id } as never);
      return document?.outbox === undefined;
    });
  });

  test("carries on the trace of the customer's request", async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const response = await fetch(`${gateway.url}/trpc/orders.place`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${alice}`, traceparent },
      body: JSON.stringify(orderFor('placed-0003')),
    });
    const { result } = (await response.json()) as { result: { data: { order: { id: string } } } };
    expect((await workers.fact(OrderPlaced, result.data.order.id)).traceparent).toBe(traceparent);
  });

  test('sums the lines of one SKU', async () => {
    const lines = [
      { sku: 'MUG-ENAMEL-RED', quantity: 1 },
      { sku: 'PENCILS-HB-12', quantity: 1 },
      { sku: 'MUG-ENAMEL-RED', quantity: 2 },
    ];
    const { order } = await orders.place.mutate(orderFor('placed-0004', { lines }));
    expect(order.lines.map(({ sku, quantity }) => [sku, quantity])).toEqual([
      ['MUG-ENAMEL-RED', 3],
      ['PENCILS-HB-12', 1],
    ]);
  });

  test('costs what the quote said', async () => {
    const quote = await orders.quote.query(quoteFor());
    const { order } = await orders.place.mutate(orderFor('placed-0005', { expectedTotal: quote.total.amount }));
    expect(order.total).toEqual(quote.total);
  });
});

describe('the same order sent again', () => {
  test('is the same order, also when twenty are under way at once', async () => {
    const earlier = async () => (await stored()) === placedFacts() && { facts: placedFacts() };
    const { facts: before } = await eventually('the facts of earlier orders', earlier);
    const input = orderFor('again-0001');
    const placed = await Promise.all(Array.from({ length: 20 }, () => orders.place.mutate(input)));
    const ids = new Set(placed.map(({ order }) => order.id));
    expect(ids.size).toBe(1);
    const used = await workers.database.collection('orders').countDocuments({ idempotencyKey: input.idempotencyKey });
    expect(used).toBe(1);
    await workers.fact(OrderPlaced, [...ids][0] as string);
    expect(placedFacts()).toBe(before + 1);
  });

  test('with its fields in another order is still the same', async () => {
    const input = orderFor('again-0002');
    const first = await orders.place.mutate(input);
    const turned = Object.fromEntries(Object.entries(input).toReversed()) as PlaceOrderInput;
    expect((await orders.place.mutate(turned)).order.id).toBe(first.order.id);
  });

  test('with another body conflicts', async () => {
    await orders.place.mutate(orderFor('again-0003'));
    const other = orderFor('again-0003', { lines: [{ sku: 'MUG-ENAMEL-RED', quantity: 3 }] });
    expect(await rawCall(gateway.url, 'orders.place', other, { token: alice })).toMatchObject({
      status: 409,
      error: { code: 'CONFLICT', reason: 'IDEMPOTENCY_MISMATCH', field: 'idempotencyKey' },
    });
  });

  test('is there even when its prices have changed since', async () => {
    const input = orderFor('again-0004', { lines: [{ sku: 'VASE-BUD', quantity: 1 }], expectedTotal: 2_844 });
    const first = await orders.place.mutate(input);
    const products = workers.database.collection('products');
    await products.updateOne({ _id: 'VASE-BUD' } as never, { $set: { 'price.amount': 9_900 } });
    expect((await orders.place.mutate(input)).order).toEqual(first.order);
    expect(
      await rawCall(gateway.url, 'orders.place', { ...input, idempotencyKey: keyOf('again-0005') }, { token: alice }),
    ).toMatchObject({
      error: { reason: 'OUT_OF_DATE_PRICE' },
    });
  });

  test('with its key in capitals is the same order', async () => {
    const input = orderFor('again-0006');
    const first = await orders.place.mutate(input);
    const capitals = { ...input, idempotencyKey: input.idempotencyKey.toUpperCase() };
    expect((await orders.place.mutate(capitals)).order.id).toBe(first.order.id);
  });

  test.each([
    ['by another customer', 'alice', 'bob', {}],
    ['without the token that it was placed with', 'alice', undefined, {}],
    ['with a token, placed without', undefined, 'alice', {}],
    ['by a guest whose e-mail address was corrected', undefined, undefined, { contact: { email: 'ada@example.net' } }],
    [
      'by a guest who adds a phone number',
      undefined,
      undefined,
      { contact: { email: 'ada@example.com', phone: '+4915112345678' } },
    ],
  ])('%s conflicts, places nothing and shows nothing', async (name, first, second, over) => {
    const place = async (customer: string | undefined, more: object) =>
      rawCall(
        gateway.url,
        'orders.place',
        { ...orderFor(name), ...more },
        customer === undefined ? {} : { token: await tokenOf(customer) },
      );
    const placed = await place(first, {});
    expect(placed.status).toBe(200);
    const before = await stored();
    const { id } = (JSON.parse(placed.text) as { result: { data: { order: { id: string } } } }).result.data.order;

    const again = await place(second, over);
    expect(again).toMatchObject({ status: 409, error: { reason: 'IDEMPOTENCY_MISMATCH', field: 'idempotencyKey' } });
    expect(again.text).not.toContain(id);
    expect(await stored()).toBe(before);
    expect((await place(first, {})).text).toContain(id);
  });

  test('by two customers at once is the order of one, and a conflict for the other', async () => {
    const tokens = [alice, await tokenOf('bob'), alice, await tokenOf('bob')];
    const answers = await Promise.all(
      tokens.map((token) => rawCall(gateway.url, 'orders.place', orderFor('at-once'), { token })),
    );
    const [mine, theirs] = [answers.filter((_, at) => at % 2 === 0), answers.filter((_, at) => at % 2 === 1)];
    const statuses = [mine, theirs].map((all) => [...new Set(all.map(({ status }) => status))]);
    expect(statuses.sort()).toEqual([[200], [409]]);
    expect(await workers.database.collection('orders').countDocuments({ idempotencyKey: keyOf('at-once') })).toBe(1);
  });
});

describe("a guest's order", () => {
  test('comes with a token that reads it, and nothing else', async () => {
    const guest = clientOf(gateway.url).orders;
    const { order, trackingToken } = await guest.place.mutate(orderFor('guest-0001'));
    const { order: other } = await orders.place.mutate(orderFor('guest-0002'));
    const tracking = clientOf(gateway.url, trackingToken).orders;

    expect(await tracking.get.query({ orderId: order.id })).toEqual(order);
    await expect(tracking.get.query({ orderId: other.id })).rejects.toMatchObject({
      data: { reason: 'ORDER_NOT_FOUND' },
    });
    await expect(tracking.list.query()).rejects.toMatchObject({ data: { reason: 'FORBIDDEN' } });
  });

  test('is idempotent', async () => {
    const guest = clientOf(gateway.url).orders;
    const first = await guest.place.mutate(orderFor('guest-0003'));
    const again = await guest.place.mutate(orderFor('guest-0003'));
    expect(again.order.id).toBe(first.order.id);
    expect(again.trackingToken).toBeTypeOf('string');
  });
});

test('guests cannot have us write to somebody without end; customers with an account can', async () => {
  const limited = await testGateway(workers, inject('infrastructure'), {
    GUEST_ORDERS_PER_HOUR: '2',
    MONGODB_DATABASE: `${workers.databaseName}_g`,
  });
  await limited.ready;
  await eventually('the broker', () => limited.service.publisher.unavailable === undefined);
  const [phone, other] = ['+4915112345678', '+4915187654321'];
  let count = 0;
  const place = async (contact: PlaceOrderInput['contact'], over: object = {}, token?: string) => {
    const input = { ...orderFor(`flood-${count++}000`, { contact }), ...over };
    const { status, error, headers } = await rawCall(limited.url, 'orders.place', input, token ? { token } : {});
    return { status, code: error?.code, reason: error?.reason, field: error?.field, wait: headers.get('retry-after') };
  };
  const refused = {
    status: 429,
    code: 'TOO_MANY_REQUESTS',
    reason: 'RATE_LIMITED',
    wait: expect.stringMatching(/^\d+$/),
  };

  expect(await place({ email: 'victim@example.com', phone })).toMatchObject({ status: 200 });
  expect(await place({ email: 'Victim+1@example.com' })).toMatchObject({ status: 200 });
  expect(await place({ email: 'victim+2@example.com' })).toEqual({ ...refused, field: 'contact.email' });
  const again = { idempotencyKey: keyOf('flood-0000') };
  expect(await place({ email: 'victim@example.com', phone }, again), 'the first order').toMatchObject({ status: 200 });
  expect(await place({ email: 'eve@example.com', phone })).toMatchObject({ status: 200 });
  expect(await place({ email: 'mallory@example.com', phone })).toEqual({ ...refused, field: 'contact.phone' });
  expect(await place({ email: 'mallory@example.com', phone: other })).toMatchObject({ status: 200 });
  for (let i = 0; i < 3; i++)
    expect(await place({ email: 'ada@example.com', phone }, {}, alice)).toMatchObject({ status: 200 });

  await limited.service.database.dropDatabase();
  await limited.stop();
});

describe('bad input gets a typed error that names the field, and no order', () => {
  const line = (over: object) => ({ lines: [{ sku: 'MUG-ENAMEL-RED', quantity: 1, ...over }] });
  const contact = (over: object) => ({ contact: { email: 'ada@example.com', ...over } });
  const { postalCode: _, ...withoutPostalCode } = ADDRESS;
  const rows: [string, object, string, string, number][] = [
    ['an unknown SKU', line({ sku: 'NO-SUCH-THING' }), 'UNKNOWN_SKU', 'lines.0.sku', 400],
    ['quantity 0', line({ quantity: 0 }), 'INVALID_INPUT', 'lines.0.quantity', 400],
    ['no lines', { lines: [] }, 'INVALID_INPUT', 'lines', 400],
    ['51 lines', { lines: Array(51).fill({ sku: 'MUG-ENAMEL-RED', quantity: 1 }) }, 'INVALID_INPUT', 'lines', 400],
    [
      'more than 99 of a SKU in all',
      { lines: Array(2).fill({ sku: 'MUG-ENAMEL-RED', quantity: 50 }) },
      'INVALID_INPUT',
      'lines.1.quantity',
      400,
    ],
    ['a price of its own', line({ unitPrice: 1 }), 'INVALID_INPUT', 'lines.0.unitPrice', 400],
    ['another currency', { currency: 'USD' }, 'UNSUPPORTED_CURRENCY', 'currency', 400],
    ['no currency', { currency: 'euro' }, 'INVALID_INPUT', 'currency', 400],
    ['a missing part of the address', { address: withoutPostalCode }, 'INVALID_INPUT', 'address.postalCode', 400],
    ['an empty part of the address', { address: { ...ADDRESS, city: ' ' } }, 'INVALID_INPUT', 'address.city', 400],
    ['a country in words', { address: { ...ADDRESS, country: 'Germany' } }, 'INVALID_INPUT', 'address.country', 400],
    [
      'a country we do not ship to',
      { address: { ...ADDRESS, country: 'AQ' } },
      'UNSUPPORTED_COUNTRY',
      'address.country',
      400,
    ],
    ['a bad e-mail address', contact({ email: 'ada@' }), 'INVALID_INPUT', 'contact.email', 400],
    ['a bad phone number', contact({ phone: '030 1234' }), 'INVALID_INPUT', 'contact.phone', 400],
    ['card data', { paymentMethod: '4242424242424242' }, 'INVALID_INPUT', 'paymentMethod', 400],
    ['another shipping method', { shippingMethod: 'drone' }, 'INVALID_INPUT', 'shippingMethod', 400],
    ['a total that differs', { expectedTotal: 1 }, 'OUT_OF_DATE_PRICE', 'expectedTotal', 409],
    ['a key that is no UUID', { idempotencyKey: 'order-0001' }, 'INVALID_INPUT', 'idempotencyKey', 400],
    [
      'a key that can be guessed',
      { idempotencyKey: '0d6b3a2e-8f11-11ef-b864-0242ac120002' },
      'INVALID_INPUT',
      'idempotencyKey',
      400,
    ],
    [
      'a key of nothing but zeros',
      { idempotencyKey: '00000000-0000-0000-0000-000000000000' },
      'INVALID_INPUT',
      'idempotencyKey',
      400,
    ],
    ['a field that nobody knows', { discount: 100 }, 'INVALID_INPUT', 'discount', 400],
  ];

  test.each(rows)('%s', async (_, over, reason, field, status) => {
    const before = await stored();
    const answer = await rawCall(gateway.url, 'orders.place', { ...orderFor('bad-input'), ...over }, { token: alice });
    expect(answer).toMatchObject({ status, error: { reason, field, httpStatus: status } });
    expect(answer.text).not.toMatch(/stack|node_modules/);
    expect(await stored()).toBe(before);
  });

  test('not JSON', async () => {
    expect(await rawCall(gateway.url, 'orders.place', '{"lines": [', { token: alice })).toMatchObject({
      status: 400,
      error: { reason: 'NOT_JSON' },
    });
  });

  test('an oversized body', async () => {
    const big = { ...orderFor('too-large'), padding: 'x'.repeat(70_000) };
    expect(await rawCall(gateway.url, 'orders.place', big, { token: alice })).toMatchObject({
      status: 413,
      error: { reason: 'BODY_TOO_LARGE' },
    });
  });
});
