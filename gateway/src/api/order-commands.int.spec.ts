import { randomUUID } from 'node:crypto';
import {
  InventoryReserved,
  OrderCancelRequested,
  type OrderParcel,
  OrderPaymentRetried,
  OrderReturnRequested,
  PaymentAuthorized,
} from '@orderflow/contracts';
import { startStripe } from '@orderflow/emulator-stripe';
import type { Service, Stored } from '@orderflow/runtime';
import { eventFor, eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { OrderState } from '../orders/order-state.ts';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf, rawCall } from '../testing/client.ts';
import { orderFor } from '../testing/orders.ts';
import { testGateway, testOrderProcess, tokenOf } from '../testing/processes.ts';

let workers: WorkerFixture;
let gateway: RunningGateway;
let emulator: Awaited<ReturnType<typeof startStripe>>;
let tokens: Record<'alice' | 'bob' | 'carol', string>;
let orders: ReturnType<typeof clientOf>['orders'];

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  emulator = await startStripe();
  gateway = await testGateway(workers, inject('infrastructure'), { STRIPE_API_URL: emulator.url });
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  tokens = { alice: await tokenOf('alice'), bob: await tokenOf('bob'), carol: await tokenOf('carol', 'staff') };
  orders = clientOf(gateway.url, tokens.alice).orders;
});
afterAll(async () => {
  await gateway?.stop();
  await emulator?.close();
  await workers?.close();
});

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const aMinuteAgo = () => new Date(Date.now() - 60_000).toISOString();
const collection = () => workers.database.collection('orders');
type Document = OrderState & Pick<Stored<OrderState>, 'revision' | 'outbox'>;
const document = async (id: string) => (await collection().findOne({ _id: id } as never)) as unknown as Document;
/** All but the outbox, which is emptied by the way. */
const untouched = async (id: string) => ({ ...(await document(id)), outbox: [], outboxAt: null, relayed: [] });
/** What is added before that waits for the sweeper. */
const outboxIsEmptied = (id: string) =>
  eventually('an empty outbox', async () => (await document(id)).outbox === undefined);
const facts = (type: string, id: string) =>
  workers.heard.filter((event) => event.type === type && event.subject === id);

/** An order of Alice's, two mugs, brought into this state as if its facts had been heard. */
async function orderIn(state: Partial<OrderState> = {}): Promise<string> {
  const { order } = await orders.place.mutate(orderFor(`command-${randomUUID()}`));
  if (Object.keys(state).length > 0) {
    await collection().updateOne({ _id: order.id } as never, { $set: state, $inc: { revision: 1 } });
  }
  return order.id;
}
const parcel = (status: OrderParcel['status']): OrderParcel => ({
  parcelId: '1',
  warehouse: 'BERLIN',
  lines: [{ sku: 'MUG-ENAMEL-RED', quantity: 2 }],
  status,
});
const retryDue = () => ({ need: 'retry', attempt: 1, attemptsLeft: 4, until: inAnHour() }) as const;
const call = (procedure: string, input: object, token: string | undefined = tokens.alice, method?: 'GET') =>
  rawCall(gateway.url, procedure, input, { ...(token === '' ? {} : { token }), ...(method ? { method } : {}) });

describe('orders.cancel', () => {
  test.each([
    ['pending', 'none', 'nothing_charged'],
    ['confirmed', 'authorized', 'void'],
    ['confirmed', 'captured', 'refund'],
  ] as const)('of an order that is %s and whose payment is %s: %s', async (stage, payment, effect) => {
    const orderId = await orderIn({ status: stage, payment });
    await outboxIsEmptied(orderId);
    const answer = await orders.cancel.mutate({ orderId, reason: 'Changed my mind' });
    expect(answer).toMatchObject({ effect, order: { id: orderId, status: 'cancelling' } });
    const { data, source, traceparent } = await workers.fact(OrderCancelRequested, orderId);
    expect(source).toBe('/gateway');
    expect(data).toMatchObject({ stage, actor: 'customer', reason: 'Changed my mind' });
    const stored = await document(orderId);
    expect(stored.traceparent).toBe(traceparent);
    expect(stored.cancel).toMatchObject({ cancelId: data.cancelId, stage });
    expect(stored.timeline.at(-1)).toMatchObject({ type: 'order.cancel_requested' });
    await outboxIsEmptied(orderId);
  });

  test('two at once, and a third later, are one cancellation and one fact', async () => {
    const orderId = await orderIn();
    const both = await Promise.all([orders.cancel.mutate({ orderId }), orders.cancel.mutate({ orderId })]);
    const third = await orders.cancel.mutate({ orderId, reason: 'Really' });
    expect(both.map(({ order }) => order.status)).toEqual(['cancelling', 'cancelling']);
    expect(third.order.revision).toBe((await document(orderId)).revision);
    const { data } = await workers.fact(OrderCancelRequested, orderId);
    expect((await document(orderId)).cancel?.cancelId).toBe(data.cancelId);
    expect(facts('order.cancel_requested', orderId)).toHaveLength(1);
  });

  test.each([
    ['shipped', {}, 'TOO_LATE_TO_CANCEL'],
    ['delivered', {}, 'TOO_LATE_TO_CANCEL'],
    ['confirmed', { parcels: [parcel('dispatched')] }, 'TOO_LATE_TO_CANCEL'],
    ['rejected', {}, 'ALREADY_ENDED'],
    ['payment_failed', {}, 'ALREADY_ENDED'],
    ['expired', {}, 'ALREADY_ENDED'],
  ] as const)('too late when it is %s %j: typed, and nothing changes', async (status, over, reason) => {
    const orderId = await orderIn({ status, ...over } as unknown as Partial<OrderState>);
    const before = await untouched(orderId);
    expect(await call('orders.cancel', { orderId })).toMatchObject({
      status: 409,
      error: { reason, field: 'orderId' },
    });
    expect(await untouched(orderId)).toEqual(before);
    expect(facts('order.cancel_requested', orderId)).toHaveLength(0);
  });

  test('by staff: the fact names staff', async () => {
    const orderId = await orderIn();
    await clientOf(gateway.url, tokens.carol).orders.cancel.mutate({ orderId, reason: 'Fraud' });
    expect((await workers.fact(OrderCancelRequested, orderId)).data).toMatchObject({ actor: 'staff', reason: 'Fraud' });
  });
});

describe('orders.retryPayment', () => {
  test('takes another payment method while the hold lasts', async () => {
    const orderId = await orderIn({ payment: 'authorizing', paymentDue: retryDue() });
    const order = await orders.retryPayment.mutate({ orderId, paymentMethod: 'pm_card_visa' });
    expect(order).toMatchObject({ status: 'pending', payment: 'authorizing' });
    expect(order).not.toHaveProperty('paymentDue');
    expect((await workers.fact(OrderPaymentRetried, orderId)).data).toEqual({
      paymentMethod: 'pm_card_visa',
      attempt: 2,
    });
    expect(await document(orderId)).toMatchObject({ paymentAttempt: 2 });
  });

  test('two at once: one attempt, the other is told that nothing is due', async () => {
    const orderId = await orderIn({ paymentDue: retryDue() });
    const input = { orderId, paymentMethod: 'pm_card_visa' };
    const answers = await Promise.all([call('orders.retryPayment', input), call('orders.retryPayment', input)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.error).toMatchObject({ reason: 'PAYMENT_NOT_DUE' });
    await workers.fact(OrderPaymentRetried, orderId);
    expect(facts('order.payment_retried', orderId)).toHaveLength(1);
    expect(await document(orderId)).toMatchObject({ paymentAttempt: 2 });
  });

  test.each([
    ['nothing is due', {}, 'PAYMENT_NOT_DUE'],
    ['it is paid', { status: 'confirmed' }, 'PAYMENT_NOT_DUE'],
    ['the hold has ended', { paymentDue: { ...retryDue(), until: aMinuteAgo() } }, 'TOO_LATE_TO_PAY'],
    ['five attempts were made', { paymentAttempt: 5, paymentDue: retryDue() }, 'NO_ATTEMPTS_LEFT'],
    ['it was cancelled', { status: 'cancelled', paymentDue: retryDue() }, 'ALREADY_ENDED'],
    ['it has expired', { status: 'expired' }, 'TOO_LATE_TO_PAY'],
  ] as const)('refused when %s: typed, and nothing changes', async (_, state, reason) => {
    const orderId = await orderIn(state as Partial<OrderState>);
    const before = await untouched(orderId);
    const answer = await call('orders.retryPayment', { orderId, paymentMethod: 'pm_card_visa' });
    expect(answer).toMatchObject({ status: 409, error: { reason, field: 'orderId' } });
    expect(await untouched(orderId)).toEqual(before);
  });

  test('is not for staff, and takes no card data', async () => {
    const orderId = await orderIn({ paymentDue: retryDue() });
    const byStaff = await call('orders.retryPayment', { orderId, paymentMethod: 'pm_card_visa' }, tokens.carol);
    expect(byStaff).toMatchObject({ status: 403, error: { reason: 'FORBIDDEN' } });
    const cardData = await call('orders.retryPayment', { orderId, paymentMethod: '4242424242424242' });
    expect(cardData).toMatchObject({ status: 400, error: { reason: 'INVALID_INPUT', field: 'paymentMethod' } });
  });
});

describe('orders.paymentChallenge', () => {
  const stripe = () => new Stripe('sk_test_1', { host: '127.0.0.1', port: emulator.port, protocol: 'http' });
  const intentThatAsks = (orderId: string) =>
    stripe().paymentIntents.create({
      amount: 3_915,
      currency: 'eur',
      capture_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_threeDSecure2Required',
      return_url: 'https://shop.example/back',
      metadata: { orderId },
    });
  async function challenged(over: Partial<OrderState> = {}) {
    const orderId = await orderIn();
    const intent = await intentThatAsks(orderId);
    const paymentDue = { need: 'challenge', attempt: 1, until: inAnHour() } as const;
    const state = { payment: 'action_required', intentId: intent.id, paymentDue, ...over };
    await collection().updateOne({ _id: orderId } as never, { $set: state });
    return { orderId, intent, until: paymentDue.until };
  }
  const refused = (orderId: string, token?: string) => call('orders.paymentChallenge', { orderId }, token, 'GET');

  test("gives the owner Stripe's client secret, which is stored nowhere", async () => {
    const { orderId, intent, until } = await challenged();
    const answer = await orders.paymentChallenge.query({ orderId });
    // Only a stand-in for Stripe names the bank's page.
    const url = intent.next_action?.redirect_to_url?.url;
    expect(answer).toEqual({ intentId: intent.id, clientSecret: intent.client_secret, url, until });
    expect(JSON.stringify(await document(orderId))).not.toContain(intent.client_secret);
  });

  test('none is due', async () => {
    const orderId = await orderIn({ paymentDue: retryDue() });
    expect(await refused(orderId)).toMatchObject({ status: 409, error: { reason: 'NO_CHALLENGE_DUE' } });
  });

  test('it was answered, though we have not heard of it yet', async () => {
    const { orderId, intent } = await challenged();
    const address = `${emulator.url}/_control/payment_intents/${intent.id}/authenticate`;
    const headers = { 'content-type': 'application/json' };
    await fetch(address, { method: 'POST', headers, body: JSON.stringify({ outcome: 'succeed' }) });
    expect(await refused(orderId)).toMatchObject({ status: 409, error: { reason: 'NO_CHALLENGE_DUE' } });
  });

  test('its time is up', async () => {
    const { orderId } = await challenged({ paymentDue: { need: 'challenge', attempt: 1, until: aMinuteAgo() } });
    expect(await refused(orderId)).toMatchObject({ status: 409, error: { reason: 'TOO_LATE_TO_PAY' } });
  });

  test('not for staff', async () => {
    const { orderId } = await challenged();
    expect(await refused(orderId, tokens.carol)).toMatchObject({ status: 403, error: { reason: 'FORBIDDEN' } });
  });

  test('Stripe is away', async () => {
    const { orderId } = await challenged();
    const control = (body: object) =>
      fetch(`${emulator.url}/_control`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await control({ outage: true });
    const answer = await refused(orderId);
    await control({ outage: false });
    expect(answer).toMatchObject({ status: 503, error: { reason: 'PROVIDER_UNAVAILABLE' } });
    expect(answer.text).not.toContain('sk_test');
  });
});

describe('orders.requestReturn', () => {
  const delivered = () => orderIn({ status: 'delivered', payment: 'captured', parcels: [parcel('delivered')] });
  const oneMug = [{ sku: 'MUG-ENAMEL-RED', quantity: 1 }];

  test('of delivered lines', async () => {
    const orderId = await delivered();
    const { order, returnId } = await orders.requestReturn.mutate({ orderId, lines: oneMug, reason: 'Chipped' });
    expect(order.returns).toMatchObject([{ returnId, lines: oneMug, reason: 'Chipped', status: 'requested' }]);
    const { data } = await workers.fact(OrderReturnRequested, orderId);
    expect(data).toEqual({ returnId, lines: oneMug, reason: 'Chipped' });
  });

  test('three times at once: one return, one fact', async () => {
    const orderId = await delivered();
    const returnId = randomUUID();
    const ask = () => orders.requestReturn.mutate({ orderId, returnId, lines: oneMug, reason: 'Chipped' });
    const ids = new Set((await Promise.all([ask(), ask(), ask()])).map(({ returnId }) => returnId));
    expect(ids.size).toBe(1);
    await workers.fact(OrderReturnRequested, orderId);
    expect(facts('order.return_requested', orderId)).toHaveLength(1);
  });

  test('twice for the same words without a key: two returns', async () => {
    const orderId = await delivered();
    const ask = () => orders.requestReturn.mutate({ orderId, lines: oneMug, reason: 'Chipped' });
    const [first, second] = [await ask(), await ask()];
    expect(first.returnId).not.toBe(second.returnId);
    expect(second.order.returns).toHaveLength(2);
  });

  test.each([
    [
      'before it was delivered',
      { status: 'shipped', parcels: [parcel('dispatched')] },
      oneMug,
      'NOT_RETURNABLE',
      'orderId',
    ],
    ['of more than arrived', {}, [{ sku: 'MUG-ENAMEL-RED', quantity: 3 }], 'NOT_RETURNABLE', 'lines.0.quantity'],
    ['of another SKU', {}, [{ sku: 'VASE-BUD', quantity: 1 }], 'UNKNOWN_LINE', 'lines.0.sku'],
    ['of nothing', {}, [], 'INVALID_INPUT', 'lines'],
  ] as const)('%s: refused', async (_, over, lines, reason, field) => {
    const orderId = await delivered();
    await collection().updateOne({ _id: orderId } as never, { $set: { status: 'delivered', ...over } });
    const answer = await call('orders.requestReturn', { orderId, lines, reason: 'Chipped' });
    expect(answer).toMatchObject({ error: { reason, field } });
    expect((await document(orderId)).returns).toEqual([]);
  });

  test('too long after delivery: refused', async () => {
    const at = new Date(Date.now() - 31 * 86_400_000).toISOString();
    const timeline = [{ eventId: 'e', type: 'shipment.delivered', source: '/delivery', at, text: 'Delivered' }];
    const orderId = await delivered();
    await collection().updateOne({ _id: orderId } as never, { $set: { timeline } });
    const answer = await call('orders.requestReturn', { orderId, lines: oneMug, reason: 'Chipped' });
    expect(answer).toMatchObject({ status: 409, error: { reason: 'NOT_RETURNABLE', field: 'orderId' } });
  });
});

describe('strangers and guests', () => {
  const inputs = {
    cancel: {},
    retryPayment: { paymentMethod: 'pm_card_visa' },
    requestReturn: { lines: [{ sku: 'MUG-ENAMEL-RED', quantity: 1 }], reason: 'Chipped' },
    paymentChallenge: {},
    invoice: {},
  };
  const methodOf = (name: string) => (['paymentChallenge', 'invoice'].includes(name) ? 'GET' : undefined);

  test.each(Object.entries(inputs))('orders.%s of somebody else: as if it did not exist', async (name, input) => {
    const orderId = await orderIn({ paymentDue: retryDue() });
    const before = await untouched(orderId);
    const { trackingToken } = await clientOf(gateway.url).orders.place.mutate(orderFor(`guest-${randomUUID()}`));
    for (const token of [tokens.bob, trackingToken as string]) {
      const answer = await call(`orders.${name}`, { orderId, ...input }, token, methodOf(name));
      expect(answer).toMatchObject({ status: 404, error: { reason: 'ORDER_NOT_FOUND', field: 'orderId' } });
    }
    const nobody = await call(`orders.${name}`, { orderId, ...input }, '', methodOf(name));
    expect(nobody).toMatchObject({ status: 401, error: { reason: 'UNAUTHENTICATED' } });
    const unknown = await call(`orders.${name}`, { orderId: randomUUID(), ...input }, tokens.alice, methodOf(name));
    expect(unknown).toMatchObject({ status: 404, error: { reason: 'ORDER_NOT_FOUND' } });
    expect(await untouched(orderId)).toEqual(before);
  });

  test("a guest's tracking token pays for, cancels and returns its own order", async () => {
    const placed = async (state: object) => {
      const { order, trackingToken } = await clientOf(gateway.url).orders.place.mutate(orderFor(`own-${randomUUID()}`));
      await collection().updateOne({ _id: order.id } as never, { $set: state });
      return { orderId: order.id, own: clientOf(gateway.url, trackingToken).orders };
    };
    const due = await placed({ paymentDue: retryDue() });
    await due.own.retryPayment.mutate({ orderId: due.orderId, paymentMethod: 'pm_card_visa' });
    expect((await due.own.cancel.mutate({ orderId: due.orderId })).effect).toBe('nothing_charged');
    const home = await placed({ status: 'delivered', parcels: [parcel('delivered')] });
    await home.own.requestReturn.mutate({ orderId: home.orderId, ...inputs.requestReturn });
  });
});

describe('cancel against confirm, at the document', () => {
  let worker: Service;
  beforeAll(async () => {
    worker = await testOrderProcess(workers, inject('infrastructure'));
  });
  afterAll(() => worker?.stop());

  test('whoever is first, the order ends up cancelled once, and its confirmation is never said after', async () => {
    const parcels = [{ parcelId: '1', warehouse: 'BERLIN', lines: [{ sku: 'MUG-ENAMEL-RED', quantity: 2 }] }];
    const ids = await Promise.all(Array.from({ length: 8 }, () => orderIn()));
    await workers.publisher.publish(
      ids.map((id) =>
        eventFor(InventoryReserved, id, {
          lines: [{ sku: 'MUG-ENAMEL-RED', quantity: 2 }],
          parcels,
          holdUntil: inAnHour(),
        }),
      ),
    );
    await eventually('stock is held', async () => {
      const stored = await Promise.all(ids.map(document));
      return stored.every((order) => order.parcels.length === 1);
    });

    await Promise.all(
      ids.flatMap((id) => [
        workers.publisher.publish([
          eventFor(PaymentAuthorized, id, {
            amount: { amount: 3_915, currency: 'EUR' },
            captureBefore: inAnHour(),
            intentId: 'pi_1',
          }),
        ]),
        orders.cancel.mutate({ orderId: id }),
      ]),
    );
    for (const id of ids) {
      const { data } = await workers.fact(OrderCancelRequested, id);
      const order = await eventually('both are on the order', async () => {
        const stored = await document(id);
        return stored.timeline.some(({ type }) => type === 'payment.authorized') && stored;
      });
      const confirmed = facts('order.confirmed', id).length;
      // Confirmed first: delivery is asked. Cancelled first: the payment changes nothing any more.
      expect({ stage: data.stage, confirmed }).toEqual(
        data.stage === 'confirmed' ? { stage: 'confirmed', confirmed: 1 } : { stage: 'pending', confirmed: 0 },
      );
      expect(['cancelling', 'cancelled']).toContain(order.status);
      expect(facts('order.cancel_requested', id)).toHaveLength(1);
      expect(order.timeline.filter(({ type }) => type === 'order.cancel_requested')).toHaveLength(1);
    }
  });
});
