import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AuditReport,
  deadQueue,
  type OrderParcel,
  OrderPlaced,
  OrderRefundRequested,
  workQueue,
} from '@orderflow/contracts';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { OrderState } from '../orders/order-state.ts';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf, rawCall } from '../testing/client.ts';
import { orderFor } from '../testing/orders.ts';
import { testGateway, testOrderProcess, tokenOf } from '../testing/processes.ts';

const AUDITOR_SECRET = 'an auditor secret of the tests';

/** Also amounts that there are not. */
const eur = (amount: number) => ({ amount, currency: 'EUR' });
let workers: WorkerFixture;
let gateway: RunningGateway;
let auditor: Server;
/** What the auditor answers, by path; everything else is 404. */
let answers: Record<string, { status?: number; body: unknown }> = {};
let asked: { path: string; authorization: string | undefined }[] = [];
let carol: string;
let alice: string;
let ops: ReturnType<typeof clientOf>['ops'];
let orders: ReturnType<typeof clientOf>['orders'];

beforeAll(async () => {
  const infrastructure = inject('infrastructure');
  workers = await startWorkerFixture(infrastructure);
  auditor = createServer((request, response) => {
    asked.push({ path: request.url ?? '', authorization: request.headers.authorization });
    const { status = 200, body } = answers[request.url ?? ''] ?? { status: 404, body: {} };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => auditor.once('listening', resolve));
  gateway = await testGateway(workers, infrastructure, {
    AUDITOR_URL: `http://127.0.0.1:${(auditor.address() as AddressInfo).port}`,
    AUDITOR_SECRET,
    RABBITMQ_MANAGEMENT_URL: infrastructure.managementUrl,
  });
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  [alice, carol] = await Promise.all([tokenOf('alice'), tokenOf('carol', 'staff')]);
  orders = clientOf(gateway.url, alice).orders;
  ops = clientOf(gateway.url, carol).ops;
});
afterEach(() => {
  answers = {};
  asked = [];
});
afterAll(async () => {
  await gateway?.stop();
  auditor?.close();
  await workers?.close();
});

const parcel = (status: OrderParcel['status']): OrderParcel => ({
  parcelId: '1',
  warehouse: 'BERLIN',
  lines: [{ sku: 'MUG-ENAMEL-RED', quantity: 2 }],
  status,
});
const oneMug = [{ sku: 'MUG-ENAMEL-RED', quantity: 1 }];
const setState = (id: string, state: Partial<OrderState>) =>
  workers.database.collection('orders').updateOne({ _id: id } as never, { $set: state, $inc: { revision: 1 } });
const refundsOf = async (id: string) =>
  (await workers.database.collection('orders').findOne({ _id: id } as never))?.refunds as OrderState['refunds'];

/** Two mugs: net 28, shipping 4.90, tax 6.25, total 39.15, charged and on their way. */
async function captured(state: Partial<OrderState> = {}): Promise<string> {
  const { order } = await orders.place.mutate(orderFor(`ops-${randomUUID()}`));
  const parcels = [parcel('dispatched')];
  await setState(order.id, { status: 'shipped', payment: 'captured', captured: order.total, parcels, ...state });
  return order.id;
}
const refundFacts = (id: string) =>
  workers.heard.filter(({ type, subject }) => type === 'order.refund_requested' && subject === id);
const call = (procedure: string, input: object, token = carol, method?: 'GET') =>
  rawCall(gateway.url, procedure, input, { token, ...(method ? { method } : {}) });

describe('ops.orders.refund', () => {
  test.each([
    ['an amount', { amount: eur(500) }, 500, []],
    ['lines, with their tax', { lines: oneMug }, 1_666, oneMug],
    ['all that is left', {}, 3_915, [{ sku: 'MUG-ENAMEL-RED', quantity: 2 }]],
    ['lines that are back on the shelf', { lines: oneMug, restock: true }, 1_666, oneMug],
  ])('gives back %s', async (_, over, amount, lines) => {
    const orderId = await captured();
    const refundId = randomUUID();
    const answer = await ops.orders.refund.mutate({ orderId, refundId, reason: 'Chipped', ...over });
    expect(answer).toMatchObject({ refundId, amount: eur(amount) });
    expect(answer.order.refunds).toMatchObject([{ refundId, amount: eur(amount), lines, status: 'requested' }]);
    const { data, source } = await workers.fact(OrderRefundRequested, orderId);
    expect(source).toBe('/gateway');
    const restock = 'restock' in over;
    expect(data).toEqual({
      refundId,
      amount: eur(amount),
      lines,
      restock,
      reason: 'Chipped',
      cause: 'staff',
      actor: 'staff',
    });
  });

  test('the same three times at once, and once more later: one refund, one fact, the same answer', async () => {
    const orderId = await captured();
    const ask = () => ops.orders.refund.mutate({ orderId, refundId, lines: oneMug, reason: 'Chipped' });
    const refundId = randomUUID();
    const first = await Promise.all([ask(), ask(), ask()]);
    const later = await ask();
    expect([...first, later].map(({ amount }) => amount)).toEqual(Array(4).fill(eur(1_666)));
    expect(await refundsOf(orderId)).toHaveLength(1);
    await workers.fact(OrderRefundRequested, orderId);
    expect(refundFacts(orderId)).toHaveLength(1);
  });

  test('eight at once over more than is left: the sum never exceeds what was captured', async () => {
    const orderId = await captured();
    const ask = () =>
      call('ops.orders.refund', { orderId, refundId: randomUUID(), amount: eur(1_000), reason: 'Late' });
    const all = await Promise.all(Array.from({ length: 8 }, ask));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(3);
    const refused = all.filter(({ status }) => status !== 200);
    for (const { error } of refused) expect(['REFUND_TOO_HIGH', 'CONFLICT']).toContain(error.reason);
    expect(await refundsOf(orderId)).toHaveLength(3);
  });

  test('another command with the same id conflicts', async () => {
    const orderId = await captured();
    const refundId = randomUUID();
    await ops.orders.refund.mutate({ orderId, refundId, amount: eur(500), reason: 'Late' });
    const answer = await call('ops.orders.refund', { orderId, refundId, amount: eur(501), reason: 'Late' });
    expect(answer).toMatchObject({ status: 409, error: { reason: 'CONFLICT', field: 'refundId' } });
  });

  const rows: [string, object, number, string, string][] = [
    ['more than is left', { amount: eur(3_916) }, 409, 'REFUND_TOO_HIGH', 'amount.amount'],
    ['nothing', { amount: eur(0) }, 400, 'INVALID_INPUT', 'amount.amount'],
    ['less than nothing', { amount: eur(-5) }, 400, 'INVALID_INPUT', 'amount.amount'],
    ['half a cent', { amount: eur(0.5) }, 400, 'INVALID_INPUT', 'amount.amount'],
    ['another currency', { amount: { amount: 5, currency: 'USD' } }, 400, 'WRONG_CURRENCY', 'amount.currency'],
    ['a SKU of no line', { lines: [{ sku: 'VASE-BUD', quantity: 1 }] }, 400, 'UNKNOWN_LINE', 'lines.0.sku'],
    [
      'more than was ordered',
      { lines: [{ sku: 'MUG-ENAMEL-RED', quantity: 3 }] },
      409,
      'REFUND_TOO_HIGH',
      'lines.0.quantity',
    ],
    ['amount and lines', { amount: eur(1), lines: oneMug }, 400, 'INVALID_INPUT', 'lines'],
    ['no reason', { reason: ' ' }, 400, 'INVALID_INPUT', 'reason'],
    ['an id that is none', { refundId: 'again' }, 400, 'INVALID_INPUT', 'refundId'],
  ];
  test.each(rows)('%s: refused, on record, and nothing changes', async (_, over, status, reason, field) => {
    const orderId = await captured();
    const answer = await call('ops.orders.refund', { orderId, refundId: randomUUID(), reason: 'Late', ...over });
    expect(answer).toMatchObject({ status, error: { reason, field } });
    expect(await refundsOf(orderId)).toEqual([]);
    expect(await auditOf(orderId)).toMatchObject([{ action: 'ops.orders.refund', outcome: 'refused', reason }]);
  });

  test('before anything was charged: refused', async () => {
    const { order } = await orders.place.mutate(orderFor(`ops-${randomUUID()}`));
    const input = { orderId: order.id, refundId: randomUUID(), reason: 'Late' };
    const answer = await call('ops.orders.refund', input);
    expect(answer).toMatchObject({ status: 409, error: { reason: 'NOT_CAPTURED', field: 'orderId' } });
  });

  test('of an order that is not there', async () => {
    const answer = await call('ops.orders.refund', { orderId: randomUUID(), refundId: randomUUID(), reason: 'Late' });
    expect(answer).toMatchObject({ status: 404, error: { reason: 'ORDER_NOT_FOUND' } });
  });
});

const auditOf = (subject: string) => workers.database.collection('audit').find({ subject }).sort({ _id: 1 }).toArray();

describe('the audit', () => {
  test('has who did what to which order, when, and what came of it', async () => {
    const orderId = await captured({ status: 'pending' });
    const refundId = randomUUID();
    await ops.orders.refund.mutate({ orderId, refundId, amount: eur(5), reason: 'Late' });
    await clientOf(gateway.url, carol).orders.cancel.mutate({ orderId, reason: 'Fraud' });
    await call('orders.cancel', { orderId, reason: 'Mine now' }, await tokenOf('bob'));
    expect(await auditOf(orderId)).toEqual([
      expect.objectContaining({
        actor: 'staff:carol',
        action: 'ops.orders.refund',
        input: { orderId, refundId, amount: eur(5), reason: 'Late' },
        outcome: 'done',
        at: expect.any(Date),
      }),
      expect.objectContaining({ actor: 'staff:carol', action: 'orders.cancel', outcome: 'done' }),
      expect.objectContaining({ actor: 'customer:bob', outcome: 'refused', reason: 'ORDER_NOT_FOUND' }),
    ]);
  });

  test('has what the wrong role was refused, orders that staff would place included, and a challenge not due', async () => {
    const { order } = await orders.place.mutate(orderFor(`ops-${randomUUID()}`));
    const orderId = order.id;
    await call('ops.orders.refund', { orderId, refundId: randomUUID(), reason: 'Mine' }, alice);
    await call('orders.retryPayment', { orderId, paymentMethod: 'pm_card_visa' });
    await call('orders.paymentChallenge', { orderId }, carol, 'GET');
    await call('orders.paymentChallenge', { orderId }, alice, 'GET');
    const { idempotencyKey } = orderFor(randomUUID());
    await call('orders.place', { ...orderFor('staff'), idempotencyKey });
    expect(await auditOf(orderId)).toMatchObject([
      { actor: 'customer:alice', action: 'ops.orders.refund', outcome: 'refused', reason: 'FORBIDDEN' },
      { actor: 'staff:carol', action: 'orders.retryPayment', outcome: 'refused', reason: 'FORBIDDEN' },
      { actor: 'staff:carol', action: 'orders.paymentChallenge', outcome: 'refused', reason: 'FORBIDDEN' },
      { actor: 'customer:alice', action: 'orders.paymentChallenge', outcome: 'refused', reason: 'NO_CHALLENGE_DUE' },
    ]);
    expect(await auditOf(idempotencyKey)).toMatchObject([
      { actor: 'staff:carol', action: 'orders.place', outcome: 'refused', reason: 'FORBIDDEN' },
    ]);
  });

  test('keeps no secrets and nothing endless', async () => {
    const subject = `not an order ${randomUUID()}`;
    const input = { orderId: subject, apiToken: 'secret', reason: 'x'.repeat(5_000), 'a.$b': 1 };
    await call('orders.cancel', input);
    const [entry] = await auditOf(subject);
    expect(entry).toMatchObject({
      outcome: 'refused',
      reason: 'INVALID_INPUT',
      input: { apiToken: '(hidden)', a__b: 1 },
    });
    expect(entry?.input.reason).toHaveLength(500);
  });
});

describe('ops.orders.search', () => {
  test('finds by id, its end, e-mail address, customer, status and attention', async () => {
    const customer = `customer-${randomUUID()}`;
    const email = `${randomUUID()}@example.com`;
    const theirs = clientOf(gateway.url, await tokenOf(customer)).orders;
    const { order } = await theirs.place.mutate(orderFor('search-001', { contact: { email } }));
    await setState(order.id, { status: 'shipped', attention: 'No scan for two weeks' });
    const searches = [
      { text: order.id },
      { text: order.id.slice(-10) },
      { text: email.toUpperCase() },
      { text: customer },
      { text: customer, status: 'shipped', attention: true },
    ] as const;
    for (const search of searches) {
      const { orders: found } = await ops.orders.search.query(search);
      expect(
        found.map(({ id }) => id),
        JSON.stringify(search),
      ).toEqual([order.id]);
    }
    const [toStaff] = (await ops.orders.search.query({ text: order.id })).orders;
    expect(toStaff).toMatchObject({ attention: 'No scan for two weeks' });
    const [toOwner] = (await theirs.list.query()).orders;
    expect(toOwner).toMatchObject({ id: order.id, status: 'shipped' });
    expect(toOwner).not.toHaveProperty('attention');
    expect((await ops.orders.search.query({ text: customer, status: 'pending' })).orders).toEqual([]);
    expect((await ops.orders.search.query({ text: customer, attention: false })).orders).toEqual([]);
  });

  test('pages', async () => {
    const text = `pages-${randomUUID()}`;
    const theirs = clientOf(gateway.url, await tokenOf(text)).orders;
    for (const key of ['page-00001', 'page-00002', 'page-00003']) await theirs.place.mutate(orderFor(key));
    const first = await ops.orders.search.query({ text, limit: 2 });
    const second = await ops.orders.search.query({ text, limit: 2, cursor: first.nextCursor });
    expect(first.orders).toHaveLength(2);
    expect(second.orders).toHaveLength(1);
    expect(second).not.toHaveProperty('nextCursor');
  });
});

describe('ops.orders.xray', () => {
  test("is the auditor's", async () => {
    const orderId = randomUUID();
    const xray = { orderId, events: [], notifications: [] };
    answers = { [`/orders/${orderId}/xray`]: { body: xray } };
    expect(await ops.orders.xray.query({ orderId })).toEqual(xray);
    expect(asked).toEqual([{ path: `/orders/${orderId}/xray`, authorization: `Bearer ${AUDITOR_SECRET}` }]);
  });

  test.each([
    ['it knows no such order', 404, 404, 'ORDER_NOT_FOUND'],
    ['it fails', 500, 503, 'AUDITOR_UNAVAILABLE'],
    ['it talks nonsense', 200, 503, 'AUDITOR_UNAVAILABLE'],
  ])('%s', async (_, answered, status, reason) => {
    const orderId = randomUUID();
    answers = { [`/orders/${orderId}/xray`]: { status: answered, body: { nonsense: true } } };
    expect(await call('ops.orders.xray', { orderId }, carol, 'GET')).toMatchObject({ status, error: { reason } });
  });

  test('there is no auditor', async () => {
    const alone = await testGateway(workers, inject('infrastructure'));
    const answer = await rawCall(
      alone.url,
      'ops.orders.xray',
      { orderId: randomUUID() },
      { token: carol, method: 'GET' },
    );
    await alone.stop();
    expect(answer).toMatchObject({ status: 503, error: { reason: 'AUDITOR_UNAVAILABLE' } });
  });
});

describe('ops.health', () => {
  const report: AuditReport = {
    green: true,
    startedAt: new Date().toISOString(),
    ms: 12,
    scope: 'changed',
    orders: 3,
    checks: [],
    violations: [],
  };

  test('tells of queues, outbox, attention and the last audit', async () => {
    const worker = await testOrderProcess(workers, inject('infrastructure'));
    answers = { '/report': { body: report }, '/circuits': { body: { circuitsOpen: ['payment'] } } };
    const orderId = await captured({ attention: 'Look at me' });
    const health = await eventually('the broker has counted', async () => {
      const now = await ops.health.query();
      return now.queues.some(({ consumers, waiting }) => consumers === 1 && waiting === 0) && now;
    });
    expect(health).toMatchObject({ green: false, audit: report, unknown: [], circuitsOpen: ['payment'] });
    expect(health.queues).toEqual([
      { worker: workQueue('order-process'), waiting: 0, retrying: 0, deadLettered: 0, parked: 0, consumers: 1 },
    ]);
    expect(health.attention).toBeGreaterThanOrEqual(1);
    expect(health.outbox).toMatchObject({ waiting: expect.any(Number), oldestSeconds: expect.any(Number) });
    await setState(orderId, {});
    await workers.database.collection('orders').updateMany({}, { $unset: { attention: 1 } });
    answers = { ...answers, '/circuits': { body: { circuitsOpen: [] } } };
    expect(await ops.health.query()).toMatchObject({ green: true, attention: 0 });
    await worker.stop();
  });

  test('is not green when the auditor finds that a setting differs between services', async () => {
    const values = [
      { service: 'gateway', value: 5 },
      { service: 'payment', value: 3 },
    ];
    const settings = [{ setting: 'PAYMENT_ATTEMPTS', values }];
    answers = {
      '/report': { body: report },
      '/circuits': { body: { circuitsOpen: [] } },
      '/settings': { body: { settings } },
    };
    expect(await ops.health.query()).toMatchObject({ green: false, settings });
  });

  test('is not green when the auditor is not, has not looked for long, or cannot be asked', async () => {
    const circuits = { '/circuits': { body: { circuitsOpen: [] } } };
    answers = { ...circuits, '/report': { body: { ...report, green: false } } };
    expect(await ops.health.query()).toMatchObject({ green: false, audit: { green: false } });
    const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
    answers = { ...circuits, '/report': { body: { ...report, startedAt: anHourAgo } } };
    expect(await ops.health.query()).toMatchObject({ green: false, audit: { green: true } });
    answers = { ...circuits, '/report': { status: 500, body: {} } };
    expect(await ops.health.query()).toMatchObject({ green: false, unknown: ['audit'] });
  });

  test('its process notes for the auditor which shared settings it was started with', async () => {
    const notice = await workers.database.collection<{ _id: string }>('settings').findOne({ _id: 'gateway' });
    expect(notice).toMatchObject({ settings: { PAYMENT_ATTEMPTS: 5, HOLD_SECONDS: 900, SELLER_NAME: null } });
  });

  test('names what nobody told it where to ask', async () => {
    const alone = await testGateway(workers, inject('infrastructure'));
    await alone.ready;
    const health = await clientOf(alone.url, carol).ops.health.query();
    await alone.stop();
    expect(health.unknown).toEqual(['queues', 'circuitsOpen', 'settings', 'audit']);
  });
});

describe('ops.deadLetters', () => {
  test('is served: a dead-lettered message is listed and inspected, and one that is not there is typed', async () => {
    const eventId = randomUUID();
    const worker = 'some-worker';
    await workers.channel.assertQueue(deadQueue(worker), { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    workers.channel.sendToQueue(deadQueue(worker), Buffer.from('{"a":1}'), {
      messageId: eventId,
      headers: { 'x-error-class': 'permanent', 'x-error-message': 'No such thing' },
    });
    const { groups } = await eventually('it is listed', async () => {
      const list = await ops.deadLetters.list.query({ filter: { worker } });
      return list.total === 1 && list;
    });
    expect(groups).toMatchObject([{ worker, errorClass: 'permanent', error: 'No such thing', count: 1 }]);
    expect(await ops.deadLetters.inspect.query({ worker, eventId })).toMatchObject({ eventId, body: { a: 1 } });
    const redriven = await call('ops.deadLetters.redrive', { filter: { eventId: randomUUID() }, reason: 'Try again' });
    expect(redriven).toMatchObject({ status: 404, error: { reason: 'UNKNOWN_DEAD_LETTER', field: 'eventId' } });
  });

  async function givenDeadLetters(worker: string, bodies: Record<string, string>) {
    await workers.channel.assertQueue(deadQueue(worker), {
      durable: true,
      arguments: { 'x-queue-type': 'quorum', 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': worker },
    });
    for (const [messageId, body] of Object.entries(bodies)) {
      workers.channel.sendToQueue(deadQueue(worker), Buffer.from(body), { messageId });
    }
    const count = Object.keys(bodies).length;
    await eventually('dead-lettered', async () => {
      const answer = await call('ops.deadLetters.list', { filter: { worker } }, carol, 'GET');
      return answer.status === 200 && answer.text.includes(`"total":${count}`);
    });
  }

  test('a dry run says of what cannot be read that it is unreadable, and asks the auditor of the rest', async () => {
    const worker = `worker-${randomUUID()}`;
    const { order } = await orders.place.mutate(orderFor(`ops-${randomUUID()}`));
    const good = await workers.fact(OrderPlaced, order.id);
    const newer = { ...good, dataschema: 'urn:orderflow:order.placed:v9' };
    const broken = { ...good, data: { ...good.data, lines: 'none' } };
    const all = { good: good, newer, broken };
    await givenDeadLetters(
      worker,
      Object.fromEntries(Object.entries(all).map(([id, one]) => [id, JSON.stringify(one)])),
    );
    answers = { '/verdicts': { body: { verdicts: ['would_retry'] } } };
    const { letters } = await ops.deadLetters.redrive.mutate({ filter: { worker }, reason: 'a look' });
    expect(Object.fromEntries(letters.map(({ eventId, verdict }) => [eventId, verdict]))).toEqual({
      good: 'would_retry',
      newer: 'unreadable',
      broken: 'unreadable',
    });
  });

  test('a redrive that breaks off is on record with what it moved', async () => {
    const worker = `worker-${randomUUID()}`;
    await workers.channel.assertQueue(worker, { durable: true });
    const letters = Array.from({ length: 50 }, (_, n) => `letter-${n}`);
    await givenDeadLetters(worker, Object.fromEntries(letters.map((id) => [id, '{}'])));
    const slowly = { filter: { worker }, dryRun: false, perSecond: 10, reason: 'Again' };
    const redriving = call('ops.deadLetters.redrive', slowly);
    // Once the second is handed over, the gateway has heard from the broker that the first was.
    for (const _ of [1, 2]) await eventually('one is handed over', () => workers.channel.get(worker, { noAck: true }));
    await workers.channel.deleteQueue(deadQueue(worker));
    expect(await redriving).toMatchObject({ status: 503, error: { reason: 'BROKER_UNAVAILABLE' } });
    const [entry] = await auditOf(worker);
    expect(entry).toMatchObject({ outcome: 'refused', reason: 'BROKER_UNAVAILABLE' });
    expect(entry?.effect.moved).toBeGreaterThan(0);
    expect(entry?.effect.eventIds).toEqual(letters.slice(0, entry?.effect.moved));
  });

  test('what is discarded by ids is on record, and nothing else is gone', async () => {
    const worker = `worker-${randomUUID()}`;
    await givenDeadLetters(worker, { first: '{}', second: '{}', third: '{}' });
    const input = { filter: { worker, eventIds: ['first', 'third'] }, reason: 'Rubbish' };
    const dry = await ops.deadLetters.discard.mutate(input);
    expect(dry.letters.map(({ verdict }) => verdict)).toEqual([undefined, undefined]);
    await ops.deadLetters.discard.mutate({ ...input, dryRun: false });
    const [, entry] = await auditOf(worker);
    expect(entry).toMatchObject({ outcome: 'done', effect: { moved: 2, eventIds: ['first', 'third'] } });
    const { total, groups } = await ops.deadLetters.list.query({ filter: { worker } });
    expect({ total, left: groups[0]?.example.eventId }).toEqual({ total: 1, left: 'second' });
  });

  test('nobody told the gateway where the dead-letter queues are', async () => {
    const alone = await testGateway(workers, inject('infrastructure'));
    const answer = await rawCall(alone.url, 'ops.deadLetters.list', {}, { token: carol, method: 'GET' });
    await alone.stop();
    expect(answer).toMatchObject({ status: 503, error: { reason: 'BROKER_UNAVAILABLE' } });
  });
});

test.each([
  ['ops.orders.search', {}, 'GET'],
  ['ops.deadLetters.list', {}, 'GET'],
  ['ops.deadLetters.discard', { filter: { worker: 'payment' }, reason: 'x' }, undefined],
  ['ops.orders.refund', { orderId: randomUUID(), refundId: randomUUID(), reason: 'x' }, undefined],
  ['ops.orders.xray', { orderId: randomUUID() }, 'GET'],
  ['ops.health', {}, 'GET'],
] as const)('%s is for staff only', async (procedure, input, method) => {
  const options = method ? { method } : {};
  const customer = await rawCall(gateway.url, procedure, input, { token: alice, ...options });
  const nobody = await rawCall(gateway.url, procedure, input, options);
  expect(customer).toMatchObject({ status: 403, error: { reason: 'FORBIDDEN' } });
  expect(nobody).toMatchObject({ status: 401, error: { reason: 'UNAUTHENTICATED' } });
});

test('orders and refusals are counted', async () => {
  await orders.place.mutate(orderFor(`count-${randomUUID()}`));
  await clientOf(gateway.url).orders.place.mutate(orderFor(`count-${randomUUID()}`));
  await call('ops.orders.refund', { orderId: randomUUID(), refundId: randomUUID(), reason: 'x' });
  await rawCall(gateway.url, 'orders.steal', {});
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toMatch(/orderflow_orders_placed_total\{who="customer",service="gateway"\} [1-9]/);
  expect(metrics).toMatch(/orderflow_orders_placed_total\{who="guest",service="gateway"\} [1-9]/);
  expect(metrics).toMatch(/orderflow_api_refusals_total\{procedure="ops.orders.refund",reason="ORDER_NOT_FOUND"/);
  expect(metrics).toMatch(/orderflow_api_refusals_total\{procedure="unknown",reason="UNKNOWN_PROCEDURE"/);
});

test('an order that is placed again is counted once', async () => {
  const counted = async () => {
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    return Number(/orderflow_orders_placed_total\{who="customer"[^}]*\} (\d+)/.exec(metrics)?.[1]);
  };
  const input = orderFor(`count-${randomUUID()}`, { locale: 'de' });
  const before = await counted();
  const { order } = await orders.place.mutate(input);
  await orders.place.mutate(input);
  expect(await counted()).toBe(before + 1);
  expect(order.locale).toBe('de');
  expect((await workers.fact(OrderPlaced, order.id)).data.locale).toBe('de');
});
