import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { DependencyError, PermanentError, UnknownOutcomeError } from '@orderflow/runtime';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { API_KEY, carrierAtHand, confirmed } from '../testing.ts';
import type { Carrier, ShipmentRequest } from './carrier.ts';
import { httpCarrier } from './http-carrier.ts';

let atHand: Awaited<ReturnType<typeof carrierAtHand>>;
let carrier: Carrier;

beforeAll(async () => {
  atHand = await carrierAtHand();
  carrier = httpCarrier({ url: `${atHand.url}/`, apiKey: API_KEY, timeoutMs: 500 });
});
afterEach(() => atHand.misbehave());
afterAll(() => atHand?.close());

const soon = () => AbortSignal.timeout(5_000);

function requestFor(reference: string, address: Parameters<typeof confirmed>[1] = {}): ShipmentRequest {
  const { lines, address: recipient, contact } = confirmed(reference, address).data;
  return { reference, service: 'express', readyAt: '2026-01-01T12:01:00.000Z', lines, recipient, contact };
}
async function created(reference: string) {
  const result = await carrier.create(requestFor(reference), soon());
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

  test('creates one shipment however often it is asked for the same order', async () => {
    const reference = randomUUID();
    const first = await created(reference);
    expect(await created(reference)).toEqual(first);
    expect(await carrier.find(reference, soon())).toEqual(first);
  });

  test('finds nothing for an order it does not know, or whose shipment is cancelled', async () => {
    const reference = randomUUID();
    expect(await carrier.find(reference, soon())).toBeNull();
    const { shipmentId } = await created(reference);
    await carrier.cancel(shipmentId, soon());
    expect(await carrier.find(reference, soon())).toBeNull();
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
    expect(result).toMatchObject({ refused: { code, reason: expect.stringMatching(/\w/) } });
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
    expect(failure).toBeInstanceOf(DependencyError);
  });
});
