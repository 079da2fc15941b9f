import { randomUUID } from 'node:crypto';
import { CarrierScan, type EventOf, OrderPlaced, scanStatusSchema } from '@orderflow/contracts';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf, postWebhook } from '../testing/client.ts';
import { breakableProxy } from '../testing/network.ts';
import { orderFor } from '../testing/orders.ts';
import { testGateway, tokenOf, WEBHOOK_SECRET } from '../testing/processes.ts';
import { signatureOf } from './signature.ts';

let workers: WorkerFixture;
let way: Awaited<ReturnType<typeof breakableProxy>>;
let gateway: RunningGateway;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  way = await breakableProxy(workers.amqpUrl);
  gateway = await testGateway({ ...workers, amqpUrl: way.url }, inject('infrastructure'));
  await gateway.ready;
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
  const { orders } = clientOf(gateway.url, await tokenOf('alice'));
  orderId = (await orders.place.mutate(orderFor('carrier-1'))).order.id;
});
afterAll(async () => {
  await gateway?.stop();
  await way?.close();
  await workers?.close();
});

let orderId: string;
const scanOf = (over: object = {}) => ({
  type: 'shipment.scan',
  id: `scn_${randomUUID()}`,
  shipmentId: 'shp_1',
  reference: `${orderId}.1`,
  orderId,
  trackingNumber: 'OF1',
  status: 'picked_up',
  rank: 1,
  scanAt: new Date().toISOString(),
  location: 'Berlin',
  description: 'Picked up from the sender',
  ...over,
});

async function send(scan: unknown, signature?: string | null) {
  const body = typeof scan === 'string' ? scan : JSON.stringify(scan);
  const given = signature === undefined ? signatureOf(body, WEBHOOK_SECRET, new Date()) : signature;
  const answer = await postWebhook(gateway.url, 'carrier', body, given === null ? {} : { 'carrier-signature': given });
  return answer;
}

const published = () => workers.heard.filter(({ type }) => type === 'carrier.scan');
const scanFact = (id: string) => workers.fact(CarrierScan, orderId, ({ data }) => data.scanId === id);

test('a signed scan is published before it is answered', async () => {
  const scan = scanOf();
  expect(await send(scan)).toEqual({ status: 200, body: { received: true } });
  const event = await scanFact(scan.id);
  const { id: scanId, shipmentId, trackingNumber, status, scanAt, location } = scan;
  expect(event).toMatchObject({ source: '/gateway', time: scanAt });
  expect(event.data).toEqual({ scanId, shipmentId, trackingNumber, status, scanAt, location });
});

test("it carries on the order's trace", async () => {
  const placed = await workers.fact(OrderPlaced, orderId);
  const scan = scanOf();
  await send(scan);
  expect((await scanFact(scan.id)).traceparent).toBe(placed.traceparent);
});

test.each(scanStatusSchema.options)('a scan of status %s is followed', async (status) => {
  const scan = scanOf({ status });
  expect(await send(scan)).toEqual({ status: 200, body: { received: true } });
  expect((await scanFact(scan.id)).data.status).toBe(status);
});

describe('the order is found', () => {
  test.each([
    ['by orderId, whatever the reference', () => ({ reference: 'WAREHOUSE-7' })],
    ["by a parcel's reference", () => ({ orderId: undefined })],
    ["by a return's reference", () => ({ orderId: undefined, reference: `${orderId}.r1` })],
    ['by a reference that is the order id itself', () => ({ orderId: undefined, reference: orderId })],
  ])('%s', async (_, over) => {
    const scan = scanOf(over());
    expect(await send(scan)).toEqual({ status: 200, body: { received: true } });
    await scanFact(scan.id);
  });
});

test('a scan that is sent three times at once is the same fact', async () => {
  const scan = scanOf();
  const answers = await Promise.all([send(scan), send(scan), send(scan)]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  const all = await eventually('all three', () => {
    const events = (published() as EventOf<typeof CarrierScan>[]).filter(({ data }) => data.scanId === scan.id);
    return events.length === 3 && events;
  });
  expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  expect(new Set(all.map(({ time }) => time)).size).toBe(1);
});

test('a scan of an order that we do not know is taken and left at that', async () => {
  const before = published().length;
  const answer = await send(scanOf({ orderId: randomUUID() }));
  expect(answer).toEqual({ status: 200, body: { received: true, followed: false } });
  expect(published()).toHaveLength(before);
});

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

test.each([['with a status that we do not know', { status: 'eaten' }]])(
  'a scan %s is left at that, and not asked for again',
  async (_, over) => {
    const before = published().length;
    expect(await send(scanOf(over))).toEqual({ status: 200, body: { received: true, followed: false } });
    const next = scanOf();
    await send(next);
    await scanFact(next.id);
    expect(published()).toHaveLength(before + 1);
  },
);

test.each([
  ['without a zone', () => new Date().toISOString().slice(0, 19), 'no_zone'],
  ['an hour ahead', () => minutesAgo(-60).toISOString(), 'ahead'],
  ['of 1970', () => '1970-01-01T00:00:00.000Z', 'behind'],
  ['of year 1', () => '0001-01-01T00:00:00Z', 'behind'],
  ['of the day before the order', () => minutesAgo(24 * 60).toISOString(), 'behind'],
  ['in words', () => 'yesterday', 'unreadable'],
])('a scan with a clock %s is followed as of when we heard of it, marked, with what was said', async (_, at, clock) => {
  const before = Date.now();
  const scan = scanOf({ scanAt: at() });
  expect(await send(scan)).toEqual({ status: 200, body: { received: true } });
  const { data } = await scanFact(scan.id);
  expect(data).toMatchObject({ clock, said: scan.scanAt, receivedAt: data.scanAt });
  expect(Date.parse(data.scanAt)).toBeGreaterThanOrEqual(before - 1_000);
});

describe('refused, and nothing is published', () => {
  const body = JSON.stringify({ id: 'a scan' });
  test.each([
    ['no signature', null],
    ["another secret's signature", signatureOf(body, 'another secret', new Date())],
    ['an old signature', signatureOf(body, WEBHOOK_SECRET, minutesAgo(6))],
    ['a signature from the future', signatureOf(body, WEBHOOK_SECRET, minutesAgo(-6))],
    ["another body's signature", signatureOf('{}', WEBHOOK_SECRET, new Date())],
  ])('%s: 401', async (_, signature) => {
    const before = published().length;
    expect((await send(body, signature)).status).toBe(401);
    expect(published()).toHaveLength(before);
  });

  test.each([
    ['not JSON', '{', 'body'],
    ['no shipment', { shipmentId: undefined }, 'shipmentId'],
    ['no status', { status: undefined }, 'status'],
    ['a reference that is no order id', { orderId: undefined, reference: 'ord-1' }, 'reference'],
    ['an order id that is none', { orderId: 'ord-1' }, 'orderId'],
    ['another kind of event', { type: 'invoice.sent' }, 'type'],
  ])('%s: 400', async (_, over, field) => {
    const before = published().length;
    expect(await send(typeof over === 'string' ? over : scanOf(over))).toMatchObject({
      status: 400,
      body: { error: { field } },
    });
    expect(published()).toHaveLength(before);
  });
});

test('while the broker is away the carrier is asked to try again', async () => {
  way.cut();
  await eventually('the loss is noticed', () => gateway.service.publisher.unavailable !== undefined);
  const scan = scanOf();
  expect((await send(scan)).status).toBe(503);
  way.mend();
  await eventually('it is taken', async () => (await send(scan)).status === 200);
  await scanFact(scan.id);
});
