import { randomUUID } from 'node:crypto';
import {
  OrderCancelled,
  type OrderflowEvent,
  type ScanStatus,
  ShipmentCreated,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentFailed,
} from '@orderflow/contracts';
import { eventFor, eventually, type TestBed, testBed } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { httpCarrier } from './adapters/http-carrier.ts';
import { handlers } from './handlers/index.ts';
import { shipmentAggregates } from './shipment-store.ts';
import { API_KEY, carrierAtHand, confirmed, scanAtOf, scanned } from './testing.ts';
import { delivery } from './worker.ts';

let bed: TestBed;
let carrier: Awaited<ReturnType<typeof carrierAtHand>>;

beforeAll(async () => {
  [bed, carrier] = await Promise.all([testBed(inject('infrastructure')), carrierAtHand()]);
  const deps = { carrier: httpCarrier({ url: carrier.url, apiKey: API_KEY, timeoutMs: 1_000 }) };
  const parts = { deps, aggregates: shipmentAggregates(bed.database), handlers };
  const settings = { circuit: { threshold: 3, probeDelaysMs: [20, 50] } };
  await bed.run(delivery, parts, settings);
  await bed.run(delivery, parts, settings);
});
afterEach(() => carrier.misbehave());
afterAll(async () => {
  await bed?.close();
  await carrier?.close();
});

const cancelled = (orderId: string) => eventFor(OrderCancelled, orderId, { reason: 'changed my mind' });
const publish = (...events: OrderflowEvent[]) => bed.publisher.publish(events);
const saidAbout = (orderId: string) => bed.heard.filter((e) => e.subject === orderId && e.source === '/delivery');
const shipmentOf = (orderId: string) =>
  bed.database
    .collection<{ _id: string; status: string; scan?: { status: string } }>('shipments')
    .findOne({ _id: orderId });
/** How many messages of these kinds the workers are through with, one way or the other. */
const through = async (...types: string[]) => {
  const counted = await Promise.all([bed.metrics.handled.get(), bed.metrics.parked.get()]);
  const values = counted.flatMap((metric) => metric.values).filter((v) => types.includes(String(v.labels.type)));
  return values.reduce((sum, { value }) => sum + value, 0);
};
const settled = async (...events: OrderflowEvent[]) => {
  const type = events[0]?.type as string;
  const before = await through(type);
  await publish(...events);
  await eventually(`${events.length} ${type} are through`, async () => (await through(type)) >= before + events.length);
};
async function shipped(orderId: string) {
  await publish(confirmed(orderId));
  return (await bed.fact(ShipmentCreated, orderId)).data;
}

describe('shipping', () => {
  test('given an order is confirmed, the carrier gets it with the end of the cancel window, and its numbers are told', async () => {
    const orderId = randomUUID();
    const created = await shipped(orderId);

    const [atCarrier] = await carrier.shipmentsOf(orderId);
    expect(atCarrier).toMatchObject({ status: 'created', readyAt: '2026-01-01T12:01:00.000Z' });
    expect(created).toMatchObject({ shipmentId: atCarrier?.id, trackingNumber: atCarrier?.trackingNumber });
  });

  test('given the order is confirmed, when its event comes twice, it ships once and the same fact is said again', async () => {
    const orderId = randomUUID();
    const twice = confirmed(orderId);
    await settled(twice);
    await settled(twice);
    expect(await carrier.calls('POST', orderId)).toHaveLength(1);
    expect(new Set(saidAbout(orderId).map((e) => e.id)).size).toBe(1);
  });

  test('given an address nobody delivers to, the shipment has failed, with the carrier’s reason', async () => {
    const orderId = randomUUID();
    await publish(confirmed(orderId, { country: 'AQ' }));
    const failed = await bed.fact(ShipmentFailed, orderId);
    expect(failed.data).toEqual({
      code: 'ADDRESS_UNDELIVERABLE',
      reason: 'We cannot deliver to this address: AQ is not served',
    });
    expect(await shipmentOf(orderId)).toMatchObject({ status: 'failed' });
  });
});

describe('outages', () => {
  test('given the carrier is down, when it is back, every order is shipped once', async () => {
    await carrier.misbehave({ outage: true });
    const orders = Array.from({ length: 6 }, () => randomUUID());
    await publish(...orders.map((orderId) => confirmed(orderId)));
    await eventually('the circuit is open', async () =>
      (await bed.metrics.circuitOpen.get()).values.some((v) => v.value === 1),
    );

    await carrier.misbehave();
    for (const orderId of orders) await bed.fact(ShipmentCreated, orderId);
    for (const orderId of orders) expect(await carrier.shipmentsOf(orderId)).toHaveLength(1);
  });

  test('given the carrier created it but the answer was lost, it is looked up and not created again', async () => {
    const orderId = randomUUID();
    await carrier.misbehave({ failAfter: 1, match: orderId });
    const created = await shipped(orderId);
    expect(created.shipmentId).toBe((await carrier.shipmentsOf(orderId))[0]?.id);
    expect(await carrier.calls('POST', orderId)).toHaveLength(1);
  });
});

describe('scans', () => {
  const orders: ScanStatus[][] = [
    ['picked_up', 'in_transit', 'out_for_delivery', 'delivered'],
    ['delivered', 'out_for_delivery', 'in_transit', 'picked_up'],
    ['in_transit', 'picked_up', 'delivered', 'out_for_delivery'],
  ];
  test.each(orders)(
    'given scans %s, %s, %s, %s, each twice, dispatched and delivered are said once',
    async (...statuses) => {
      const orderId = randomUUID();
      const { eta: _, ...parcel } = await shipped(orderId);
      for (const status of statuses) {
        const scan = scanned(orderId, parcel.shipmentId, status);
        await settled(scan);
        await settled({ ...scan, id: randomUUID() });
      }
      const said = saidAbout(orderId).slice(1);
      expect(said.map((e) => e.type)).toEqual(['shipment.dispatched', 'shipment.delivered']);
      const first = statuses[0] as ScanStatus;
      expect(said[0]?.data).toEqual({ ...parcel, scanAt: scanAtOf(first) });
      expect(said[1]?.data).toEqual({ ...parcel, scanAt: scanAtOf('delivered') });
      expect(await shipmentOf(orderId)).toMatchObject({ status: 'delivered', scan: { status: 'delivered' } });
    },
  );

  test('given all scans arrive at once, the parcel is dispatched and delivered once', async () => {
    const orderId = randomUUID();
    const { shipmentId } = await shipped(orderId);
    await settled(...orders.flatMap((some) => some.map((status) => scanned(orderId, shipmentId, status))));
    const said = new Map(saidAbout(orderId).map((e) => [e.id, e.type]));
    expect([...said.values()].sort()).toEqual(['shipment.created', 'shipment.delivered', 'shipment.dispatched']);
  });

  test('given a scan that overtook its order, it waits for it', async () => {
    const orderId = randomUUID();
    const { id } = await createdBehindOurBack(orderId);
    await publish(scanned(orderId, id, 'picked_up'));
    await eventually('the scan is put off', async () =>
      (await bed.metrics.retried.get()).values.some((v) => v.labels.type === 'carrier.scan'),
    );
    await publish(confirmed(orderId));
    const dispatched = await bed.fact(ShipmentDispatched, orderId);
    expect(dispatched.data.shipmentId).toBe(id);
  });

  test('given a scan of another parcel, it is parked', async () => {
    const orderId = randomUUID();
    await shipped(orderId);
    await publish(scanned(orderId, 'shp_of_somebody_else', 'picked_up'));
    const message = await bed.parked('delivery');
    expect(message.properties.correlationId).toBe(orderId);
    expect(message.properties.headers?.['x-error-message']).toContain('shp_of_somebody_else');
  });

  /** As a try that crashed after the call would have left it. */
  async function createdBehindOurBack(orderId: string) {
    const { data } = confirmed(orderId);
    const { lines, address: recipient, contact, shippingMethod: service, dispatchAfter: readyAt } = data;
    const direct = httpCarrier({ url: carrier.url, apiKey: API_KEY });
    await direct.create(
      { reference: orderId, service, readyAt, lines, recipient, contact },
      AbortSignal.timeout(5_000),
    );
    const [shipment] = await carrier.shipmentsOf(orderId);
    if (!shipment) throw new Error('The carrier has no shipment');
    return shipment;
  }
});

describe('cancelling', () => {
  test('given the parcel waits for the carrier, when its order is cancelled, it is cancelled there', async () => {
    const orderId = randomUUID();
    await shipped(orderId);
    await settled(cancelled(orderId));
    expect(await carrier.shipmentsOf(orderId)).toMatchObject([{ status: 'cancelled' }]);
    expect(await shipmentOf(orderId)).toMatchObject({ status: 'cancelled' });
  });

  test('given the carrier has picked it up, when its order is cancelled, the parcel goes its way', async () => {
    const orderId = randomUUID();
    const { shipmentId } = await shipped(orderId);
    await carrier.scan(shipmentId, 'picked_up');
    await settled(cancelled(orderId));
    expect(await shipmentOf(orderId)).toMatchObject({ status: 'created' });

    await publish(scanned(orderId, shipmentId, 'delivered'));
    await bed.fact(ShipmentDelivered, orderId);
  });

  test('given the order was cancelled first, when it is confirmed, nothing ships', async () => {
    const orderId = randomUUID();
    await settled(cancelled(orderId));
    await settled(confirmed(orderId));
    expect(await carrier.shipmentsOf(orderId)).toEqual([]);
    expect(saidAbout(orderId)).toEqual([]);
  });

  test('given orders that are confirmed and cancelled at once, none is left at the carrier', async () => {
    await carrier.misbehave({ latency: 20 });
    const orders = Array.from({ length: 10 }, () => randomUUID());
    const before = await through('order.confirmed', 'order.cancelled');
    await publish(...orders.flatMap((orderId) => [confirmed(orderId), cancelled(orderId)]));
    await eventually(
      'all are through',
      async () => (await through('order.confirmed', 'order.cancelled')) >= before + 20,
    );
    for (const orderId of orders) {
      expect((await carrier.shipmentsOf(orderId)).filter(({ status }) => status !== 'cancelled')).toEqual([]);
    }
  });
});
