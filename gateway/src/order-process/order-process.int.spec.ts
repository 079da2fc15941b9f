import {
  OrderCancelled,
  OrderCancelRequested,
  OrderConfirmed,
  type OrderflowEvent,
  OrderRefundRequested,
  StockChanged,
} from '@orderflow/contracts';
import { eventFor, eventually } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { parcels, REST_ID, saysAbout, TIME, TOTAL } from '../testing/order-history.ts';
import { type OrderProcessFixture, orderProcessFixture } from '../testing/order-process-fixture.ts';

const NOBODYS = '01a204cb-b25e-7e7a-9b23-8211823ed014';
const { one, two } = parcels;

let orders: OrderProcessFixture;
beforeAll(async () => {
  orders = await orderProcessFixture(inject('infrastructure'));
});
afterAll(() => orders?.close());

const say = (...events: OrderflowEvent[]) => orders.workers.publisher.publish(events);
/** Waits for facts to be handled: each leaves an entry on the timeline. */
const handled = (id: string, ...events: OrderflowEvent[]) =>
  eventually(`${events.length} facts on the timeline of ${id}`, async () => {
    const { entries = [] } = (await orders.orders.timelineOf(id)) ?? {};
    const known = new Set(entries.map(({ eventId }) => eventId));
    return events.every((event) => known.has(event.id));
  });

describe('an order', () => {
  test('follows its facts from placed to delivered, and the timeline tells it with causes', async () => {
    const { id, says } = await orders.place();
    await say(says.reserved());
    await orders.reaches(id, { status: 'pending', payment: 'authorizing', parcels: [{ parcelId: '1' }] });
    const cause = says.authorized();
    await say(cause);
    const confirmed = await orders.workers.fact(OrderConfirmed, id);
    expect(confirmed).toMatchObject({ source: '/order-process', causationid: cause.id });

    await say(says.created(), says.dispatched(), says.captured(), says.delivered(), says.noticed());
    await orders.reaches(id, { status: 'delivered', payment: 'captured', shipment: 'delivered', captured: TOTAL });
    const entries = await eventually('ten entries', async () => {
      const timeline = await orders.orders.timelineOf(id);
      return timeline?.entries.length === 10 && timeline.entries;
    });
    expect(entries.find(({ type }) => type === 'order.confirmed')?.causedBy).toBe(cause.id);
    expect(new Set(entries.map(({ eventId }) => eventId)).size).toBe(10);
    const source = { load: async () => null, owner: () => orders.orders.ownerOf(id) };
    await eventually('the cache', async () => (await orders.cache.read(id, source))?.status === 'delivered');
  });

  test('whose payment is heard of before its parcels is confirmed once these are known', async () => {
    const { id, says } = await orders.place();
    const authorized = says.authorized();
    await say(authorized);
    await say(says.reserved());
    const confirmed = await orders.workers.fact(OrderConfirmed, id);
    expect(confirmed.data.parcels).toHaveLength(1);
    expect(confirmed.causationid).toBe(authorized.id);
  });

  test('counts a fact that arrives twice once', async () => {
    const { id, says } = await orders.place();
    const event = says.reserved();
    await say(event, event, says.noticed());
    await orders.reaches(id, { payment: 'authorizing', revision: 3 });
    await say(event, says.noticeReached());
    await orders.reaches(id, { revision: 4 });
  });

  test('counts many facts at once, whoever else changes it', async () => {
    const { id, says } = await orders.place();
    await say(says.reservedInTwo(), says.authorized());
    await orders.reaches(id, { status: 'confirmed' });
    await Promise.all([
      say(says.created(one), says.created(two), says.dispatched(one), says.dispatched(two), says.captured()),
      orders.writer.change(id, () => ({ change: { locale: 'de' } }), {
        now: new Date(),
        region: 'test',
      }),
      say(says.delivered(one), says.delivered(two), says.noticed(), says.noticeReached()),
    ]);
    await orders.reaches(id, { status: 'delivered', payment: 'captured', locale: 'de' });
  });

  test('in two parcels, one of which never arrives, gets that one back in money', async () => {
    const { id, says } = await orders.place();
    await say(says.reservedInTwo(), says.authorized());
    await orders.reaches(id, { status: 'confirmed' });
    await say(says.dispatched(two), says.refused(one));
    await orders.reaches(id, { status: 'shipped', parcels: [{ status: 'failed' }, { status: 'dispatched' }] });
    const captured = says.captured();
    await say(captured);
    const requested = await orders.workers.fact(OrderRefundRequested, id);
    expect(requested).toMatchObject({ causationid: captured.id, data: { actor: 'system', restock: false } });
    const { refundId, amount } = requested.data;
    await say(says.refunded(refundId, amount.amount), says.delivered(two));
    await orders.reaches(id, { status: 'delivered', payment: 'partially_refunded', refunded: amount });
  });

  test('that is lost is cancelled, and what payment gives back shows', async () => {
    const { id, says } = await orders.place();
    await say(says.reserved(), says.authorized());
    await orders.reaches(id, { status: 'confirmed' });
    await say(says.dispatched(), says.captured(), says.lost());
    await orders.workers.fact(OrderCancelled, id);
    await say(says.refunded(REST_ID, TOTAL.amount));
    await orders.reaches(id, { status: 'cancelled', payment: 'refunded', shipment: 'failed' });
  });

  test('that does not exist dead-letters its facts', async () => {
    await say(saysAbout(NOBODYS, TIME).authorized());
    const message = await orders.workers.deadLettered('order-process');
    expect(message.properties.headers?.['x-error-message']).toBe(`There is no order ${NOBODYS}`);
  });
});

describe('a race at the order', () => {
  test('two cancels: one is accepted, and one fact is said', async () => {
    const { id } = await orders.place();
    const answers: string[] = [];
    orders.meanwhile('command', id, async () => answers.push(await orders.cancel(id)));
    answers.push(await orders.cancel(id));
    expect(answers).toEqual(['accepted', 'nothing new']);
    await orders.reaches(id, { status: 'cancelled', reason: 'Changed my mind' });
    await orders.workers.fact(OrderCancelled, id);
    expect(orders.said(id, OrderCancelRequested.type)).toBe(1);
    expect(orders.said(id, OrderCancelled.type)).toBe(1);
  });

  test('cancel against authorise, authorise first: delivery is asked', async () => {
    const { id, says } = await orders.place();
    await say(says.reserved());
    await orders.reaches(id, { payment: 'authorizing' });
    orders.meanwhile('command', id, async () => {
      await say(says.authorized());
      await orders.reaches(id, { status: 'confirmed' });
    });
    expect(await orders.cancel(id)).toBe('accepted');
    const { data } = await orders.workers.fact(OrderCancelRequested, id);
    expect(data.stage).toBe('confirmed');
    const asked = says.noticed();
    await say(asked);
    await handled(id, asked);
    await orders.reaches(id, { status: 'cancelling' });
    await say(says.shipmentCancelled());
    await orders.workers.fact(OrderCancelled, id);
    await say(says.voided());
    await orders.reaches(id, { status: 'cancelled', payment: 'voided', shipment: 'cancelled' });
  });

  test('cancel against authorise, cancel first: it is never confirmed', async () => {
    const { id, says } = await orders.place();
    await say(says.reserved());
    await orders.reaches(id, { payment: 'authorizing' });
    orders.meanwhile('fact', id, () => orders.cancel(id));
    await say(says.authorized());
    const { data } = await orders.workers.fact(OrderCancelRequested, id);
    expect(data.stage).toBe('pending');
    await orders.workers.fact(OrderCancelled, id);
    await orders.reaches(id, { status: 'cancelled', payment: 'authorized', parcels: [{ status: 'cancelled' }] });
    await say(says.voided());
    await orders.reaches(id, { status: 'cancelled', payment: 'voided' });
    expect(orders.said(id, OrderConfirmed.type)).toBe(0);
    expect(orders.said(id, OrderCancelled.type)).toBe(1);
  });

  test('cancel against dispatch, dispatch first: too late', async () => {
    const { id, says } = await orders.place();
    await say(says.reserved(), says.authorized());
    await orders.reaches(id, { status: 'confirmed' });
    orders.meanwhile('command', id, async () => {
      await say(says.dispatched());
      await orders.reaches(id, { status: 'shipped' });
    });
    expect(await orders.cancel(id)).toBe('TOO_LATE_TO_CANCEL');
    await say(says.captured(), says.delivered());
    await orders.reaches(id, { status: 'delivered', payment: 'captured' });
    expect(orders.said(id, OrderCancelRequested.type)).toBe(0);
  });

  test('cancel against dispatch, cancel first: the parcel that had left says that it was too late', async () => {
    const { id, says } = await orders.place();
    await say(says.reserved(), says.authorized());
    await orders.reaches(id, { status: 'confirmed' });
    orders.meanwhile('fact', id, async () => expect(await orders.cancel(id)).toBe('accepted'));
    await say(says.dispatched());
    await orders.workers.fact(OrderCancelRequested, id);
    await orders.reaches(id, { status: 'shipped' });
    await say(says.captured(), says.delivered());
    await orders.reaches(id, { status: 'delivered', payment: 'captured' });
    const { entries = [] } = (await orders.orders.timelineOf(id)) ?? {};
    expect(entries.find(({ type }) => type === 'shipment.dispatched')?.text).toMatch(/too late to cancel/);
    expect(orders.said(id, OrderCancelled.type)).toBe(0);
  });

  test('a command whose gateway died is published by the sweeper, and its entry stands on the timeline once', async () => {
    const { id } = await orders.place();
    expect(await orders.cancel(id, { relay: false })).toBe('accepted');
    await orders.reaches(id, { status: 'cancelled' });
    const { entries = [] } = (await orders.orders.timelineOf(id)) ?? {};
    expect(entries.map(({ type }) => type)).toEqual(['order.placed', 'order.cancel_requested', 'order.cancelled']);
  });
});

describe('finding orders', () => {
  const found = async (search: object) => {
    const { orders: page } = await orders.orders.search({ limit: 10, ...search });
    return page.map(({ id }) => id);
  };

  test('by id, the end of one, e-mail address, customer and state', async () => {
    const { id } = await orders.place({ customerId: 'grace', contact: { email: 'Grace@Example.com' } });
    const { id: other } = await orders.place({ customerId: 'grace', contact: { email: 'gh@example.com' } });
    await orders.writer.change(other, () => ({ change: { attention: 'Look!' } }), {
      ...{ now: new Date(), region: 'test' },
    });
    for (const text of [id, id.toUpperCase(), id.slice(-12), id.slice(-8).toUpperCase(), 'grace@example.COM']) {
      expect(await found({ text }), text).toEqual([id]);
    }
    expect(await found({ text: 'grace' })).toEqual([other, id]);
    expect(await found({ text: 'grace', attention: true })).toEqual([other]);
    expect(await found({ text: 'grace', attention: false })).toEqual([id]);
    expect(await found({ text: 'grace', status: 'pending', payment: 'none' })).toEqual([other, id]);
    expect(await found({ text: 'grace', payment: 'captured' })).toEqual([]);
    expect(await found({ text: 'nobody@example.com' })).toEqual([]);
    expect(await found({ text: id.slice(0, 8) })).toEqual([]);
    const first = await orders.orders.search({ text: 'grace', limit: 1 });
    expect(first).toMatchObject({ orders: [{ id: other }], nextCursor: other });
    expect(await found({ text: 'grace', cursor: first.nextCursor })).toEqual([id]);
    expect(await found({ text: id.slice(-12), cursor: id })).toEqual([]);
  });

  test('a document holds what the owner does not see', async () => {
    const { id, says } = await orders.place();
    await say(says.reserved(), says.authorized());
    await orders.reaches(id, { status: 'confirmed' });
    expect(await orders.orders.document(id)).toMatchObject({ revision: 3, state: { intentId: 'pi_1' } });
    expect(await orders.orders.byId(id)).not.toHaveProperty('intentId');
    expect(await orders.orders.document(NOBODYS)).toBeNull();
  });
});

test('availability follows the stock; what is older is passed over', async () => {
  const sku = 'CANDLE-BEESWAX';
  const stock = (available: number, version: number) =>
    eventFor(StockChanged, sku, { sku, onHand: 200, held: 0, available, version });
  const shows = (available: number) =>
    eventually(`${available} available`, async () => {
      const kept = await orders.workers.database.collection('stock').findOne({ _id: sku } as never);
      return kept?.available === available;
    });
  await say(stock(100, 2));
  await shows(100);
  await say(stock(120, 1), stock(90, 3));
  await shows(90);
});
