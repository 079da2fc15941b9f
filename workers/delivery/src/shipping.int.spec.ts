import { randomUUID } from 'node:crypto';
import { ShipmentCreated, ShipmentFailed } from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { type DeliveryFixture, startDeliveryFixture } from './testing/delivery-fixture.ts';
import { CLOCK, confirmed, DISPATCH_AFTER, MUGS, reallocated } from './testing/orders.ts';

let at: DeliveryFixture;
beforeAll(async () => {
  at = await startDeliveryFixture(inject('infrastructure'));
});
afterEach(() => at.carrier.misbehave());
afterAll(() => at?.close());

/** Published about an order whose parcels are answered in no particular order. */
const sorted = async (orderId: string) => (await at.published(orderId)).toSorted();

describe('shipping', () => {
  test('given an order of two warehouses is confirmed, each parcel is ordered from its own, not before the cancel window ends', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId, MUGS, CLOCK);

    const [first, second] = await at.carrier.shipmentsOf(orderId);
    expect(first).toMatchObject({ reference: `${orderId}.1`, origin: 'BERLIN', sender: { city: 'Berlin' } });
    expect(second).toMatchObject({ reference: `${orderId}.2`, origin: 'HAMBURG', sender: { city: 'Hamburg' } });
    for (const one of [first, second]) {
      expect(one).toMatchObject({ orderId, readyAt: DISPATCH_AFTER, recipient: { city: 'Amsterdam' } });
    }
    expect(first).toMatchObject({ lines: [{ sku: 'MUG-RED', quantity: 2, name: 'Mug, red' }] });
    const { data } = await at.workers.fact(ShipmentCreated, orderId, (event) => event.data.parcelId === '2');
    expect(data).toMatchObject({ ...CLOCK, shipmentId: second?.id, trackingNumber: second?.trackingNumber });
  });

  test('given the event comes twice, each parcel ships once, and the same events are published again', async () => {
    const orderId = randomUUID();
    const twice = confirmed(orderId, [MUGS, CLOCK]);
    await at.settled(twice);
    await at.settled(twice);
    for (const parcelId of ['1', '2']) {
      expect(await at.carrier.calls('POST', `${orderId}.${parcelId}`)).toHaveLength(1);
    }
    expect(await at.published(orderId)).toEqual(['shipment.created 1', 'shipment.created 2']);
  });

  test('given an address nobody delivers to, every parcel has failed and no other warehouse is to try', async () => {
    const orderId = randomUUID();
    await at.publish(confirmed(orderId, [MUGS], { country: 'AQ' }));
    const failed = await at.workers.fact(ShipmentFailed, orderId);
    expect(failed.data).toEqual({
      ...MUGS,
      code: 'ADDRESS_UNDELIVERABLE',
      reason: 'We cannot deliver to this address: AQ is not served',
      ...{ dispatched: false, elsewhere: false, returned: false },
    });
    expect(await at.documentOf(orderId)).toMatchObject({ shipments: [{ status: 'failed' }] });
  });

  test('given a warehouse whose address is not known, nothing is ordered and the message is dead-lettered, naming it', async () => {
    const orderId = randomUUID();
    await at.publish(confirmed(orderId, [MUGS, { ...CLOCK, warehouse: 'ATLANTIS' }]));
    const message = await at.workers.deadLettered('delivery');
    expect(message.properties.correlationId).toBe(orderId);
    expect(message.properties.headers?.['x-error-message']).toContain('ATLANTIS');
    expect(await at.carrier.shipmentsOf(orderId)).toEqual([]);
  });

  test('the calls to the carrier are kept for the X-ray', async () => {
    const orderId = randomUUID();
    const event = confirmed(orderId, [MUGS, CLOCK]);
    await at.settled(event);
    const document = await at.documentOf(orderId);
    const create = { to: 'carrier', operation: 'shipments.create' };
    expect(document?.hops[event.id]?.calls).toMatchObject([create, create]);
  });
});

describe('a warehouse that cannot send', () => {
  const FROM_HAMBURG = { ...MUGS, parcelId: '3', warehouse: 'HAMBURG' };

  test('given the carrier cannot collect there, the parcel has failed and others may try; then one of them ships it', async () => {
    const orderId = randomUUID();
    await at.carrier.misbehave({ unavailableOrigins: ['BERLIN'] });
    await at.settled(confirmed(orderId, [MUGS, CLOCK]));
    expect(await sorted(orderId)).toEqual(['shipment.created 2', 'shipment.failed 1 ORIGIN_UNAVAILABLE']);
    const failed = await at.workers.fact(ShipmentFailed, orderId);
    expect(failed.data).toMatchObject({ ...MUGS, dispatched: false, elsewhere: true, returned: false });

    await at.settled(reallocated(orderId, '1', FROM_HAMBURG));

    const created = await at.workers.fact(ShipmentCreated, orderId, ({ data }) => data.parcelId === '3');
    expect(created.data).toMatchObject(FROM_HAMBURG);
    expect(await at.documentOf(orderId)).toMatchObject({
      shipments: [{ status: 'replaced', by: ['3'] }, { status: 'created' }, { parcelId: '3', status: 'created' }],
    });
    const atCarrier = (await at.carrier.shipmentsOf(orderId)).find(({ reference }) => reference === `${orderId}.3`);
    expect(atCarrier).toMatchObject({ origin: 'HAMBURG', readyAt: DISPATCH_AFTER });
  });

  test('given it can later, and the parcel is to be tried again from there, it ships under its new number', async () => {
    const orderId = randomUUID();
    await at.carrier.misbehave({ unavailableOrigins: ['BERLIN'] });
    await at.settled(confirmed(orderId));
    await at.carrier.misbehave();
    const again = { ...MUGS, parcelId: '2' };
    await at.settled(reallocated(orderId, '1', again));
    expect((await at.workers.fact(ShipmentCreated, orderId)).data).toMatchObject(again);
    expect(await at.carrier.shipmentsOf(orderId)).toMatchObject([{ reference: `${orderId}.2`, origin: 'BERLIN' }]);
  });

  test('given the other warehouse cannot either, that parcel has failed in its turn', async () => {
    const orderId = randomUUID();
    await at.carrier.misbehave({ unavailableOrigins: ['BERLIN', 'HAMBURG'] });
    await at.settled(confirmed(orderId));
    await at.settled(reallocated(orderId, '1', FROM_HAMBURG));
    expect(await at.published(orderId)).toEqual([
      'shipment.failed 1 ORIGIN_UNAVAILABLE',
      'shipment.failed 3 ORIGIN_UNAVAILABLE',
    ]);
  });

  test('given we have the address of one wrong, its parcel has failed and others may try, and the other parcel is known', async () => {
    const orderId = randomUUID();
    await at.settled(confirmed(orderId, [MUGS, { ...CLOCK, warehouse: 'KASSEL' }]));
    expect(await sorted(orderId)).toEqual(['shipment.created 1', 'shipment.failed 2 ADDRESS_UNDELIVERABLE']);
    expect((await at.workers.fact(ShipmentFailed, orderId)).data).toMatchObject({ dispatched: false, elsewhere: true });
    await at.scan(`${orderId}.1`, 'picked_up');
    expect(await at.documentOf(orderId)).toMatchObject({ shipments: [{ status: 'dispatched' }, { status: 'failed' }] });
  });

  test('given the new parcels are known before the order is confirmed here, they wait for it', async () => {
    const orderId = randomUUID();
    const before = await at.retried('inventory.reallocated');
    await at.carrier.misbehave({ unavailableOrigins: ['BERLIN'] });
    await at.publish(reallocated(orderId, '1', FROM_HAMBURG));
    await eventually('it is put off', async () => (await at.retried('inventory.reallocated')) > before);
    await at.publish(confirmed(orderId));
    await at.workers.fact(ShipmentCreated, orderId, ({ data }) => data.parcelId === '3');
  });

  test('given a parcel that did not fail is to be replaced, that is dead-lettered: both would be sent', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId);
    await at.settled(reallocated(orderId, '1', FROM_HAMBURG));
    expect((await at.workers.deadLettered('delivery')).properties.headers?.['x-error-message']).toContain(
      'cannot be replaced',
    );
    expect(await at.carrier.shipmentsOf(orderId)).toHaveLength(1);
  });
});

describe('outages', () => {
  test('given the carrier is down, when it is back, every parcel of every order ships once', async () => {
    await at.carrier.misbehave({ outage: true });
    const orders = Array.from({ length: 6 }, () => randomUUID());
    await at.publish(...orders.map((orderId) => confirmed(orderId, [MUGS, CLOCK])));
    await eventually('the circuit is open', async () =>
      (await at.workers.metrics.circuitOpen.get()).values.some(({ value }) => value === 1),
    );

    await at.carrier.misbehave();
    for (const orderId of orders) await at.workers.fact(ShipmentCreated, orderId);
    for (const orderId of orders) {
      const references = (await at.carrier.shipmentsOf(orderId)).map(({ reference }) => reference);
      expect(references).toEqual([`${orderId}.1`, `${orderId}.2`]);
    }
  });

  test('given the carrier made the second shipment but the answer was lost, both are looked up and not made again', async () => {
    const orderId = randomUUID();
    await at.carrier.misbehave({ failAfter: 1, match: `${orderId}.2` });
    await at.shipped(orderId, MUGS, CLOCK);

    const atCarrier = await at.carrier.shipmentsOf(orderId);
    const created = at.eventsOf(orderId).map(({ data }) => (data as { shipmentId: string }).shipmentId);
    expect(created).toEqual(atCarrier.map(({ id }) => id));
    for (const { reference } of atCarrier) expect(await at.carrier.calls('POST', reference)).toHaveLength(1);
  });

  test('given the carrier fails between two parcels, the first is not ordered again', async () => {
    const orderId = randomUUID();
    await at.carrier.misbehave({ failNext: 1, match: `${orderId}.2` });
    await at.shipped(orderId, MUGS, CLOCK);
    expect(await at.carrier.calls('POST', `${orderId}.1`)).toHaveLength(1);
    expect((await at.carrier.calls('POST', `${orderId}.2`)).map(({ status }) => status)).toEqual([503, 201]);
    expect(await at.published(orderId)).toEqual(['shipment.created 1', 'shipment.created 2']);
  });
});
