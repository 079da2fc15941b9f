import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createWebServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import {
  classify,
  DependencyError,
  NotYetError,
  notingCalls,
  type OutsideCall,
  PermanentError,
  TransientError,
  UnknownOutcomeError,
} from '@orderflow/runtime';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { API_KEY, type CarrierAtHand, carrierAtHand } from '../testing/carrier.ts';
import { confirmed, warehouses } from '../testing/orders.ts';
import type { Carrier, ShipmentRequest } from './carrier.ts';
import { httpCarrier } from './http-carrier.ts';

let atHand: CarrierAtHand;
let carrier: Carrier;

beforeAll(async () => {
  atHand = await carrierAtHand();
  carrier = httpCarrier({ url: `${atHand.url}/`, apiKey: API_KEY, timeoutMs: 500 });
});
afterEach(() => atHand.misbehave());
afterAll(() => atHand?.close());

const soon = () => AbortSignal.timeout(5_000);

const READY_AT = '2026-01-01T12:01:00.000Z';
function requestFor(orderId: string, address: Parameters<typeof confirmed>[2] = {}): ShipmentRequest {
  const { address: recipient, contact } = confirmed(orderId, undefined, address).data;
  return {
    ...{ orderId, reference: `${orderId}.1`, service: 'express', readyAt: READY_AT, recipient, contact },
    lines: [{ sku: 'MUG-RED', quantity: 2, name: 'Mug, red' }],
    ...{ origin: 'BERLIN', sender: warehouses.addressOf('BERLIN') },
  };
}
/** From the customer to Berlin. */
function returnFor(orderId: string, customerReference: string, address = {}): ShipmentRequest {
  const { origin: _, sender, recipient, ...request } = requestFor(orderId, address);
  return { ...request, reference: `${orderId}.r1`, customerReference, sender: recipient, recipient: sender };
}
async function created(orderId: string) {
  const result = await carrier.create(requestFor(orderId), soon());
  if (!('created' in result)) throw new Error(`Refused: ${result.refused.reason}`);
  return result.created;
}
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

/** An address where somebody listened just now and nobody does any more. */
async function deadAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

describe('a carrier', () => {
  test('creates a shipment, with all that we tell the customer', async () => {
    const parcel = await created(randomUUID());
    expect(parcel).toEqual({
      shipmentId: expect.stringMatching(/./),
      carrier: expect.stringMatching(/./),
      trackingNumber: expect.stringMatching(/./),
      trackingUrl: expect.stringMatching(/^https?:/),
      eta: expect.stringMatching(/^2026-01-\d\dT.*Z$/),
    });
  });

  test('creates one shipment however often it is asked for the same parcel', async () => {
    const orderId = randomUUID();
    const first = await created(orderId);
    expect(await created(orderId)).toEqual(first);
    expect(await carrier.find(`${orderId}.1`, soon())).toMatchObject({ parcel: first, cancelled: false, scans: [] });
  });

  test('finds nothing for a reference it does not know, or whose shipment is cancelled', async () => {
    const orderId = randomUUID();
    expect(await carrier.find(`${orderId}.1`, soon())).toBeNull();
    const { shipmentId } = await created(orderId);
    await carrier.cancel(shipmentId, soon());
    expect(await carrier.find(`${orderId}.1`, soon())).toBeNull();
    expect(await carrier.ofOrder(orderId, soon())).toEqual([]);
    expect(await carrier.status(shipmentId, soon())).toMatchObject({ cancelled: true });
  });

  test('shows where a shipment is, and knows all of an order', async () => {
    const orderId = randomUUID();
    const { shipmentId } = await created(orderId);
    await carrier.create(returnFor(orderId, 'return-1'), soon());
    await atHand.scan(shipmentId, 'picked_up');
    await atHand.scan(shipmentId, 'delivery_failed');
    const scans = [{ status: 'picked_up' }, { status: 'delivery_failed' }];
    expect(await carrier.status(shipmentId, soon())).toMatchObject({
      reference: `${orderId}.1`,
      cancelled: false,
      scans,
    });
    expect(await carrier.status('shp_unknown', soon())).toBeNull();
    expect(await carrier.ofOrder(orderId, soon())).toMatchObject([
      { reference: `${orderId}.1`, scans },
      { reference: `${orderId}.r1`, customerReference: 'return-1', scans: [] },
    ]);
  });

  test('given another return took the number, it is not mistaken for ours', async () => {
    const orderId = randomUUID();
    const first = await carrier.create(returnFor(orderId, 'return-1'), soon());
    expect(await carrier.create(returnFor(orderId, 'return-1'), soon())).toEqual(first);
    const failure = await failureOf(carrier.create(returnFor(orderId, 'return-2'), soon()));
    expect(failure).toBeInstanceOf(NotYetError);
  });

  test('cancels until it has picked the parcel up, twice is once', async () => {
    const [waiting, gone] = [await created(randomUUID()), await created(randomUUID())];
    await atHand.scan(gone.shipmentId, 'picked_up');
    expect(await carrier.cancel(waiting.shipmentId, soon())).toBe('cancelled');
    expect(await carrier.cancel(waiting.shipmentId, soon())).toBe('cancelled');
    expect(await carrier.cancel(gone.shipmentId, soon())).toBe('too late');
    expect(await carrier.cancel('shp_unknown', soon())).toBe('cancelled');
  });

  test.each([
    ['a country it does not serve', { country: 'AQ' }, 'ADDRESS_UNDELIVERABLE'],
    ['a postal code that does not exist', { postalCode: '000' }, 'ADDRESS_UNDELIVERABLE'],
    ['a recipient it cannot read', { postalCode: '1' }, 'INVALID_REQUEST'],
  ])('refuses %s for good, with a reason', async (_, address, code) => {
    const result = await carrier.create(requestFor(randomUUID(), address), soon());
    expect(result).toMatchObject({ refused: { code, reason: expect.stringMatching(/\w/), elsewhere: false } });
    // The customer is at the other end of a return.
    const back = await carrier.create(returnFor(randomUUID(), 'return-1', address), soon());
    expect(back).toMatchObject({ refused: { code, elsewhere: false } });
  });

  test("refuses a warehouse where it cannot collect, and not for the customer's sake", async () => {
    await atHand.misbehave({ unavailableOrigins: ['BERLIN'] });
    const result = await carrier.create(requestFor(randomUUID()), soon());
    expect(result).toMatchObject({ refused: { code: 'ORIGIN_UNAVAILABLE', elsewhere: true } });
  });

  test.each([
    ['does not serve', { country: 'AQ' }, 'ADDRESS_UNDELIVERABLE', {}, true],
    ['cannot read', { postalCode: '1' }, 'INVALID_REQUEST', {}, true],
    ['cannot read, as that of the customer', { postalCode: '1' }, 'INVALID_REQUEST', { postalCode: '1' }, false],
  ])('refuses a warehouse whose address it %s, and says that it is ours', async (_, ours, code, address, elsewhere) => {
    const request = requestFor(randomUUID(), address);
    const result = await carrier.create({ ...request, sender: { ...request.sender, ...ours } }, soon());
    expect(result).toMatchObject({ refused: { code, reason: expect.stringMatching(/\w/), elsewhere, ours: true } });
  });

  test('shows a scan from the future as of now, marked, as its webhooks are read', async () => {
    const { shipmentId } = await created(randomUUID());
    await atHand.scan(shipmentId, 'picked_up');
    await atHand.scan(shipmentId, 'delivered', '2099-01-01T00:00:00Z');
    const before = Date.now();
    const scans = (await carrier.status(shipmentId, soon()))?.scans ?? [];
    expect(scans).toMatchObject([{ status: 'picked_up' }, { status: 'delivered', clock: 'ahead' }]);
    expect(Date.parse(scans[1]?.scanAt ?? '')).toBeGreaterThanOrEqual(before);
  });

  test('is called with a note of each call, without ids', async () => {
    const calls: OutsideCall[] = [];
    const orderId = randomUUID();
    await notingCalls(calls, async () => {
      const { shipmentId } = await created(orderId);
      await carrier.find(`${orderId}.1`, soon());
      await carrier.status(shipmentId, soon());
      await carrier.cancel(shipmentId, soon());
    });
    const operations = ['create', 'list', 'retrieve', 'cancel'].map((name) => `shipments.${name}`);
    expect(calls.map(({ to, operation }) => [to, operation])).toEqual(operations.map((name) => ['carrier', name]));
  });
});

describe('when something is wrong', () => {
  test('given the request is our mistake, it is permanent', async () => {
    const request = { ...requestFor(randomUUID()), readyAt: 'tomorrow' };
    expect(await failureOf(carrier.create(request, soon()))).toBeInstanceOf(PermanentError);
  });

  test('given the key is wrong, it waits for us to mend that', async () => {
    const stranger = httpCarrier({ url: atHand.url, apiKey: 'somebody else' });
    const failure = await failureOf(stranger.create(requestFor(randomUUID()), soon()));
    expect(failure).toBeInstanceOf(DependencyError);
    expect(failure).not.toBeInstanceOf(UnknownOutcomeError);
    expect((failure as Error).message).toContain('CARRIER_API_KEY');
  });

  test.each([
    ['503', 'has not happened', { outage: true }],
    ['500', 'may have happened', { failNext: 1, failWith: 500 }],
    ['a lost answer', 'may have happened', { failAfter: 1 }],
    ['silence', 'may have happened', { latency: 2_000 }],
  ])('given %s, a create is tried again and %s', async (_, what, switches) => {
    await atHand.misbehave(switches);
    const failure = await failureOf(carrier.create(requestFor(randomUUID()), soon()));
    expect(failure).toBeInstanceOf(DependencyError);
    expect(failure instanceof UnknownOutcomeError).toBe(what === 'may have happened');
  });

  test('given nobody listens, nothing was sent', async () => {
    const nobody = httpCarrier({ url: await deadAddress(), apiKey: API_KEY });
    const failure = await failureOf(nobody.create(requestFor(randomUUID()), soon()));
    expect(failure).toBeInstanceOf(DependencyError);
    expect(failure).not.toBeInstanceOf(UnknownOutcomeError);
  });

  test('given the handler’s time is up, the call is given up', async () => {
    await atHand.misbehave({ latency: 2_000 });
    const failure = await failureOf(carrier.find(randomUUID(), AbortSignal.timeout(50)));
    expect(classify(failure)).toBe('transient');
    expect(failure).toBeInstanceOf(TransientError);
  });

  test('given it answers 429, it is tried again, and is no outage of the carrier', async () => {
    await atHand.misbehave({ failNext: 1, failWith: 429 });
    const failure = await failureOf(carrier.create(requestFor(randomUUID()), soon()));
    expect(failure).toBeInstanceOf(TransientError);
    expect(classify(failure)).toBe('transient');
  });

  test.each([
    ['a page of somebody else', '<h1>It works!</h1>', 'dependency'],
    ['a shipment without a tracking number', '{"id":"S1"}', 'transient'],
  ])('given it answers with %s, that is tried again, as a failure of the class %3$s', async (_, body, expected) => {
    const server = createWebServer((_request, response) => response.end(body)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const odd = httpCarrier({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, apiKey: API_KEY });
    expect(classify(await failureOf(odd.create(requestFor(randomUUID()), soon())))).toBe(expected);
    expect(classify(await failureOf(odd.status('S1', soon())))).toBe(expected);
    server.close();
  });
});
