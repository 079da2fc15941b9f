import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type CarrierOptions, type Shipment, signScan, startCarrier } from './index.ts';

type Answer<T> = { status: number; headers: Headers; body: T };
type Refusal = { error: { code: string; fields?: { field: string }[] } };
let carrier: Awaited<ReturnType<typeof startCarrier>>;
const order = {
  reference: 'ord-1',
  orderId: '01J',
  service: 'standard',
  recipient: { name: 'Ada <b>', line1: 'Dam 1', city: 'Amsterdam', postalCode: '1012 JS', country: 'NL' },
  contact: { email: 'ada@example.com' },
};

async function start(options: CarrierOptions = {}) {
  carrier = await startCarrier({ apiKey: 'key', webhookSecret: 'secret', speed: 1, ...options });
}
async function call<T = Shipment>(
  method: string,
  path: string,
  body?: object,
  headers: object = {},
): Promise<Answer<T>> {
  const json = body ? { 'content-type': 'application/json' } : {};
  const all = { authorization: 'Bearer key', ...json, ...headers } as Record<string, string>;
  const response = await fetch(carrier.url + path, {
    method,
    headers: all,
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as T };
}
const create = (more: object = {}, headers: object = {}) => call('POST', '/shipments', { ...order, ...more }, headers);
const refused = (more: object) => call<Refusal>('POST', '/shipments', { ...order, ...more });
const control = (switches: object) => call<object>('PUT', '/_control', switches);
const statusOf = async (id: string) => (await call('GET', `/shipments/${id}`)).body.status;
/** The default second is short where two cores are shared. */
const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000 });

beforeEach(() => start());
afterEach(() => carrier.close());

describe('a shipment', () => {
  test('is created once for a key, found by its reference, and tracked', async () => {
    const { status, body } = await create({}, { 'idempotency-key': 'k1' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ reference: 'ord-1', status: 'created', service: 'standard', carrier: 'Parcelway' });
    const again = await create({}, { 'idempotency-key': 'k1' });
    expect([again.body.id, again.headers.get('idempotent-replayed')]).toEqual([body.id, 'true']);
    const other = await create({ reference: 'ord-2' }, { 'idempotency-key': 'k1' });
    expect(other).toMatchObject({ status: 409, body: { error: { code: 'IDEMPOTENCY_MISMATCH' } } });
    expect(await create()).toMatchObject({ status: 409, body: { error: { code: 'REFERENCE_EXISTS' } } });
    const found = await call<{ shipments: Shipment[] }>('GET', '/shipments?reference=ord-1');
    expect(found.body.shipments.map(({ id }) => id)).toEqual([body.id]);
    const page = await (await fetch(body.trackingUrl)).text();
    expect(page).toContain('Ada &lt;b&gt;');
    expect(page).not.toContain('Ada <b>');
  });

  test('is refused with the field that is wrong', async () => {
    const address = (change: object) => refused({ recipient: { ...order.recipient, ...change } });
    const undeliverable = { status: 422, body: { error: { code: 'ADDRESS_UNDELIVERABLE' } } };
    expect(await address({ postalCode: '00000' })).toMatchObject(undeliverable);
    const abroad = await address({ country: 'AQ' });
    expect(abroad).toMatchObject(undeliverable);
    expect(abroad.body.error.fields?.[0]?.field).toBe('recipient.country');
    const wrong = await refused({ service: 'balloon', recipient: { ...order.recipient, city: '' } });
    expect(wrong).toMatchObject({ status: 422, body: { error: { code: 'INVALID_REQUEST' } } });
    expect(wrong.body.error.fields?.map(({ field }) => field)).toEqual(['service', 'recipient.city']);
    expect((await call('GET', '/shipments/shp_none')).status).toBe(404);
    expect((await call('GET', '/shipments', undefined, { authorization: 'Bearer no' })).status).toBe(401);
  });

  test('has a reference of its own, beside the others of its order, returns included', async () => {
    const orderId = '0192d3c4-0000-7000-8000-000000000001';
    const berlin = { ...order.recipient, name: 'Warehouse Berlin', city: 'Berlin', postalCode: '10553', country: 'DE' };
    const first = await create({ reference: `${orderId}.1`, orderId, origin: 'BERLIN', sender: berlin });
    const second = await create({ reference: `${orderId}.2`, orderId, origin: 'HAMBURG', sender: berlin });
    const back = { sender: order.recipient, recipient: berlin, customerReference: 'return-1' };
    const third = await create({ reference: `${orderId}.r1`, orderId, ...back });
    expect(third).toMatchObject({ status: 201, body: { customerReference: 'return-1', recipient: berlin } });

    const all = await call<{ shipments: Shipment[] }>('GET', `/shipments?orderId=${orderId}`);
    expect(all.body.shipments.map(({ id }) => id)).toEqual([first, second, third].map(({ body }) => body.id));
    await call('POST', `/_control/shipments/${orderId}.2/scan`, { status: 'picked_up' });
    expect(await call('GET', `/shipments/${second.body.id}`)).toMatchObject({
      body: { status: 'picked_up', sender: berlin, scans: [{ status: 'picked_up', rank: 1, location: 'Berlin, DE' }] },
    });
    expect(await statusOf(first.body.id)).toBe('created');
  });

  test('is refused where nobody can collect, until somebody can again', async () => {
    await control({ unavailableOrigins: ['BERLIN'] });
    const closed = await refused({ origin: 'BERLIN' });
    expect(closed).toMatchObject({ status: 422, body: { error: { code: 'ORIGIN_UNAVAILABLE' } } });
    expect(closed.body.error.fields?.[0]?.field).toBe('origin');
    expect((await create({ reference: 'elsewhere', origin: 'HAMBURG' })).status).toBe(201);
    await control({ unavailableOrigins: [] });
    expect((await create({ origin: 'BERLIN' })).status).toBe(201);
    const nowhere = await refused({ reference: 'ord-2', sender: { ...order.recipient, country: 'AQ' } });
    expect(nowhere.body.error).toMatchObject({ code: 'ADDRESS_UNDELIVERABLE', fields: [{ field: 'sender.country' }] });
  });

  test('can be cancelled until it is picked up', async () => {
    const { body: first } = await create();
    expect((await call('POST', `/shipments/${first.id}/cancel`)).body.status).toBe('cancelled');
    expect((await call('POST', `/shipments/${first.id}/cancel`)).status).toBe(200);
    const { body: second } = await create();
    await call('POST', `/_control/shipments/${second.id}/scan`, { status: 'picked_up' });
    const late = await call('POST', `/shipments/${second.id}/cancel`);
    expect(late).toMatchObject({ status: 409, body: { error: { code: 'ALREADY_PICKED_UP' } } });
  });
});

describe('scans', () => {
  type Received = { status: string; id: string; rank: number; reference: string; shipmentId: string };
  const received: Received[] = [];
  let answerWith = 200;
  const receiver = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    const signature = String(request.headers['carrier-signature']);
    const at = Number(/^t=(\d+)/.exec(signature)?.[1]);
    if (answerWith === 200 && signature === signScan('secret', body, at)) received.push(JSON.parse(body) as Received);
    response.writeHead(answerWith).end();
  });
  const way = ['picked_up', 'in_transit', 'out_for_delivery', 'delivered'];
  const seen = () => received.map(({ status }) => status);
  // At such a speed webhooks overtake each other, as they may.
  const seenByRank = () => received.toSorted((a, b) => a.rank - b.rank).map(({ status }) => status);
  beforeEach(async () => {
    received.length = 0;
    answerWith = 200;
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    await control({ webhookUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/carrier` });
  });
  afterEach(() => new Promise((resolve) => receiver.close(resolve)));

  test('follow the parcel to its door, signed', async () => {
    const { body } = await create();
    await control({ speed: 1_000_000 });
    await eventually(() => expect(seenByRank()).toEqual(way));
    expect(received.find(({ rank }) => rank === 1)).toMatchObject({
      type: 'shipment.scan',
      shipmentId: body.id,
      reference: 'ord-1',
      orderId: '01J',
    });
    expect(await statusOf(body.id)).toBe('delivered');
  });

  test.each([
    ['lost', ['picked_up', 'in_transit', 'lost']],
    ['returned_to_sender', ['picked_up', 'in_transit', 'out_for_delivery', 'returned_to_sender']],
    ['delivery_failed', ['picked_up', 'in_transit', 'out_for_delivery', 'delivery_failed', ...way.slice(2)]],
  ])('tell of a parcel whose fate is to be %s', async (fate, expected) => {
    await control({ fates: { 'ord-1': fate } });
    const { body } = await create();
    const { body: other } = await create({ reference: 'ord-2' });
    await control({ speed: 1_000_000 });
    await eventually(async () => expect(await statusOf(other.id)).toBe('delivered'));
    await eventually(() => expect(received.filter((one) => one.shipmentId === body.id)).toHaveLength(expected.length));
    expect((await call('GET', `/shipments/${body.id}`)).body.scans.map(({ status }) => status)).toEqual(expected);
  });

  test('wait for readyAt and while parcels are held', async () => {
    await control({ speed: 1e9, hold: true });
    const { body: later } = await create({
      reference: 'later',
      readyAt: new Date(Date.now() + 3_600_000).toISOString(),
    });
    const { body: now } = await create();
    await control({ hold: false });
    await eventually(async () => expect(await statusOf(now.id)).toBe('delivered'));
    expect(await statusOf(later.id)).toBe('created');
  });

  test('are tried again, doubled, reordered and dropped', async () => {
    const { body } = await create();
    const scan = (status: string) => call('POST', `/_control/shipments/${body.id}/scan`, { status });
    answerWith = 503;
    await scan('picked_up');
    const kept = () => call<{ attempts: number }[]>('GET', '/_control/webhooks');
    // The second try follows after 200 ms, so the first alone may go unseen.
    await eventually(async () => expect((await kept()).body[0]?.attempts).toBeGreaterThan(0));
    answerWith = 200;
    await eventually(() => expect(seen()).toEqual(['picked_up']));
    await control({ webhooks: { reorder: 1 } });
    await scan('in_transit');
    await scan('out_for_delivery');
    await eventually(() => expect(seen()).toEqual(['picked_up', 'out_for_delivery', 'in_transit']));
    await control({ webhooks: { drop: 1 } });
    await scan('delivery_failed');
    await control({ webhooks: { duplicate: 1 } });
    await scan('delivered');
    await eventually(() => expect(seen().slice(3)).toEqual(['delivered', 'delivered']));
    expect(received.at(-1)!.id).toBe(received.at(-2)!.id);
  });

  test('go on after a restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'carrier-'));
    const { webhookUrl } = (await call<{ webhookUrl: string }>('GET', '/_control')).body;
    await carrier.close();
    await start({ dataDir, webhookUrl });
    const { body } = await create({}, { 'idempotency-key': 'k' });
    await carrier.close();
    await start({ dataDir, webhookUrl });
    expect((await create({}, { 'idempotency-key': 'k' })).body.id).toBe(body.id);
    await control({ speed: 1e9 });
    await eventually(() => expect(seenByRank()).toEqual(way));
    await rm(dataDir, { recursive: true });
  });
});

test('fails as told, and says what it was asked', async () => {
  await control({ failNext: 1 });
  expect((await create()).status).toBe(503);
  await control({ outage: true, match: 'ord-9' });
  expect((await create({ reference: 'ord-9' })).status).toBe(503);
  await control({ outage: false, match: '', failAfter: 1 });
  await expect(create({}, { 'idempotency-key': 'k' })).rejects.toThrow();
  expect((await create({}, { 'idempotency-key': 'k' })).headers.get('idempotent-replayed')).toBe('true');
  const { body } = await call<{ status: unknown }[]>('GET', '/_control/calls?reference=ord-1&method=POST');
  expect(body.map(({ status }) => status)).toEqual([503, 'lost', 201]);
  expect(await call('PUT', '/_control', { speed: 0 })).toMatchObject({ status: 400 });
});
