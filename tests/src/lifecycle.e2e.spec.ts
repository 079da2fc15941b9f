import { randomUUID } from 'node:crypto';
import { type Order, type PlaceOrderInput, parseEvent } from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import { apiClient, type Client, discoverDefinitions, makeDemoAccounts } from '@orderflow/stack';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Outside } from './outside.ts';
import { orderOf, reaches } from './shop.ts';
import { type System, startSystem } from './system.ts';

/** Long enough for every payment of this file, short enough to wait for. */
const HOLD_SECONDS = 30;
const DECLINED = 'pm_card_visa_chargeDeclined';
const CHALLENGED = 'pm_card_authenticationRequired';
/** Its refunds are taken by Stripe and fail afterwards. */
const REFUND_FAILS = 'pm_card_refundFail';

let system: System;
let api: Client;
let staff: Client;
let outside: Outside;
/** Nobody ever pays for these; they are looked at when their time is up. */
let unpaid: { declined: Order; challenged: Order };

beforeAll(async () => {
  system = await startSystem({
    envFor: {
      gateway: { HOLD_SECONDS: `${HOLD_SECONDS}` },
      inventory: { HOLD_SECONDS: `${HOLD_SECONDS}`, PARCEL_RETRY_SECONDS: '1', PARCEL_GIVE_UP_SECONDS: '2' },
      'order-process': { HOLD_SECONDS: `${HOLD_SECONDS}` },
      payment: { CHALLENGE_SECONDS: '2' },
    },
  });
  ({ api, staff, outside } = system);
  unpaid = {
    declined: await place({ paymentMethod: DECLINED }),
    challenged: await place({ paymentMethod: CHALLENGED }),
  };
});
afterAll(() => system?.close());
afterEach(() => outside.control('carrier', { hold: false, unavailableOrigins: [] }));

const place = async (over: Partial<PlaceOrderInput> = {}): Promise<Order> =>
  (await api.orders.place.mutate(orderOf(over))).order;

const orderNow = (orderId: string) => api.orders.get.query({ orderId });

const becomes = (orderId: string, what: string, check: (order: Order) => boolean): Promise<Order> =>
  eventually(
    `order ${orderId} ${what}`,
    async () => {
      const order = await orderNow(orderId);
      return check(order) && order;
    },
    60_000,
  );

const paymentDue = (orderId: string, need: 'retry' | 'challenge') =>
  becomes(orderId, `needs a ${need}`, (order) => order.paymentDue?.need === need);

/** That the order has ended is said first, and then the intent is cancelled. */
const intentIsClosed = (orderId: string) =>
  eventually(`the intent of ${orderId} is closed`, async () => {
    const [intent, ...others] = await outside.intents(orderId);
    return others.length === 0 && intent?.status === 'canceled' && intent.amount_received === 0;
  });

const delivered = (orderId: string) =>
  becomes(orderId, 'is delivered and paid', ({ status, payment }) => status === 'delivered' && payment === 'captured');

describe('paying', () => {
  test('a declined card, then another: the same intent, one capture, delivered', async () => {
    const { id, total } = await place({ paymentMethod: DECLINED });
    const { paymentDue: due } = await paymentDue(id, 'retry');
    expect(due).toMatchObject({ attempt: 1, attemptsLeft: 4 });

    await api.orders.retryPayment.mutate({ orderId: id, paymentMethod: 'pm_card_visa' });

    await delivered(id);
    expect(await outside.intents(id)).toMatchObject([{ status: 'succeeded', amount_received: total.amount }]);
  });

  test('3-D Secure: the challenge is shown, answered at the bank, and the webhook confirms the order', async () => {
    const { id } = await place({ paymentMethod: CHALLENGED });
    await paymentDue(id, 'challenge');

    const { intentId, clientSecret } = await api.orders.paymentChallenge.query({ orderId: id });
    expect(clientSecret).toMatch(new RegExp(`^${intentId}_secret_`));
    await outside.authenticate(intentId, 'succeed');

    await delivered(id);
    await system.fact('stripe.event', id);
    await expect(api.orders.paymentChallenge.query({ orderId: id })).rejects.toMatchObject({
      data: { reason: 'NO_CHALLENGE_DUE' },
    });
  });

  test('a challenge that fails is a declined attempt; another card saves the order', async () => {
    const { id } = await place({ paymentMethod: CHALLENGED });
    await paymentDue(id, 'challenge');
    const { intentId } = await api.orders.paymentChallenge.query({ orderId: id });

    await outside.authenticate(intentId, 'fail');

    await paymentDue(id, 'retry');
    await api.orders.retryPayment.mutate({ orderId: id, paymentMethod: 'pm_card_visa' });
    await delivered(id);
    expect(await outside.intents(id)).toHaveLength(1);
  });

  test('a payment that the bank takes its time for: the order waits, and is confirmed when it is through', async () => {
    const { id } = await place({ paymentMethod: 'pm_card_processing' });
    await system.fact('payment.processing', id);
    await delivered(id);
  });

  test('five declined cards end the order: payment failed, the intent closed, the stock back', async () => {
    const { id } = await place({ paymentMethod: DECLINED });
    for (let attempt = 1; attempt < 5; attempt++) {
      await becomes(id, `needs attempt ${attempt + 1}`, (order) => order.paymentDue?.attempt === attempt);
      await api.orders.retryPayment.mutate({ orderId: id, paymentMethod: DECLINED });
    }

    const ended = await reaches(api, id, 'payment_failed');

    expect(ended.payment).toBe('failed');
    await system.fact('inventory.released', id);
    await intentIsClosed(id);
    await expect(api.orders.retryPayment.mutate({ orderId: id, paymentMethod: 'pm_card_visa' })).rejects.toMatchObject({
      data: { reason: 'NO_ATTEMPTS_LEFT' },
    });
  });
});

describe('cancelling', () => {
  test('before it is paid: cancelled at once, the intent closed, nothing held', async () => {
    const { id } = await place({ paymentMethod: CHALLENGED });
    await paymentDue(id, 'challenge');

    const { effect } = await api.orders.cancel.mutate({ orderId: id, reason: 'changed my mind' });

    expect(effect).toBe('nothing_charged');
    await reaches(api, id, 'cancelled');
    await system.fact('inventory.released', id);
    await intentIsClosed(id);
  });

  test('once confirmed: delivery answers first, then the authorisation is voided and the stock is back', async () => {
    await outside.control('carrier', { hold: true });
    const { id } = await place();
    await becomes(id, 'has a shipment', ({ shipment }) => shipment === 'created');

    const { effect, order } = await api.orders.cancel.mutate({ orderId: id });

    expect([effect, order.status]).toEqual(['void', 'cancelling']);
    await becomes(id, 'is cancelled and voided', (now) => now.status === 'cancelled' && now.payment === 'voided');
    const [answer, end] = [await system.fact('shipment.cancelled', id), await system.fact('order.cancelled', id)];
    expect(end.causationid).toBe(answer.id);
    expect(await outside.intents(id)).toMatchObject([{ status: 'canceled', amount_received: 0 }]);
  });

  test('twice is once; after dispatch it is too late', async () => {
    await outside.control('carrier', { hold: true });
    const twice = await place();
    await becomes(twice.id, 'is confirmed', ({ status }) => status === 'confirmed');
    await Promise.all([1, 2].map(() => api.orders.cancel.mutate({ orderId: twice.id })));
    await reaches(api, twice.id, 'cancelled');
    expect(
      system.heard.filter(({ type, subject }) => type === 'order.cancel_requested' && subject === twice.id),
    ).toHaveLength(1);

    await outside.control('carrier', { hold: false });
    const late = await place();
    await delivered(late.id);
    await expect(api.orders.cancel.mutate({ orderId: late.id })).rejects.toMatchObject({
      data: { reason: 'TOO_LATE_TO_CANCEL' },
    });
  });
});

describe('an order whose authorisation is cancelled at Stripe', () => {
  test('is not sent: the parcel is stopped, staff are asked at once, and what they cancel ends', async () => {
    await outside.control('carrier', { hold: true });
    const { id } = await place({ lines: [{ sku: 'BOTTLE-STEEL-750', quantity: 1 }] });
    await becomes(id, 'has a shipment', ({ shipment }) => shipment === 'created');
    const [intent] = await outside.intents(id);

    await outside.cancelIntent(intent?.id as string);

    expect((await system.fact('payment.unsecured', id)).data).toMatchObject({ code: 'voided', version: 2 });
    expect((await system.fact('shipment.failed', id)).data).toMatchObject({
      code: 'payment_unsecured',
      elsewhere: true,
    });
    await system.fact('inventory.reallocated', id);
    await eventually('staff are asked', async () => {
      const { orders } = await staff.ops.orders.search.query({ attention: true });
      return orders.find((order) => order.id === id)?.attention?.includes('Its payment is not there');
    });

    await staff.orders.cancel.mutate({ orderId: id, reason: 'not paid' });
    const { attention, payment } = await reaches(staff, id, 'cancelled');
    expect([attention, payment]).toEqual([undefined, 'voided']);
  });
});

describe('shipping', () => {
  test('goods in two warehouses travel as two parcels and are paid once', async () => {
    const { id, total } = await place({
      lines: [
        { sku: 'MUG-STONEWARE', quantity: 1 },
        { sku: 'CLOCK-WALL-ASH', quantity: 1 },
      ],
    });

    const { parcels } = await delivered(id);

    expect(parcels.map(({ warehouse, status }) => [warehouse, status]).sort()).toEqual([
      ['BERLIN', 'delivered'],
      ['HAMBURG', 'delivered'],
    ]);
    expect(await outside.intents(id)).toMatchObject([{ status: 'succeeded', amount_received: total.amount }]);
  });

  test('a warehouse that cannot send: another one does', async () => {
    await outside.control('carrier', { unavailableOrigins: ['BERLIN'] });
    const { id } = await place({ lines: [{ sku: 'BLANKET-WOOL', quantity: 1 }] });

    const { parcels } = await delivered(id);

    expect(parcels.map(({ warehouse, status }) => [warehouse, status])).toEqual([
      ['BERLIN', 'replaced'],
      ['HAMBURG', 'delivered'],
    ]);
    await system.fact('inventory.reallocated', id);
  });

  test('no warehouse can send it: cancelled and voided', async () => {
    await outside.control('carrier', { unavailableOrigins: ['BERLIN', 'HAMBURG'] });
    const { id } = await place({ lines: [{ sku: 'TRAY-WALNUT', quantity: 1 }] });

    await becomes(id, 'is cancelled', ({ status, payment }) => status === 'cancelled' && payment === 'voided');
  });

  test('one of two parcels is lost: its lines are refunded, the other arrives', async () => {
    await outside.control('carrier', { hold: true });
    const { id } = await place({
      lines: [
        { sku: 'MUG-STONEWARE', quantity: 1 },
        { sku: 'UMBRELLA-ASH', quantity: 1 },
      ],
    });
    const { parcels } = await becomes(
      id,
      'has two shipments',
      ({ parcels: all }) => all.length === 2 && all.every((one) => one.tracking !== undefined),
    );
    for (const { parcelId, warehouse } of parcels) {
      await outside.scan(`${id}.${parcelId}`, 'picked_up');
      await outside.scan(`${id}.${parcelId}`, warehouse === 'HAMBURG' ? 'lost' : 'delivered');
    }

    const end = await becomes(id, 'is refunded in part', ({ payment }) => payment === 'partially_refunded');

    expect(end.status).toBe('delivered');
    expect(end.refunds).toMatchObject([{ lines: [{ sku: 'UMBRELLA-ASH', quantity: 1 }], status: 'succeeded' }]);
  });
});

describe('editing', () => {
  test('a line taken out in time: neither sent nor charged, and its stock is back', async () => {
    await outside.control('carrier', { hold: true });
    const wanted = [
      { sku: 'HOOKS-IRON-5', quantity: 1 },
      { sku: 'CANDLE-BEESWAX', quantity: 1 },
    ];
    const { id, total } = await place({ lines: wanted });
    await becomes(id, 'has a shipment', ({ shipment }) => shipment === 'created');

    await api.orders.cancel.mutate({ orderId: id, lines: [{ sku: 'CANDLE-BEESWAX', quantity: 1 }] });

    const edited = await becomes(id, 'is edited', ({ edits }) => edits?.[0]?.status === 'done');
    expect(edited.total.amount).toBeLessThan(total.amount);
    expect((await system.fact('inventory.released', id)).data).toMatchObject({
      lines: [{ sku: 'CANDLE-BEESWAX', quantity: 1 }],
    });
    await outside.control('carrier', { hold: false });
    await delivered(id);
    expect(await outside.intents(id)).toMatchObject([{ amount: total.amount, amount_received: edited.total.amount }]);
  });

  test('a line taken out before the order is paid: at once, and less is charged', async () => {
    const wanted = [
      { sku: 'HOOKS-IRON-5', quantity: 1 },
      { sku: 'CANDLE-BEESWAX', quantity: 1 },
    ];
    const { id, total } = await place({ lines: wanted, paymentMethod: DECLINED });
    await paymentDue(id, 'retry');

    const { order } = await api.orders.cancel.mutate({ orderId: id, lines: [{ sku: 'CANDLE-BEESWAX', quantity: 1 }] });

    expect(order).toMatchObject({ lines: [{ sku: 'HOOKS-IRON-5' }], edits: [{ status: 'done', total: order.total }] });
    expect(order.total.amount).toBeLessThan(total.amount);
    await api.orders.retryPayment.mutate({ orderId: id, paymentMethod: 'pm_card_visa' });
    await delivered(id);
    expect(await outside.intents(id)).toMatchObject([{ amount_received: order.total.amount }]);
  });

  test('an address changed in time, and one where the carrier does not go', async () => {
    await outside.control('carrier', { hold: true });
    const address = { name: 'Aino', line1: 'Katu 1', postalCode: '00100', city: 'Helsinki', country: 'FI' };
    const { id } = await place({ address });
    await becomes(id, 'has a shipment', ({ shipment }) => shipment === 'created');
    const by = { orderId: id, reason: 'wrong number' };
    await staff.ops.orders.changeAddress.mutate({ ...by, editId: randomUUID(), address: { line1: 'Katu 2' } });
    await becomes(id, 'goes elsewhere', ({ edits }) => edits?.[0]?.status === 'done');

    await api.orders.changeAddress.mutate({
      orderId: id,
      address: { country: 'CY', postalCode: '1010', city: 'Nicosia' },
    });

    const end = await becomes(id, 'has its answer', ({ edits }) => edits?.[1]?.status === 'refused');
    expect(end.address).toMatchObject({ ...address, line1: 'Katu 2' });
    await system.fact('shipment.edit_refused', id);
    await outside.control('carrier', { hold: false });
    await delivered(id);
  });
});

describe('giving back', () => {
  test('a return: sent back, received, refunded, inspected, and what is sellable on the shelf again', async () => {
    const { id } = await place({ lines: [{ sku: 'HOOKS-IRON-5', quantity: 2 }] });
    await delivered(id);

    const { returnId } = await api.orders.requestReturn.mutate({
      orderId: id,
      lines: [{ sku: 'HOOKS-IRON-5', quantity: 1 }],
      reason: 'one is enough',
    });

    const order = await becomes(id, 'is refunded in part', ({ payment }) => payment === 'partially_refunded');
    expect(order.returns).toMatchObject([{ returnId, status: 'received' }]);
    await system.fact('return.created', id);
    const { returns: waiting } = await staff.ops.returns.list.query();
    expect(waiting).toMatchObject([{ orderId: id, returnId, lines: [{ sku: 'HOOKS-IRON-5', quantity: 1 }] }]);

    const lines = [{ sku: 'HOOKS-IRON-5', sellable: 1 }];
    await staff.ops.returns.inspect.mutate({ orderId: id, returnId, inspectionId: randomUUID(), lines });

    expect((await system.fact('inventory.restocked', id)).data).toMatchObject({
      stock: [{ sku: 'HOOKS-IRON-5', quantity: 1, warehouse: 'BERLIN' }],
    });
    expect((await staff.ops.returns.list.query()).returns).toEqual([]);
  });

  test('a return that is lost on its way is told of and not refunded', async () => {
    const { id } = await place({ lines: [{ sku: 'PEN-FOUNTAIN-F', quantity: 1 }] });
    await delivered(id);
    await outside.control('carrier', { hold: true });
    await api.orders.requestReturn.mutate({
      orderId: id,
      lines: [{ sku: 'PEN-FOUNTAIN-F', quantity: 1 }],
      reason: 'the nib is too fine',
    });
    await becomes(id, 'has a return label', ({ returns }) => returns[0]?.status === 'created');

    await outside.scan(`${id}.r1`, 'picked_up');
    await outside.scan(`${id}.r1`, 'lost');

    const order = await becomes(id, 'has a failed return', ({ returns }) => returns[0]?.status === 'failed');
    expect(order.refunds).toEqual([]);
  });

  test('staff refund in part, then the rest, and never more', async () => {
    const { id, total } = await place();
    await delivered(id);
    const refundId = randomUUID();
    const part = { orderId: id, refundId, amount: { amount: 100, currency: 'EUR' }, reason: 'a scratch' };

    await Promise.all([1, 2, 3].map(() => staff.ops.orders.refund.mutate(part)));
    await becomes(id, 'is refunded in part', ({ refunded }) => refunded?.amount === 100);
    const tooMuch = { ...part, refundId: randomUUID(), amount: { amount: total.amount - 99, currency: 'EUR' } };
    await expect(staff.ops.orders.refund.mutate(tooMuch)).rejects.toMatchObject({
      data: { reason: 'REFUND_TOO_HIGH' },
    });
    await staff.ops.orders.refund.mutate({ orderId: id, refundId: randomUUID(), reason: 'the rest' });

    const order = await becomes(id, 'is refunded', ({ payment }) => payment === 'refunded');
    expect(order.refunded).toEqual(total);
    expect(await outside.refunded(id)).toBe(total.amount);
  });

  test('a refund that fails at the bank: the money is still ours, staff can see it, and the customer is told', async () => {
    const { id, contact } = await place({ paymentMethod: REFUND_FAILS });
    await delivered(id);

    await staff.ops.orders.refund.mutate({ orderId: id, refundId: randomUUID(), reason: 'broken' });

    await system.fact('payment.refund_failed', id);
    await becomes(id, 'has a failed refund', ({ refunds }) => refunds[0]?.status === 'failed');
    await eventually('the customer is told', async () =>
      (await outside.mails(contact.email)).some((subject) => subject.includes('your refund of')),
    );
  });
});

describe('what people do beside the shop', () => {
  test('a charge that is disputed: staff are asked and settle it, once, and then it is won', async () => {
    const { id } = await place();
    await delivered(id);
    const [intent] = await outside.intents(id);
    const dispute = await outside.stripeControl(`payment_intents/${intent?.id}/dispute`, { reason: 'fraudulent' });

    await system.fact('payment.disputed', id);
    await eventually('staff are asked', async () => (await staff.orders.get.query({ orderId: id })).attention);
    const settled = { orderId: id, settleId: randomUUID(), kind: 'dispute', reason: 'answered at Stripe' } as const;
    await staff.ops.orders.settle.mutate(settled);
    await staff.ops.orders.settle.mutate(settled);
    await system.fact('order.settled', id);
    await outside.stripeControl(`disputes/${dispute.id}`, { status: 'won' });

    const order = await eventually('it is won', async () => {
      const now = await staff.orders.get.query({ orderId: id });
      return now.disputes?.[0]?.status === 'won' && now;
    });
    expect(order.attention).toBeUndefined();
  });

  test('a review by Radar asks staff until it is closed', async () => {
    const { id } = await place();
    await becomes(id, 'is authorised', ({ payment }) => payment !== 'none' && payment !== 'authorizing');
    const [intent] = await outside.intents(id);
    const review = await outside.stripeControl(`payment_intents/${intent?.id}/review`, { reason: 'rule' });
    await system.fact('payment.reviewed', id);
    await eventually('staff are asked', async () => (await staff.orders.get.query({ orderId: id })).attention);

    await outside.stripeControl(`reviews/${review.id}`, { closed_reason: 'approved' });

    await eventually('nobody is asked', async () => !(await staff.orders.get.query({ orderId: id })).attention);
    await becomes(id, 'is charged', ({ payment }) => payment === 'captured');
  });

  test('staff book goods that arrive, never what is held, and change the catalogue', async () => {
    const sku = 'LIFECYCLE-NEW';
    const product = { sku, name: 'New', description: 'New', category: 'Desk', image: 'none' };
    const price = { amount: 1_000, currency: 'EUR' };
    const because = () => ({ idempotencyKey: randomUUID(), reason: 'a delivery' });
    await staff.ops.catalogue.create.mutate({ ...product, ...because(), price });
    const goods = { sku, warehouse: 'BERLIN' };
    await staff.ops.stock.receive.mutate({ ...goods, ...because(), quantity: 3 });
    await eventually('three are for sale', async () => (await api.catalog.get.query({ sku })).available === 3);
    const order = await place({ lines: [{ sku, quantity: 2 }] });
    await system.fact('inventory.reserved', order.id);

    const taken = { ...goods, ...because(), quantity: -2 };
    const refused = await eventually('an answer', async () => {
      const { status, available } = await staff.ops.stock.adjust.mutate(taken);
      return status !== 'requested' && { status, available };
    });

    expect(refused).toEqual({ status: 'refused', available: 1 });
    await delivered(order.id);
  });

  test("a guest's order becomes a customer's by its verified address", async () => {
    const { api: url } = system.stack.addresses;
    const [alice] = await makeDemoAccounts(system.stack);
    const { email, password } = alice as NonNullable<typeof alice>;
    const { order } = await apiClient(url).orders.place.mutate(orderOf({ contact: { email } }));
    const signedIn = await fetch(`${url}/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ email, password }),
    });
    const cookie = signedIn.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const own = apiClient(url, undefined, { cookie, origin: url });

    expect(await own.orders.claim.mutate({})).toEqual({ claimed: 1 });
    expect(await own.orders.claim.mutate({})).toEqual({ claimed: 0 });

    await system.fact('order.claimed', order.id);
    const { id: customerId } = await own.profile.get.query();
    expect(await own.orders.get.query({ orderId: order.id })).toMatchObject({ customerId });
  });

  test('a customer is forgotten once the order has ended; its X-ray still has all of it', async () => {
    const { token, addresses } = system.stack;
    const customer = apiClient(addresses.api, await token({ customer: 'forgotten' }));
    await customer.profile.preferences.set.mutate({ notices: {}, locale: 'de' });
    const { order } = await customer.orders.place.mutate(orderOf());
    await reaches(customer, order.id, 'delivered');
    await eventually(
      'charged',
      async () => (await customer.orders.get.query({ orderId: order.id })).payment === 'captured',
    );
    const because = { idempotencyKey: randomUUID(), reason: 'asked for' };

    const { orders } = await staff.ops.customers.erase.mutate({ customer: 'forgotten', ...because });

    expect(orders).toEqual([{ orderId: order.id, number: order.number }]);
    await system.fact('order.erased', order.id);
    await system.fact('customer.erased', 'forgotten');
    const { events } = await staff.ops.orders.xray.query({ orderId: order.id });
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['order.placed', 'shipment.delivered', 'order.erased']),
    );
    expect(await staff.orders.get.query({ orderId: order.id })).toMatchObject({ customerId: 'erased', erased: {} });
  });
});

describe('notices', () => {
  test('an invoice once captured, a credit note once refunded', async () => {
    const { id } = await place();
    await expect(api.orders.invoice.query({ orderId: id })).rejects.toMatchObject({
      data: { reason: 'NO_INVOICE_YET' },
    });
    await delivered(id);
    await staff.ops.orders.refund.mutate({ orderId: id, refundId: randomUUID(), reason: 'goodwill' });
    await becomes(id, 'is refunded', ({ payment }) => payment === 'refunded');

    const { url, creditNotes } = await api.orders.invoice.query({ orderId: id });

    for (const link of [url, creditNotes[0]?.url as string]) {
      const response = await fetch(link);
      expect(response.headers.get('content-type')).toBe('application/pdf');
      expect(
        Buffer.from(await response.arrayBuffer())
          .subarray(0, 5)
          .toString(),
      ).toBe('%PDF-');
    }
  });

  test('a customer who wants German and no mail about delivery gets just that', async () => {
    await api.profile.preferences.set.mutate({ locale: 'de', notices: { order_delivered: { email: false } } });
    await eventually('heard', () => system.heard.some(({ type }) => type === 'customer.preferences_changed'));
    try {
      const email = `jana+${randomUUID()}@example.org`;
      const { id } = await place({ contact: { email } });
      await delivered(id);
      const subjects = await eventually('three mails', async () => {
        const all = await outside.mails(email);
        return all.length >= 3 && all;
      });
      expect(subjects.join()).toMatch(/Bestellung/);
      expect(subjects).toHaveLength(3);
    } finally {
      await api.profile.preferences.set.mutate({});
    }
  });

  test('what became of a message: a text that arrived, a mail that bounced', async () => {
    const email = `bounce+${randomUUID()}@example.org`;
    const { id } = await place({
      shippingMethod: 'express',
      contact: { email, phone: `+4915${Math.floor(1e9 + Math.random() * 9e9)}` },
    });

    await system.fact('notification.delivered', id);
    await system.fact('notification.failed', id);
    await system.fact('message.tracked', id);

    await eventually('the customer is told', async () => (await api.orders.get.query({ orderId: id })).emailProblem);
    const mended = `mended-${randomUUID()}@example.org`;
    const order = await api.orders.changeEmail.mutate({ orderId: id, changeId: randomUUID(), email: mended });
    expect(order).toMatchObject({ contact: { email: mended } });
    expect(order).not.toHaveProperty('emailProblem');
    await system.fact('order.email_changed', id);
    await eventually('the letters', async () => (await outside.mails(mended)).length > 0);
    expect((await staff.ops.orders.search.query({ text: mended })).orders.map((one) => one.id)).toEqual([id]);
  });
});

describe('for staff', () => {
  test('the X-ray of an order: every event with its cause, each hop with attempts, calls and outcome', async () => {
    const { id } = await place();
    await delivered(id);

    const { events, notifications } = await eventually('all hops are there', async () => {
      const xray = await staff.ops.orders.xray.query({ orderId: id });
      return xray.events.every(({ hops }) => hops.every(({ outcome }) => outcome !== 'waiting')) && xray;
    });

    const ids = new Set(events.map((event) => event.id));
    expect(events.filter(({ causedBy }) => causedBy === undefined).map(({ type }) => type)).toContain('order.placed');
    expect(events.every(({ causedBy }) => causedBy === undefined || ids.has(causedBy))).toBe(true);
    const calls = events.flatMap(({ hops }) => hops.flatMap((hop) => hop.calls));
    expect(new Set(calls.map(({ to }) => to))).toEqual(new Set(['stripe', 'carrier', 'smtp']));
    expect(calls.every(({ ms }) => ms >= 0)).toBe(true);
    expect(notifications.length).toBeGreaterThanOrEqual(3);
    await expect(api.ops.orders.xray.query({ orderId: id })).rejects.toMatchObject({ data: { reason: 'FORBIDDEN' } });
  });

  test('what is dead-lettered: listed, inspected, tried dry, redriven, discarded, and audited', async () => {
    const channel = await system.broker.createConfirmChannel();
    channel.publish('orders', 'order.placed', Buffer.from('{"rubbish":true}'), { messageId: 'rubbish-1' });
    await channel.waitForConfirms();
    const inInventory = { worker: 'inventory', eventId: 'rubbish-1' };
    await eventually(
      'dead-lettered',
      async () => (await staff.ops.deadLetters.list.query({ filter: inInventory })).total === 1,
    );

    const letter = await staff.ops.deadLetters.inspect.query(inInventory);
    expect(letter).toMatchObject({ errorClass: 'InvalidEventError', body: { rubbish: true } });
    const dry = await staff.ops.deadLetters.redrive.mutate({ filter: inInventory, reason: 'a look' });
    expect(dry).toMatchObject({ dryRun: true, matched: 1, moved: 0, letters: [{ verdict: 'unreadable' }] });
    const moved = await staff.ops.deadLetters.redrive.mutate({ filter: inInventory, dryRun: false, reason: 'again' });
    expect(moved).toMatchObject({ moved: 1 });
    await eventually('dead-lettered again', async () => {
      const { groups } = await staff.ops.deadLetters.list.query({ filter: inInventory });
      return groups[0]?.example.redriven === 1;
    });
    for (const { worker } of (await staff.ops.deadLetters.list.query({ filter: { eventId: 'rubbish-1' } })).groups) {
      await staff.ops.deadLetters.discard.mutate({
        filter: { worker, eventId: 'rubbish-1' },
        dryRun: false,
        reason: 'rubbish',
      });
    }
    expect((await staff.ops.deadLetters.list.query({ filter: { eventId: 'rubbish-1' } })).total).toBe(0);
    await expect(
      staff.ops.deadLetters.redrive.mutate({ filter: inInventory, dryRun: false, reason: 'once more' }),
    ).rejects.toMatchObject({ data: { reason: 'UNKNOWN_DEAD_LETTER' } });
  });

  test('an order is found by what people know of it', async () => {
    const email = `found+${randomUUID()}@example.org`;
    const { id } = await place({ contact: { email } });
    for (const text of [id, id.slice(-8), email]) {
      const { orders } = await staff.ops.orders.search.query({ text });
      expect(orders.map((order) => order.id)).toContain(id);
    }
  });
});

describe('in the end', () => {
  test('what nobody paid for has expired: the intents closed, the stock back, the customers told', async () => {
    for (const { id } of [unpaid.declined, unpaid.challenged]) {
      const order = await reaches(api, id, 'expired');
      expect(order.payment).not.toBe('captured');
      await system.fact('payment.expired', id);
      await system.fact('inventory.released', id);
      await intentIsClosed(id);
    }
  });

  test('every fact of the choreography was seen on the wire, none that is not in it', async () => {
    const workers = await discoverDefinitions();
    const facts = new Map(workers.flatMap(({ says }) => says.map((fact) => [fact.type, fact] as const)));
    const due = workers.flatMap(({ name, says }) => says.map(({ type }) => `/${name} says ${type}`)).toSorted();
    const seen = () => [...new Set(system.heard.map(({ source, type }) => `${source} says ${type}`))].toSorted();
    await place({ lines: [{ sku: 'PRINT-HARBOUR-LTD', quantity: 9 }] });

    await eventually('all facts', () => due.every((one) => seen().includes(one)), 30_000).catch(() => {});

    expect(seen()).toEqual(due);
    for (const event of system.heard) expect(parseEvent(Buffer.from(JSON.stringify(event)), facts)).toBeDefined();
  });

  test('the auditor finds every document in order', async () => {
    const report = await system.audited();

    expect(report.violations).toEqual([]);
    expect(report.checks.filter(({ skipped }) => skipped !== undefined)).toEqual([]);
    expect(report).toMatchObject({ green: true, scope: 'full' });
    const health = await staff.ops.health.query();
    expect(health.unknown).toEqual([]);
    expect(health.settings).toEqual([]);
  });
});
