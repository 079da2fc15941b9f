import { randomUUID } from 'node:crypto';
import { CarrierScan } from '@orderflow/contracts';
import { eventually, type TestBed, testBed } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { breakableWay } from '../testing/network.ts';
import { testGateway, WEBHOOK_SECRET } from '../testing/processes.ts';
import { signatureOf } from './signature.ts';

let bed: TestBed;
let way: Awaited<ReturnType<typeof breakableWay>>;
let gateway: RunningGateway;

beforeAll(async () => {
  bed = await testBed(inject('infrastructure'));
  way = await breakableWay(bed.amqpUrl);
  gateway = await testGateway({ ...bed, amqpUrl: way.url }, inject('infrastructure'));
  await eventually('the broker', () => gateway.service.publisher.unavailable === undefined);
});
afterAll(async () => {
  await gateway?.stop();
  await way?.close();
  await bed?.close();
});

const scanOf = (over: object = {}) => ({
  type: 'shipment.scan',
  id: `scn_${randomUUID()}`,
  shipmentId: 'shp_1',
  reference: randomUUID(),
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
  const response = await fetch(`${gateway.url}/webhooks/carrier`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(given === null ? {} : { 'carrier-signature': given }) },
    body,
  });
  return { status: response.status, body: (await response.json()) as { error?: { field?: string } } };
}

const published = () => bed.heard.filter(({ type }) => type === 'carrier.scan');

test('a signed scan is published before it is answered', async () => {
  const scan = scanOf();
  expect(await send(scan)).toEqual({ status: 200, body: { received: true } });
  const event = await bed.fact(CarrierScan, scan.reference);
  const { id: scanId, shipmentId, trackingNumber, status, scanAt, location } = scan;
  expect(event).toMatchObject({ source: '/gateway', time: scanAt });
  expect(event.data).toEqual({ scanId, shipmentId, trackingNumber, status, scanAt, location });
});

test('a scan that is sent again is the same fact', async () => {
  const scan = scanOf();
  await send(scan);
  await send(scan);
  const both = await eventually('both', () => {
    const events = published().filter(({ subject }) => subject === scan.reference);
    return events.length === 2 && events;
  });
  expect(both[0]?.id).toBe(both[1]?.id);
  expect(both[0]).toMatchObject({ time: both[1]?.time });
});

describe('refused, and nothing is published', () => {
  const body = JSON.stringify(scanOf());
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
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
    ['no shipment', scanOf({ shipmentId: undefined }), 'shipmentId'],
    ['an unknown status', scanOf({ status: 'eaten' }), 'status'],
    ['a reference that is no order id', scanOf({ reference: 'ord-1' }), 'reference'],
    ['no time', scanOf({ scanAt: 'yesterday' }), 'scanAt'],
    ['a scan from the future', scanOf({ scanAt: minutesAgo(-10).toISOString() }), 'scanAt'],
    ['another kind of event', scanOf({ type: 'invoice.sent' }), 'type'],
  ])('%s: 400', async (_, scan, field) => {
    const before = published().length;
    expect(await send(scan)).toMatchObject({ status: 400, body: { error: { field } } });
    expect(published()).toHaveLength(before);
  });

  test('a status that no fact stands for is taken and left at that', async () => {
    const before = published().length;
    expect(await send(scanOf({ status: 'lost' }))).toEqual({ status: 200, body: { received: true, followed: false } });
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
  await bed.fact(CarrierScan, scan.reference);
});
