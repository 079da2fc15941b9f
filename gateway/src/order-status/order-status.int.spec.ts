import {
  InventoryReserved,
  money,
  NotificationSent,
  OrderCancelled,
  OrderConfirmed,
  type OrderflowEvent,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentVoided,
  ShipmentCreated,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentFailed,
  StockChanged,
} from '@orderflow/contracts';
import type { Service } from '@orderflow/runtime';
import { eventFor, eventually, type TestBed, testBed } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf } from '../testing/client.ts';
import { orderFor } from '../testing/orders.ts';
import { testGateway, testOrderStatus, tokenOf } from '../testing/processes.ts';

const NOW = '2026-01-01T12:00:00.000Z';
const NOBODYS = '01a204cb-b25e-7e7a-9b23-8211823ed014';
const amount = money(3_915, 'EUR');
const parcel = { shipmentId: 'shp_1', carrier: 'Parcelway', trackingNumber: 'OF1', trackingUrl: 'http://c.test/OF1' };

let bed: TestBed;
let gateway: RunningGateway;
let worker: Service;
let api: ReturnType<typeof clientOf>;

beforeAll(async () => {
  bed = await testBed(inject('infrastructure'));
  gateway = await testGateway(bed, inject('infrastructure'));
  await gateway.ready;
  worker = await testOrderStatus(bed, inject('infrastructure'));
  await eventually('order-status consumes', () => worker.checks.get('consumer')?.() === true);
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  api = clientOf(gateway.url, await tokenOf('alice'));
});
afterAll(async () => {
  await worker?.stop();
  await gateway?.stop();
  await bed?.close();
});

const place = async (key: string) => (await api.orders.place.mutate(orderFor(key))).order;
const say = (...events: OrderflowEvent[]) => bed.publisher.publish(events);
const reaches = (orderId: string, expected: object) =>
  eventually(`${orderId} is ${JSON.stringify(expected)}`, async () => {
    const order = await api.orders.get.query({ orderId });
    expect(order).toMatchObject(expected);
    return order;
  });

const authorized = (id: string) => eventFor(PaymentAuthorized, id, { amount, captureBefore: NOW });

test('an order follows its facts from placed to delivered, and the timeline tells it in causal order', async () => {
  const { id, cancelUntil } = await place('follows-01');
  await say(eventFor(InventoryReserved, id, { lines: [{ sku: 'MUG-ENAMEL-RED', quantity: 2 }], holdUntil: NOW }));
  await reaches(id, { status: 'pending', payment: 'authorizing' });

  const cause = authorized(id);
  await say(cause);
  const confirmed = await bed.fact(OrderConfirmed, id);
  expect(confirmed.data.dispatchAfter).toBe(cancelUntil);
  expect(confirmed).toMatchObject({ source: '/order-status', causationid: cause.id });

  await say(
    eventFor(ShipmentCreated, id, { ...parcel, eta: NOW }),
    eventFor(ShipmentDispatched, id, { ...parcel, scanAt: NOW }),
  );
  await say(eventFor(PaymentCaptured, id, { amount }), eventFor(ShipmentDelivered, id, { ...parcel, scanAt: NOW }));
  await say(eventFor(NotificationSent, id, { kind: 'order_delivered', channel: 'email', providerId: 'm1' }));
  await reaches(id, { status: 'delivered', payment: 'captured', shipment: 'delivered', tracking: { number: 'OF1' } });

  const entries = await eventually('nine entries', async () => {
    const timeline = await api.orders.timeline.query({ orderId: id });
    return timeline.entries.length === 9 && timeline.entries;
  });
  const types = entries.map(({ type }) => type);
  expect(types.indexOf('order.confirmed')).toBeGreaterThan(types.indexOf('payment.authorized'));
  expect(entries.find(({ type }) => type === 'order.confirmed')?.causedBy).toBe(cause.id);
  expect(new Set(entries.map(({ eventId }) => eventId)).size).toBe(9);
});

test('a fact that arrives twice counts once', async () => {
  const { id } = await place('twice-0001');
  const event = authorized(id);
  await say(event);
  const first = await bed.fact(OrderConfirmed, id);
  await say(event);
  // Handled in order behind the repeated one, so once it shows, that one is through.
  await say(eventFor(PaymentCaptured, id, { amount }));
  await reaches(id, { payment: 'captured', revision: 3 });
  const { entries } = await api.orders.timeline.query({ orderId: id });
  expect(entries.filter(({ type }) => type === 'payment.authorized')).toHaveLength(1);
  const repeated = bed.heard.filter(({ type, subject }) => type === 'order.confirmed' && subject === id);
  expect(new Set(repeated.map((event) => event.id))).toEqual(new Set([first.id]));
});

test('a shipment that fails cancels the order; the payment that comes after never revives it', async () => {
  const { id } = await place('cancels-01');
  await say(eventFor(ShipmentFailed, id, { code: 'ADDRESS', reason: 'No such street' }));
  const cancelled = await bed.fact(OrderCancelled, id);
  expect(cancelled.data.reason).toContain('No such street');
  await say(authorized(id));
  await reaches(id, { status: 'cancelled', payment: 'authorized' });
  await say(eventFor(PaymentVoided, id, { amount, reason: 'cancelled' }));
  await reaches(id, { status: 'cancelled', payment: 'voided', shipment: 'failed', reason: cancelled.data.reason });
  expect(bed.heard.some(({ type, subject }) => type === 'order.confirmed' && subject === id)).toBe(false);
});

test('many facts about one order at once all count', async () => {
  const { id } = await place('at-once-01');
  const kinds = ['order_confirmed', 'order_dispatched', 'order_delivered'] as const;
  const notices = kinds.map((kind) => eventFor(NotificationSent, id, { kind, channel: 'email', providerId: kind }));
  await say(authorized(id), eventFor(PaymentCaptured, id, { amount }), ...notices);
  await reaches(id, { status: 'confirmed', payment: 'captured', revision: 6 });
});

test('a fact about an order that does not exist is parked', async () => {
  await say(authorized(NOBODYS));
  const message = await bed.parked('order-status');
  expect(message.properties.headers?.['x-error-message']).toBe(`There is no order ${NOBODYS}`);
});

test('availability follows the stock; what is older is passed over', async () => {
  const sku = 'CANDLE-BEESWAX';
  const stock = (available: number, version: number) =>
    eventFor(StockChanged, sku, { sku, onHand: 200, held: 0, available, version });
  const shows = (available: number) =>
    eventually(`${available} available`, async () => (await api.catalog.get.query({ sku })).available === available);
  await shows(140);
  await say(stock(100, 2));
  await shows(100);
  await say(stock(120, 1));
  await say(stock(90, 3));
  await shows(90);
  await say(stock(100, 2));
  await say(eventFor(StockChanged, 'NEW-SKU', { sku: 'NEW-SKU', onHand: 1, held: 0, available: 1, version: 1 }));
  await eventually('a SKU before its product', () =>
    bed.database.collection('stock').findOne({ _id: 'NEW-SKU' } as never),
  );
  expect((await api.catalog.list.query()).products.find((product) => product.sku === sku)?.available).toBe(90);
});
