import { randomUUID } from 'node:crypto';
import type { Order, OrderflowEvent } from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import {
  apiClient,
  type Client,
  discoverDefinitions,
  type Stack,
  startStack,
  type TemporaryDataDir,
  temporaryDataDir,
} from '@orderflow/stack';
import { type ChannelModel, connect } from 'amqplib';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Outside, outsideOf } from './outside.ts';
import { orderOf, reaches } from './shop.ts';

let data: TemporaryDataDir;
let stack: Stack;
let api: Client;
let outside: Outside;
let broker: ChannelModel;
const heard: OrderflowEvent[] = [];

beforeAll(async () => {
  data = await temporaryDataDir();
  const id = randomUUID().slice(0, 8);
  stack = await startStack({
    dataDir: data.path,
    ephemeral: true,
    given: inject('infrastructure'),
    vhost: `e2e-${id}`,
    databasePrefix: `e2e_${id}_`,
    retryDelaysMs: [50, 100, 200],
    emulators: { carrierSpeed: 500_000 },
    env: { LOG_LEVEL: 'warn' },
    envFor: { gateway: { CANCEL_WINDOW_SECONDS: '0', RATE_LIMIT_PER_MINUTE: '100000' } },
  });
  api = apiClient(stack.addresses.api, await stack.token({ customer: 'alice' }));
  outside = outsideOf(stack.addresses);
  broker = await connect(stack.addresses.amqp);
  await spy(broker);
});

afterAll(async () => {
  await broker?.close();
  await stack?.close();
  data?.delete();
});

async function spy(model: ChannelModel): Promise<void> {
  const channel = await model.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'orders', '#');
  await channel.consume(
    queue,
    (message) => {
      if (message?.properties.contentType === 'application/cloudevents+json')
        heard.push(JSON.parse(message.content.toString()));
    },
    { noAck: true },
  );
}

const place = async (over: Parameters<typeof orderOf>[0] = {}) => {
  const input = orderOf(over);
  return { ...(await api.orders.place.mutate(input)), input };
};

const settled = (orderId: string, check: (order: Order) => boolean) =>
  eventually(
    `order ${orderId} settles`,
    async () => {
      const order = await api.orders.get.query({ orderId });
      return check(order) && order;
    },
    60_000,
  );

/** A SKU's stock as inventory has it. */
async function stockOf(sku: string): Promise<{ onHand: number; held: number; available: number }> {
  const connection = await mongoose
    .createConnection(stack.addresses.mongodb, { dbName: stack.database('inventory') })
    .asPromise();
  const found = await connection.collection<{ _id: string }>('stock').findOne({ _id: sku });
  await connection.close();
  const { onHand, held, available } = found as unknown as { onHand: number; held: number; available: number };
  return { onHand, held, available };
}

describe('an order’s journey', () => {
  test('an ordinary order is held, authorised, confirmed, shipped, captured, delivered and told of', async () => {
    const before = await stockOf('KETTLE-GOOSE');
    const { order, input } = await place({
      lines: [
        { sku: 'KETTLE-GOOSE', quantity: 2 },
        { sku: 'MUG-STONEWARE', quantity: 1 },
      ],
    });
    expect(order).toMatchObject({ status: 'pending', payment: 'none', shipment: 'none' });

    await reaches(api, order.id, 'delivered');
    const done = await settled(order.id, ({ payment }) => payment === 'captured');

    expect(done).toMatchObject({ status: 'delivered', payment: 'captured', shipment: 'delivered' });
    expect(await outside.intents(order.id)).toMatchObject([
      { status: 'succeeded', amount_received: order.total.amount },
    ]);
    await eventually('stock is committed', async () => (await stockOf('KETTLE-GOOSE')).held === before.held);
    expect(await stockOf('KETTLE-GOOSE')).toEqual({
      onHand: before.onHand - 2,
      held: before.held,
      available: before.available - 2,
    });
    const mails = await eventually('three mails', async () => {
      const subjects = await outside.mails(input.contact.email);
      return subjects.length >= 3 && subjects;
    });
    expect(mails).toHaveLength(3);
  });

  test('the timeline tells all of it, causes before effects', async () => {
    const { order } = await place();
    await reaches(api, order.id, 'delivered');
    const { entries } = await eventually('the last notice is on the timeline', async () => {
      const timeline = await api.orders.timeline.query({ orderId: order.id });
      return timeline.entries.filter(({ type }) => type === 'notification.sent').length === 3 && timeline;
    });

    const types = entries.map(({ type }) => type);
    for (const type of [
      'order.placed',
      'inventory.reserved',
      'payment.authorized',
      'order.confirmed',
      'shipment.created',
      'shipment.dispatched',
      'payment.captured',
      'inventory.committed',
      'shipment.delivered',
    ]) {
      expect(types).toContain(type);
    }
    const position = new Map(entries.map(({ eventId }, index) => [eventId, index]));
    for (const [index, { causedBy }] of entries.entries()) {
      const cause = causedBy === undefined ? undefined : position.get(causedBy);
      if (cause !== undefined) expect(cause).toBeLessThan(index);
    }
    expect(entries.every(({ text }) => text.length > 0)).toBe(true);
  });

  test('one order is one trace: every fact carries the same trace id', async () => {
    const { order } = await place();
    await reaches(api, order.id, 'delivered');

    const traces = heard
      .filter(({ subject }) => subject === order.id)
      .map(({ traceparent }) => traceparent?.slice(3, 35));
    expect(traces[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(traces).size).toBe(1);
  });

  test('express with a phone number: the dispatch and the delivery are told by SMS too', async () => {
    const phone = `+4915${Math.floor(1e9 + Math.random() * 9e9)}`;
    const { order, input } = await place({
      shippingMethod: 'express',
      contact: { email: `bob+${randomUUID()}@example.org`, phone },
    });

    await reaches(api, order.id, 'delivered');

    await eventually('both texts', async () => (await outside.texts(phone)).length === 2);
    await eventually('all mails', async () => (await outside.mails(input.contact.email)).length === 3);
  });

  test('out of stock: rejected, nothing held, no card touched, the customer told', async () => {
    const before = await stockOf('PRINT-HARBOUR-LTD');
    const { order, input } = await place({
      lines: [
        { sku: 'MUG-ENAMEL-BLUE', quantity: 1 },
        { sku: 'PRINT-HARBOUR-LTD', quantity: 9 },
      ],
    });

    const done = await reaches(api, order.id, 'rejected');

    expect(done.payment).toBe('none');
    expect(await stockOf('PRINT-HARBOUR-LTD')).toEqual(before);
    await eventually('the mail', async () => (await outside.mails(input.contact.email)).length === 1);
    expect(await outside.intents(order.id)).toEqual([]);
  });

  test('a declined card: payment failed, stock given back, the customer told', async () => {
    const before = await stockOf('CLOCK-WALL-ASH');
    const { order, input } = await place({
      lines: [{ sku: 'CLOCK-WALL-ASH', quantity: 3 }],
      paymentMethod: 'pm_card_visa_chargeDeclinedInsufficientFunds',
    });

    const done = await reaches(api, order.id, 'payment_failed');

    expect(done).toMatchObject({ payment: 'failed', shipment: 'none' });
    await eventually('stock is back', async () => (await stockOf('CLOCK-WALL-ASH')).available === before.available);
    expect(await stockOf('CLOCK-WALL-ASH')).toEqual(before);
    await eventually('the mail', async () => (await outside.mails(input.contact.email)).length === 1);
  });

  test('an address the carrier cannot reach: cancelled, the authorisation voided, stock given back', async () => {
    const before = await stockOf('TRAY-WALNUT');
    const { address } = orderOf();
    const { order } = await place({
      lines: [{ sku: 'TRAY-WALNUT', quantity: 1 }],
      address: { ...address, postalCode: '00000' },
    });

    await reaches(api, order.id, 'cancelled');
    await settled(order.id, ({ payment }) => payment === 'voided');

    expect(await outside.intents(order.id)).toMatchObject([{ status: 'canceled', amount_received: 0 }]);
    await eventually('stock is back', async () => (await stockOf('TRAY-WALNUT')).available === before.available);
  });

  test('a provider that fails twice and then works: one authorisation, the order goes through', async () => {
    await outside.control('stripe', { failNext: 2 });
    const { order } = await place();

    await reaches(api, order.id, 'delivered');

    expect(await outside.intents(order.id)).toHaveLength(1);
  });

  test('the same order sent twenty times at once is one order and one charge', async () => {
    const input = orderOf();

    const answers = await Promise.all(Array.from({ length: 20 }, () => api.orders.place.mutate(input)));

    expect(new Set(answers.map(({ order }) => order.id)).size).toBe(1);
    const orderId = answers[0]?.order.id as string;
    await reaches(api, orderId, 'delivered');
    expect(await outside.intents(orderId)).toHaveLength(1);
  });

  test('rubbish on the exchange is parked with its reason, and the next order goes through', async () => {
    const channel = await broker.createConfirmChannel();
    channel.publish('orders', 'order.placed', Buffer.from('rubbish'), { persistent: true });
    await channel.waitForConfirms();

    const parked = await eventually('parked', () => channel.get('inventory.dead', { noAck: true }));

    expect(parked.content.toString()).toBe('rubbish');
    expect(parked.properties.headers).toMatchObject({ 'x-error-class': 'InvalidEventError', 'x-worker': 'inventory' });
    await channel.close();
    const { order } = await place();
    await reaches(api, order.id, 'confirmed').catch(() => reaches(api, order.id, 'delivered'));
  });

  test('a watcher sees the order at once and then each step of it, ending delivered', async () => {
    const { order } = await place();
    const seen: Order[] = [];
    const delivered = Promise.withResolvers<void>();

    const subscription = api.orders.watch.subscribe(
      { orderId: order.id },
      {
        onData: ({ data: seenOrder }) => {
          seen.push(seenOrder);
          if (seenOrder.status === 'delivered') delivered.resolve();
        },
        onError: (error) => delivered.reject(error),
      },
    );
    await delivered.promise;
    subscription.unsubscribe();

    const revisions = seen.map(({ revision }) => revision);
    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
    expect(new Set(revisions).size).toBe(revisions.length);
  });

  test('availability in the catalogue follows the stock', async () => {
    const before = await api.catalog.get.query({ sku: 'WALLET-CARD' });
    const { order } = await place({ lines: [{ sku: 'WALLET-CARD', quantity: 4 }] });
    await reaches(api, order.id, 'delivered');

    await eventually(
      'the catalogue knows',
      async () => (await api.catalog.get.query({ sku: 'WALLET-CARD' })).available === before.available - 4,
    );
  });

  test('a guest follows the order with the link’s token; a stranger and a guest without it find nothing', async () => {
    const guest = apiClient(stack.addresses.api);
    const { order, trackingToken } = await guest.orders.place.mutate(orderOf());
    const holder = apiClient(stack.addresses.api, trackingToken);
    const stranger = apiClient(stack.addresses.api, await stack.token({ customer: 'mallory' }));

    expect((await holder.orders.get.query({ orderId: order.id })).id).toBe(order.id);
    await expect(stranger.orders.get.query({ orderId: order.id })).rejects.toMatchObject({
      data: { reason: 'ORDER_NOT_FOUND' },
    });
    await expect(guest.orders.get.query({ orderId: order.id })).rejects.toMatchObject({
      data: { reason: 'UNAUTHENTICATED' },
    });
  });
});

test('every fact of the choreography was seen on the wire, none that is not in it', async () => {
  const types = new Set((await discoverDefinitions()).flatMap(({ says }) => says.map(({ type }) => type)));
  // A number that Twilio's documentation reserves for "invalid" makes a notification fail for good.
  const { order } = await place({
    shippingMethod: 'express',
    contact: { email: `eve+${randomUUID()}@example.org`, phone: '+15005550001' },
  });
  await reaches(api, order.id, 'delivered');

  await eventually(
    'all facts',
    () => [...types].every((type) => heard.some((event) => event.type === type)),
    30_000,
  ).catch(() => {});

  expect([...types].filter((type) => !heard.some((event) => event.type === type))).toEqual([]);
  expect(heard.filter(({ type }) => !types.has(type))).toEqual([]);
});
