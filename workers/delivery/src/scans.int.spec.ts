import { randomUUID } from 'node:crypto';
import { type ScanStatus, ShipmentDispatched, ShipmentFailed } from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { scanned } from './testing/carrier.ts';
import { type DeliveryFixture, startDeliveryFixture } from './testing/delivery-fixture.ts';
import { CLOCK, confirmed, MUGS } from './testing/orders.ts';

let at: DeliveryFixture;
beforeAll(async () => {
  at = await startDeliveryFixture(inject('infrastructure'));
});
afterEach(() => at.carrier.misbehave());
afterAll(() => at?.close());

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 60 * 60_000).toISOString();
const statusesOf = async (orderId: string) => (await at.documentOf(orderId))?.shipments?.map(({ status }) => status);

describe('scans of a parcel', () => {
  const orders: ScanStatus[][] = [
    ['picked_up', 'in_transit', 'out_for_delivery', 'delivered'],
    ['delivered', 'out_for_delivery', 'in_transit', 'picked_up'],
    ['in_transit', 'picked_up', 'delivered', 'out_for_delivery'],
    ['picked_up', 'out_for_delivery', 'delivery_failed', 'delivered'],
  ];
  test.each(orders)(
    'given %s, %s, %s, %s, each twice, that it has left and arrived is published once',
    async (...statuses) => {
      const orderId = randomUUID();
      await at.shipped(orderId);
      for (const status of statuses) {
        const scan = scanned(await at.carrier.scan(`${orderId}.1`, status));
        await at.settled(scan);
        await at.settled({ ...scan, id: randomUUID() });
      }
      const published = ['shipment.created 1', 'shipment.dispatched 1', 'shipment.delivered 1'];
      expect(await at.published(orderId)).toEqual(published);
      expect(await at.documentOf(orderId)).toMatchObject({
        shipments: [{ status: 'delivered', scan: { status: 'delivered' } }],
      });
    },
  );

  test('given all arrive at once, it has left and arrived once', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId);
    const scans = [];
    for (const status of orders.flat()) scans.push(scanned(await at.carrier.scan(`${orderId}.1`, status)));
    await at.settled(...scans);
    const published = ['shipment.created 1', 'shipment.delivered 1', 'shipment.dispatched 1'];
    expect((await at.published(orderId)).toSorted()).toEqual(published);
  });

  test('given two parcels, each goes its own way', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId, MUGS, CLOCK);
    await at.scan(`${orderId}.2`, 'picked_up');
    expect(await statusesOf(orderId)).toEqual(['created', 'dispatched']);
    const { data } = await at.workers.fact(ShipmentDispatched, orderId);
    const [, clock] = await at.carrier.shipmentsOf(orderId);
    const { id: shipmentId, trackingNumber } = clock ?? {};
    expect(data).toMatchObject({ ...CLOCK, shipmentId, trackingNumber, scanAt: clock?.scans[0]?.scanAt });

    await at.scan(`${orderId}.1`, 'delivered');
    await at.scan(`${orderId}.2`, 'delivered');
    expect((await at.published(orderId)).slice(2)).toEqual([
      'shipment.dispatched 2',
      'shipment.dispatched 1',
      'shipment.delivered 1',
      'shipment.delivered 2',
    ]);
  });

  test('given nobody was at home, that is only kept as the latest scan', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId);
    await at.scan(`${orderId}.1`, 'out_for_delivery');
    await at.scan(`${orderId}.1`, 'delivery_failed');
    expect(await at.documentOf(orderId)).toMatchObject({
      shipments: [{ status: 'dispatched', scan: { status: 'delivery_failed' } }],
    });
    expect(await at.published(orderId)).toEqual(['shipment.created 1', 'shipment.dispatched 1']);
  });
});

describe('a parcel that does not arrive', () => {
  test.each([
    ['lost', 'lost', false],
    ['returned_to_sender', 'returned', true],
  ] as const)(
    'given it is %s, it has failed after it had left, and the other arrives',
    async (scan, status, returned) => {
      const orderId = randomUUID();
      await at.shipped(orderId, MUGS, CLOCK);
      await at.scan(`${orderId}.1`, 'picked_up');
      await at.scan(`${orderId}.1`, scan);
      await at.scan(`${orderId}.2`, 'delivered');
      const failed = await at.workers.fact(ShipmentFailed, orderId);
      expect(failed.data).toMatchObject({ ...MUGS, code: scan, dispatched: true, elsewhere: false, returned });
      expect(await statusesOf(orderId)).toEqual([status, 'delivered']);
    },
  );

  test('given a lost parcel arrives after all, that is published', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId);
    await at.scan(`${orderId}.1`, 'lost');
    await at.scan(`${orderId}.1`, 'delivered');
    const published = ['shipment.created 1', 'shipment.dispatched 1', 'shipment.failed 1 lost', 'shipment.delivered 1'];
    expect(await at.published(orderId)).toEqual(published);
    expect(await statusesOf(orderId)).toEqual(['delivered']);
  });

  test('given it was scanned after it was lost, and that came first, it is not lost', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId);
    await at.scan(`${orderId}.1`, 'out_for_delivery', hoursAgo(1));
    await at.scan(`${orderId}.1`, 'lost', hoursAgo(5));
    expect(await statusesOf(orderId)).toEqual(['dispatched']);
  });
});

describe('a scan of something unknown', () => {
  test('given it overtook its order, it waits for it', async () => {
    const orderId = randomUUID();
    const shipment = await at.createdBehindOurBack(orderId);
    const before = await at.retried('carrier.scan');
    await at.publish(scanned(await at.carrier.scan(shipment.id, 'picked_up')));
    await eventually('the scan is put off', async () => (await at.retried('carrier.scan')) > before);
    await at.publish(confirmed(orderId));
    expect((await at.workers.fact(ShipmentDispatched, orderId)).data.shipmentId).toBe(shipment.id);
  });

  test('given its order never comes, it is dead-lettered', async () => {
    const orderId = randomUUID();
    const shipment = await at.createdBehindOurBack(orderId);
    await at.publish(scanned(await at.carrier.scan(shipment.id, 'picked_up')));
    const message = await at.workers.deadLettered('delivery');
    expect(message.properties.correlationId).toBe(orderId);
    expect(message.properties.headers?.['x-error-class']).toBe('NotYetError');
  });

  test('given a shipment that nobody knows, it is dead-lettered at once', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId);
    const shipment = await at.carrier.scan(`${orderId}.1`, 'picked_up');
    const before = await at.retried('carrier.scan');
    await at.publish(scanned({ ...shipment, id: 'shp_of_nobody' }));
    const message = await at.workers.deadLettered('delivery');
    expect(message.properties.headers).toMatchObject({ 'x-error-class': 'PermanentError', 'x-attempt': 1 });
    expect(message.properties.headers?.['x-error-message']).toContain('shp_of_nobody');
    expect(await at.retried('carrier.scan')).toBe(before);
    expect(await statusesOf(orderId)).toEqual(['created']);
  });

  test('given a shipment of another order, it is dead-lettered at once', async () => {
    const [orderId, other] = [randomUUID(), randomUUID()];
    await at.shipped(orderId);
    await at.shipped(other);
    await at.publish({ ...scanned(await at.carrier.scan(`${other}.1`, 'picked_up')), subject: orderId });
    const message = await at.workers.deadLettered('delivery');
    expect(message.properties.headers).toMatchObject({ 'x-error-class': 'PermanentError', 'x-attempt': 1 });
  });

  test('given a shipment of the order that is not stored here yet, it is tried again', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId);
    const late = await at.createdBehindOurBack(orderId, '3');
    await at.publish(scanned(await at.carrier.scan(late.id, 'picked_up')));
    const message = await at.workers.deadLettered('delivery');
    expect(message.properties.headers).toMatchObject({ 'x-error-class': 'NotYetError', 'x-attempt': 4 });
  });
});
