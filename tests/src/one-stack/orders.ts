import { randomUUID } from 'node:crypto';
import { createEvent, type Order, PaymentAuthorized } from '@orderflow/contracts';
import { brokerNodes } from '@orderflow/runtime';
import { eventually } from '@orderflow/runtime/testing';
import { apiClient, type Client, type Stack } from '@orderflow/stack';
import mongoose from 'mongoose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Outside } from '../outside.ts';
import { orderOf, reaches } from '../shop.ts';
import type { System } from '../system.ts';

export function ordersJourneys(given: () => System): void {
  let system: System;
  let stack: Stack;
  let api: Client;
  let outside: Outside;
  beforeAll(() => {
    system = given();
    ({ stack, api, outside } = system);
  });

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

  /** A SKU's stock as inventory has it, over all warehouses. */
  async function stockOf(sku: string): Promise<{ onHand: number; held: number; available: number }> {
    const connection = await mongoose
      .createConnection(stack.addresses.mongodb, { dbName: stack.database('inventory') })
      .asPromise();
    const found = await connection
      .collection<{ sku: string; onHand: number; held: number; available: number }>('stock')
      .find({ sku })
      .toArray();
    await connection.close();
    const sum = (of: 'onHand' | 'held' | 'available') => found.reduce((all, one) => all + one[of], 0);
    return { onHand: sum('onHand'), held: sum('held'), available: sum('available') };
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
      const mails = await eventually('confirmed, invoice, dispatched, delivered', async () => {
        const subjects = await outside.mails(input.contact.email);
        return subjects.length >= 4 && subjects;
      });
      expect(mails).toHaveLength(4);
    });

    test('the timeline tells all of it, causes before effects', async () => {
      const { order } = await place();
      await reaches(api, order.id, 'delivered');
      const { entries } = await eventually('the last notice is on the timeline', async () => {
        const timeline = await api.orders.timeline.query({ orderId: order.id });
        return timeline.entries.filter(({ type }) => type === 'notification.sent').length === 4 && timeline;
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

      const traces = system.heard
        .filter(({ subject }) => subject === order.id)
        .map(({ traceparent }) => traceparent?.slice(3, 35));
      expect(traces[0]).toMatch(/^[0-9a-f]{32}$/);
      expect(new Set(traces).size).toBe(1);
    });

    test('express with a phone number: the delivery is told by SMS too', async () => {
      const phone = `+4915${Math.floor(1e9 + Math.random() * 9e9)}`;
      const { order, input } = await place({
        shippingMethod: 'express',
        contact: { email: `bob+${randomUUID()}@example.org`, phone },
      });

      await reaches(api, order.id, 'delivered');

      // That it was dispatched is told too, unless it has arrived before the text could go out.
      await eventually('the text', async () => (await outside.texts(phone)).some((text) => /delivered/i.test(text)));
      await eventually('all mails', async () => (await outside.mails(input.contact.email)).length === 4);
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

    test('rubbish on the exchange is dead-lettered with its reason, and the next order goes through', async () => {
      const channel = await system.broker.createConfirmChannel();
      channel.publish('orders', 'order.placed', Buffer.from('rubbish'), { persistent: true });
      await channel.waitForConfirms();

      const deadLettered = await eventually('dead-lettered', () => channel.get('inventory.dead', { noAck: true }));

      expect(deadLettered.content.toString()).toBe('rubbish');
      expect(deadLettered.properties.headers).toMatchObject({
        'x-error-class': 'InvalidEventError',
        'x-worker': 'inventory',
      });
      await channel.close();
      const { order } = await place();
      await settled(order.id, ({ status }) => ['confirmed', 'shipped', 'delivered'].includes(status));
    });

    test('a forged authorisation is dead-lettered, whoever forges it, and the order stays unpaid', async () => {
      const { order } = await place({ paymentMethod: 'pm_card_authenticationRequired' });
      await settled(order.id, ({ paymentDue }) => paymentDue?.need === 'challenge');
      const captureBefore = new Date(Date.now() + 86_400_000).toISOString();
      const context = { source: '/payment', subject: order.id, time: new Date(), region: 'local' };
      const forged = () =>
        createEvent(PaymentAuthorized.of({ amount: order.total, captureBefore, intentId: 'pi_forged' }), context);
      const [{ username: me }] = brokerNodes(stack.addresses.amqp) as [URL];
      const channel = await system.broker.createConfirmChannel();
      const attempts = [{}, { userId: me }, { userId: me, headers: { 'x-original-user': 'payment' } }];

      for (const properties of attempts) {
        const event = forged();
        const body = Buffer.from(JSON.stringify(event));
        channel.publish('orders', event.type, body, { ...properties, messageId: event.id, correlationId: order.id });
      }
      await channel.waitForConfirms();

      const filter = { worker: 'order-process', orderId: order.id };
      const staff = system.staff.ops.deadLetters;
      await eventually('dead-lettered', async () => (await staff.list.query({ filter })).total === attempts.length);
      const { groups } = await staff.list.query({ filter });
      for (const { error } of groups) expect(error).toMatch(/^payment\.authorized is the word of payment; /);
      expect(await api.orders.get.query({ orderId: order.id })).toMatchObject({
        status: 'pending',
        payment: 'action_required',
      });
      await staff.discard.mutate({ filter, dryRun: false, reason: 'forged' });
      await channel.close();
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
}
