import { type OrderUpdate, orderNumberOf, shopConfigOutput } from '@orderflow/contracts';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf, rawCall, streaming } from '../testing/client.ts';
import { ADDRESS, orderFor } from '../testing/orders.ts';
import { testGateway, tokenOf } from '../testing/processes.ts';

let workers: WorkerFixture;
let gateway: RunningGateway;
let anyone: ReturnType<typeof clientOf>;
let alice: ReturnType<typeof clientOf>;
let aliceToken: string;
let staff: ReturnType<typeof clientOf>;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  gateway = await testGateway(workers, inject('infrastructure'), { STRIPE_API_URL: 'http://127.0.0.1:1' });
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  aliceToken = await tokenOf('alice');
  [anyone, alice] = [clientOf(gateway.url), clientOf(gateway.url, aliceToken)];
  staff = clientOf(gateway.url, await tokenOf('sam', 'staff'));
});
afterAll(async () => {
  await gateway?.stop();
  await workers?.close();
});

test('a shop’s pages learn what they need, and how to pay in a demo', async () => {
  const config = await anyone.shop.config.query();
  expect(shopConfigOutput.parse(config)).toEqual(config);
  expect(config).toMatchObject({ currency: 'EUR', defaultCountry: 'DE', demo: true, payment: { kind: 'test_cards' } });
  expect(config.countries[0]).toEqual({ code: 'DE', zone: 'domestic', taxBasisPoints: 1_900 });
});

test('a live key of Stripe without a publishable one stops the start', async () => {
  const start = testGateway(workers, inject('infrastructure'), { STRIPE_API_KEY: 'sk_live_of_nobody' });
  await expect(start).rejects.toThrow('STRIPE_PUBLISHABLE_KEY is not set');
});

describe('a search', () => {
  const search = (input: Parameters<typeof anyone.catalog.search.query>[0]) => anyone.catalog.search.query(input);
  const skus = ({ products }: { products: { sku: string }[] }) => products.map(({ sku }) => sku);

  test('finds words in any order, their beginnings and small mistakes, with gross prices for the country', async () => {
    const found = await search({ text: 'red enam', country: 'AT' });
    expect(found).toMatchObject({ nearest: false, unreadable: [] });
    expect(skus(found)[0]).toBe('MUG-ENAMEL-RED');
    expect(found.products[0]?.prices).toMatchObject({ gross: { amount: 1_680 }, taxBasisPoints: 2_000 });
    expect(skus(await search({ text: 'enamle mug' }))).toContain('MUG-ENAMEL-RED');
  });

  test('with nothing found shows the nearest, and says so', async () => {
    const without = await search({ text: 'mug', minPrice: 90_000 });
    expect(without.nearest).toBe(true);
    expect(skus(without)).toContain('MUG-ENAMEL-RED');
    expect((await search({ text: 'xqzwv' })).products.length).toBeGreaterThan(0);
  });

  test('comes in pages that fit together, in each order', async () => {
    for (const sort of ['relevance', 'price_asc', 'price_desc', 'name', 'newest'] as const) {
      const all = await search({ sort, limit: 60 });
      const pages: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await search({ sort, limit: 7, ...(cursor !== undefined && { cursor }) });
        pages.push(...skus(page));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(pages).toEqual(skus(all));
      expect(pages).toHaveLength(all.total);
    }
    const prices = (await search({ sort: 'price_asc', limit: 60 })).products.map(({ prices }) => prices.gross.amount);
    expect(prices).toEqual([...prices].sort((a, b) => a - b));
  });

  test('counts what other choices would come to', async () => {
    const { facets } = await search({ category: 'Kitchen', maxPrice: 3_000, inStock: true });
    const { total } = await search({ category: 'Home', maxPrice: 3_000, inStock: true });
    expect(facets.categories).toContainEqual({ category: 'Home', count: total });
    expect(facets.price?.max.amount).toBeGreaterThan(3_000);
  });

  test.each([
    ['catalog.search', { colour: 'red' }, 'INVALID_INPUT'],
    ['catalog.search', { cursor: 'nonsense' }, 'INVALID_INPUT'],
    ['catalog.search', { country: 'AQ' }, 'UNSUPPORTED_COUNTRY'],
    ['catalog.list', { page: 2 }, 'INVALID_INPUT'],
    ['catalog.get', { sku: 'MUG-ENAMEL-RED', country: 'AQ' }, 'UNSUPPORTED_COUNTRY'],
    ['cart.price', { lines: [], country: 'AQ' }, 'UNSUPPORTED_COUNTRY'],
    ['cart.price', { lines: [], country: 'DE', currency: 'USD' }, 'UNSUPPORTED_CURRENCY'],
  ])('%s with %j is refused', async (procedure, input, reason) => {
    expect(await rawCall(gateway.url, procedure, input, { method: 'GET' })).toMatchObject({ error: { reason } });
  });
});

test('a product comes with when it could arrive, and others like it', async () => {
  const product = await anyone.catalog.get.query({ sku: 'MUG-ENAMEL-RED', country: 'CH' });
  expect(product.delivery.map(({ method }) => method)).toEqual(['standard', 'express']);
  for (const { earliest, latest } of product.delivery) expect(earliest <= latest).toBe(true);
  expect(product.alternatives.length).toBeGreaterThan(0);
  for (const other of product.alternatives) expect(other).toMatchObject({ category: product.category });
});

test('a cart costs what its order costs', async () => {
  const { order } = await alice.orders.place.mutate(orderFor('cart-1'));
  const lines = order.lines.map(({ sku, quantity, unitGross }) => ({ sku, quantity, seenGross: unitGross.amount }));
  const { ok, methods } = await anyone.cart.price.query({ lines, country: 'DE' });
  expect(ok).toBe(true);
  expect(methods.find(({ method }) => method === 'standard')?.total).toEqual(order.total);
});

describe('an order', () => {
  test('has a number by which customers and staff find it, however they type it', async () => {
    const { order } = await alice.orders.place.mutate(orderFor('number-1'));
    expect(order.number).toBe(orderNumberOf(order.id));
    for (const text of [order.number, order.number.toLowerCase().replace('-', ' ')]) {
      expect((await staff.ops.orders.search.query({ text })).orders.map(({ id }) => id)).toEqual([order.id]);
      expect((await alice.orders.list.query({ text })).orders.map(({ id }) => id)).toEqual([order.id]);
    }
    const bob = clientOf(gateway.url, await tokenOf('bob'));
    expect((await bob.orders.list.query({ text: order.number })).orders).toEqual([]);
  });

  test('is found by product, status and day', async () => {
    const { order } = await alice.orders.place.mutate(orderFor('list-1'));
    const ids = async (input: Parameters<typeof alice.orders.list.query>[0]) =>
      (await alice.orders.list.query(input)).orders.map(({ id }) => id);
    const day = order.placedAt.slice(0, 10);
    expect(await ids({ text: 'enamel', statuses: ['pending'], from: day, until: day })).toContain(order.id);
    expect(await ids({ text: 'mug-enamel-red' })).toContain(order.id);
    expect(await ids({ text: 'en.mel' })).toEqual([]);
    expect(await ids({ statuses: ['delivered'] })).toEqual([]);
    expect(await ids({ until: '2020-01-01' })).toEqual([]);
  });

  test('says what can be done with it', async () => {
    const { order } = await alice.orders.place.mutate(orderFor('can-1'));
    expect(order.cancellable).toEqual({ until: order.cancelUntil, effect: 'nothing_charged' });
    expect(order.returnable).toBeNull();
  });

  test('is billed to whom it says, with company and VAT number', async () => {
    const billingAddress = { ...ADDRESS, name: 'Buyer', company: 'Muster GmbH' };
    const input = orderFor('billing-1', { billingAddress, vatId: 'de 136.695.976' });
    const { order } = await alice.orders.place.mutate(input);
    expect(order).toMatchObject({ billingAddress, vatId: 'DE136695976' });
    const wrong = { ...orderFor('billing-2'), vatId: 'DE123456789' };
    const answer = await rawCall(gateway.url, 'orders.place', wrong, { token: aliceToken });
    expect(answer).toMatchObject({ error: { reason: 'INVALID_INPUT', field: 'vatId' } });
  });

  test('of a version before has all prices, and gets its number when a gateway starts', async () => {
    const { order } = await alice.orders.place.mutate(orderFor('former-1'));
    const stored = workers.database.collection<{ _id: string; number?: string }>('orders');
    const unset = { number: 1, shippingGross: 1, taxBasisPoints: 1, 'lines.0.unitGross': 1, 'lines.0.gross': 1 };
    await stored.updateOne({ _id: order.id }, { $unset: unset, $inc: { revision: 1 } } as never);
    const [again] = (await alice.orders.list.query({ limit: 1 })).orders;
    expect(again).toMatchObject({ id: order.id, number: order.number, total: order.total });
    const gross = again?.lines.reduce((sum, line) => sum + line.gross.amount, again.shippingGross.amount);
    expect(gross).toBe(order.total.amount);

    const next = await testGateway(workers, inject('infrastructure'));
    await eventually('its number is stored', async () =>
      expect(await stored.findOne({ _id: order.id })).toMatchObject({ number: order.number }),
    );
    await next.stop();
  });
});

test('several orders are watched over one connection, with the new entries of each, and where it was cut it goes on', async () => {
  const ids = await Promise.all(
    ['many-1', 'many-2'].map(async (name) => (await alice.orders.place.mutate(orderFor(name))).order.id),
  );
  const input = { orderIds: ids };
  const watch = await streaming(gateway.url, aliceToken, { procedure: 'orders.watchMany', input });
  const updates = (from: typeof watch) =>
    from.events.filter(({ event }) => event === 'message').map(({ data }) => JSON.parse(data) as OrderUpdate);
  await eventually('both are there', () => updates(watch).length === 2);
  expect(new Set(updates(watch).map(({ orderId }) => orderId))).toEqual(new Set(ids));
  for (const { newEntries } of updates(watch)) expect(newEntries.map(({ type }) => type)).toEqual(['order.placed']);
  const lastEventId = watch.events.findLast(({ event }) => event === 'message')?.id;
  await watch.close();

  const [first = ''] = ids;
  await alice.orders.cancel.mutate({ orderId: first });
  const next = await streaming(gateway.url, aliceToken, { procedure: 'orders.watchMany', input, lastEventId });
  await eventually('the change is there', () => updates(next).length === 1);
  expect(updates(next)).toMatchObject([
    { orderId: first, order: { status: 'cancelling' }, newEntries: [{ type: 'order.cancel_requested' }] },
  ]);
  await next.close();
});
