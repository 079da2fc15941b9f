import { randomUUID } from 'node:crypto';
import { ERASED, type Order, type PlaceOrderInput } from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import { apiClient, type Client, makeDemoAccounts } from '@orderflow/stack';
import { Redis } from 'ioredis';
import mongoose, { type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { orderOf, reaches } from '../shop.ts';
import type { System } from '../system.ts';

/** Stands in everything that is somebody's: nothing else in the system has it in it. */
const MARK = 'Zaphodbeeblebrox';
const EMAIL = `${MARK.toLowerCase()}@example.org`;
const address = { name: MARK, line1: `${MARK}weg 1`, postalCode: '10119', city: `${MARK}stadt`, country: 'DE' };

export function customersAreErased(given: () => System): void {
  let system: System;
  let prefix: string;
  let staff: Client;
  let database: Connection;
  let redis: Redis;

  beforeAll(async () => {
    system = given();
    ({ staff } = system);
    prefix = system.stack.database('gateway').replace(/gateway$/, '');
    const { mongodbUri, redisUrl } = inject('infrastructure');
    database = await mongoose.createConnection(mongodbUri).asPromise();
    redis = new Redis(redisUrl);
  });
  afterAll(async () => {
    redis?.disconnect();
    await database?.close();
  });

  /** Signed in as a browser is, on an account that operators made. */
  async function signedIn(): Promise<{ customer: Client; email: string; password: string }> {
    const { api: url } = system.stack.addresses;
    const [alice] = await makeDemoAccounts(system.stack);
    const { email, password } = alice as NonNullable<typeof alice>;
    const answer = await fetch(`${url}/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ email, password }),
    });
    const cookies = answer.headers.getSetCookie().map((one) => one.split(';')[0]);
    return { customer: apiClient(url, undefined, { cookie: cookies.join('; '), origin: url }), email, password };
  }

  const byGuest = () => apiClient(system.stack.addresses.api);
  const mine = (over: Partial<PlaceOrderInput> = {}) =>
    orderOf({ address, billingAddress: address, contact: { email: EMAIL, phone: '+4915112345678' }, ...over });

  async function guestOrder(over: Partial<PlaceOrderInput> = {}): Promise<{ order: Order; guest: Client }> {
    const { order, trackingToken } = await byGuest().orders.place.mutate(mine(over));
    return { order, guest: apiClient(system.stack.addresses.api, trackingToken) };
  }

  /** Where a value has the mark in it, as dotted paths. */
  function pathsIn(value: unknown, mark: RegExp, path = ''): string[] {
    if (typeof value === 'string') return mark.test(value) ? [path] : [];
    if (value === null || typeof value !== 'object') return [];
    return Object.entries(value).flatMap(([name, one]) => [
      ...(mark.test(name) ? [`${path}.${name}`] : []),
      ...pathsIn(one, mark, `${path}.${name}`),
    ]);
  }

  /** Every field of every document of every service that has the mark in it; issued documents are kept, and are named only. */
  async function dump(mark: RegExp): Promise<string[]> {
    const { databases } = await database.getClient().db().admin().listDatabases();
    const places: string[] = [];
    for (const { name } of databases.filter((one) => one.name.startsWith(prefix))) {
      const db = database.getClient().db(name);
      for (const { name: collection } of await db.listCollections().toArray()) {
        const documents = await db.collection(collection).find().toArray();
        const paths = documents.flatMap((document) => pathsIn(JSON.parse(JSON.stringify(document)), mark));
        const place = `${name.slice(prefix.length)}.${collection}`;
        places.push(...paths.map((path) => (place === 'gateway.documents' ? place : `${place}${path}`)));
      }
    }
    return [...new Set(places)].sort();
  }

  async function cached(mark: RegExp): Promise<string[]> {
    const found: string[] = [];
    for (const key of await redis.keys('*')) {
      const type = await redis.type(key);
      const value =
        type === 'hash' ? JSON.stringify(await redis.hgetall(key)) : type === 'string' ? await redis.get(key) : '';
      if (mark.test(key) || mark.test(value ?? '')) found.push(key);
    }
    return found;
  }

  /** A Redis that is slow to answer hears of it a moment later; what it holds lives for seconds. */
  const forgottenByCaches = (mark: RegExp) =>
    eventually('caches forget', async () => (await cached(mark)).length === 0);

  const erase = (customer: string, over: object = {}) =>
    staff.ops.customers.erase.mutate({ customer, idempotencyKey: randomUUID(), reason: 'asked by mail', ...over });

  const isHandledByAll = (orderId: string) =>
    eventually('everybody has heard of it', async () => {
      const { events } = await staff.ops.orders.xray.query({ orderId });
      const hops = events.filter(({ type }) => type === 'order.erased').flatMap((event) => event.hops);
      return hops.length >= 4 && hops.every(({ outcome }) => outcome === 'handled');
    });

  describe('a customer who is erased', () => {
    test('waits for orders under way, which are named, and nothing is erased', async () => {
      await system.outside.control('carrier', { hold: true });
      const { order, guest } = await guestOrder();
      await reaches(guest, order.id, 'confirmed');

      await expect(erase(EMAIL)).rejects.toMatchObject({
        message: expect.stringContaining(order.number),
        data: { reason: 'ORDERS_UNDER_WAY', field: 'customer' },
      });

      expect(await guest.orders.get.query({ orderId: order.id })).toMatchObject({ address });
      await guest.orders.cancel.mutate({ orderId: order.id, reason: `${MARK} has changed their mind` });
      await reaches(guest, order.id, 'cancelled');
      await system.outside.control('carrier', { hold: false });
    });

    test('is nowhere any more but on the invoices that the law wants kept', async () => {
      const { order, guest } = await guestOrder();
      const { id: orderId } = order;
      await reaches(guest, orderId, 'delivered');
      await eventually('it is charged', async () => (await guest.orders.get.query({ orderId })).payment === 'captured');
      await staff.ops.orders.note.mutate({ orderId, noteId: randomUUID(), text: `${MARK} has called` });
      const refund = { orderId, refundId: randomUUID(), amount: { amount: 100, currency: 'EUR' }, restock: false };
      await staff.ops.orders.refund.mutate({ ...refund, reason: `${MARK} was right` });
      await eventually(
        'it is refunded',
        async () => (await guest.orders.get.query({ orderId })).refunds[0]?.status === 'succeeded',
      );
      await system.fact('invoice.corrected', orderId);
      const { url } = await staff.orders.invoice.query({ orderId });
      const issued = await (await fetch(url)).bytes();
      const mark = new RegExp(`${MARK}|15112345678`, 'i');
      expect(await dump(mark)).toEqual(
        expect.arrayContaining(
          ['gateway.orders', 'delivery.shipments', 'notification.notifications'].map(
            (place) => `${place}.address.name`,
          ),
        ),
      );

      const key = randomUUID();
      const dry = await erase(EMAIL, { dryRun: true });
      const answer = await erase(EMAIL.toUpperCase(), { idempotencyKey: key });

      expect(answer.orders.map((one) => one.orderId)).toContain(orderId);
      expect(answer.orders).toHaveLength(2);
      expect({ ...dry, dryRun: false, at: answer.at }).toEqual(answer);
      const until = `${new Date().getUTCFullYear() + 8}-12-31`;
      expect(answer.kept).toEqual([
        {
          kind: 'credit_note',
          number: expect.stringMatching(/^CN-/),
          orderId,
          until,
          why: expect.stringContaining('GDPR'),
        },
        {
          kind: 'invoice',
          number: expect.stringMatching(/^INV-/),
          orderId,
          until,
          why: expect.stringContaining('GDPR'),
        },
      ]);
      expect(answer.deadLetters).toEqual([]);
      for (const one of answer.orders) await isHandledByAll(one.orderId);
      expect(await dump(mark)).toEqual(['gateway.documents']);
      await forgottenByCaches(mark);
      expect(await (await fetch((await staff.orders.invoice.query({ orderId })).url)).bytes()).toEqual(issued);
      expect(await erase(EMAIL.toUpperCase(), { idempotencyKey: key })).toEqual(answer);
      await expect(erase(EMAIL)).rejects.toMatchObject({ data: { reason: 'UNKNOWN_CUSTOMER' } });
      await expect(erase('somebody@else.example', { idempotencyKey: key })).rejects.toMatchObject({
        data: { reason: 'IDEMPOTENCY_MISMATCH' },
      });
      const nobody = apiClient(system.stack.addresses.api, await system.stack.token({ customer: ERASED }));
      await expect(nobody.orders.list.query()).rejects.toMatchObject({ data: { reason: 'UNAUTHENTICATED' } });
      // Whoever has the link sees what became of it, and can do nothing with it.
      expect(await guest.orders.get.query({ orderId })).toMatchObject({
        erased: {},
        contact: { email: 'erased@erased.invalid' },
      });
      await expect(guest.orders.invoice.query({ orderId })).rejects.toMatchObject({ data: { reason: 'ORDER_ERASED' } });
    });

    test('gets no mail any more, and a late refund has its credit note all the same, for whom the invoice was', async () => {
      const orders = await staff.ops.orders.search.query({ text: ERASED, status: 'delivered' });
      const [order] = orders.orders;
      if (!order) throw new Error('It is there');
      const mails = await system.outside.mails(EMAIL);
      const before = system.heard.filter(({ type }) => type === 'invoice.corrected').length;
      const refund = {
        orderId: order.id,
        refundId: randomUUID(),
        amount: { amount: 200, currency: 'EUR' },
        restock: false,
      };
      await staff.ops.orders.refund.mutate({ ...refund, reason: 'goodwill' });
      await eventually(
        'it is corrected',
        () => system.heard.filter(({ type }) => type === 'invoice.corrected').length > before,
      );

      const documents = database.useDb(`${prefix}gateway`).collection('documents');
      const note = await documents.findOne({ _id: `${order.id}:credit_note:${refund.refundId}` as never });
      expect(note?.content).toMatchObject({ document: { customer: { name: MARK } } });
      expect(await dump(new RegExp(MARK, 'i'))).toEqual(['gateway.documents']);
      expect(await system.outside.mails(EMAIL)).toEqual(mails);
    });

    test('leaves nothing of an account, its addresses, preferences and audit', async () => {
      const { customer, email, password } = await signedIn();
      const { id } = await customer.profile.get.query();
      await customer.profile.update.mutate({ name: MARK });
      await customer.profile.addresses.save.mutate({ label: MARK, address });
      await customer.profile.preferences.set.mutate({ notices: {}, locale: 'de' });
      await system.fact('customer.preferences_changed', id);
      // Cancelled before a parcel leaves, however long it takes to ask.
      await system.outside.control('carrier', { hold: true });
      const { order } = await customer.orders.place.mutate(mine({ contact: { email } }));
      await customer.orders.cancel.mutate({ orderId: order.id, reason: `${MARK} again` });
      await reaches(customer, order.id, 'cancelled');
      await system.outside.control('carrier', { hold: false });
      await eventually(
        'no money is held',
        async () =>
          !['authorizing', 'authorized'].includes((await customer.orders.get.query({ orderId: order.id })).payment),
      );
      await expect(customer.profile.erase.mutate({ password: 'a guess' })).rejects.toMatchObject({
        data: { reason: 'WRONG_PASSWORD', field: 'password' },
      });

      const answer = await customer.profile.erase.mutate({ password });

      expect(answer).toMatchObject({ account: true, orders: [{ orderId: order.id, number: order.number }] });
      await system.fact('customer.erased', id);
      await isHandledByAll(order.id);
      const left = new RegExp(`${MARK}|${email}|${id}`, 'i');
      // Its preferences go in their own time.
      await eventually('it is all gone', async () => (await dump(left)).join() === 'gateway.documents').catch(() => {});
      expect(await dump(left)).toEqual(['gateway.documents']);
      await forgottenByCaches(left);
      await expect(customer.profile.get.query()).rejects.toMatchObject({ data: { reason: 'UNAUTHENTICATED' } });
    });

    test('leaves books that agree', async () => {
      const report = await system.audited();

      expect(report.violations).toEqual([]);
      expect(report.green).toBe(true);
      expect(report.checks.find(({ check }) => check === 'orders.erased-tell-nobody')?.examined).toBeGreaterThan(0);
    });
  });
}
