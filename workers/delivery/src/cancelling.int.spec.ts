import { randomUUID } from 'node:crypto';
import { ShipmentCancelled, ShipmentDispatched, ShipmentFailed } from '@orderflow/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { scanned } from './testing/carrier.ts';
import { type DeliveryFixture, startDeliveryFixture } from './testing/delivery-fixture.ts';
import { CLOCK, cancelled, cancelRequested, confirmed, MUGS, REASON, reallocated } from './testing/orders.ts';

let at: DeliveryFixture;
beforeAll(async () => {
  at = await startDeliveryFixture(inject('infrastructure'));
});
afterEach(() => at.carrier.misbehave());
afterAll(() => at?.close());

const FROM_HAMBURG = { ...MUGS, parcelId: '3', warehouse: 'HAMBURG' };
const atCarrier = async (orderId: string) => (await at.carrier.shipmentsOf(orderId)).map(({ status }) => status);
const answersOf = async (orderId: string) => (await at.published(orderId)).filter((one) => !one.includes('created'));

describe('cancel against dispatch', () => {
  test('given every parcel waits for the carrier, all are cancelled there and that is the answer', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId, MUGS, CLOCK);
    await at.settled(cancelRequested(orderId));
    expect(await atCarrier(orderId)).toEqual(['cancelled', 'cancelled']);
    expect((await at.workers.fact(ShipmentCancelled, orderId)).data).toEqual({ reason: REASON });
    expect(await answersOf(orderId)).toEqual(['shipment.cancelled']);
    expect(await at.documentOf(orderId)).toMatchObject({ status: 'cancelled', reason: REASON });

    await at.settled(cancelled(orderId));
    expect(await answersOf(orderId)).toEqual(['shipment.cancelled']);
  });

  test('given the carrier has it already, it has left when the carrier says; its scan, which comes later, says nothing new', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId);
    const pickedUp = await at.carrier.scan(`${orderId}.1`, 'picked_up');
    await at.settled(cancelRequested(orderId));
    const { data } = await at.workers.fact(ShipmentDispatched, orderId);
    expect(data).toMatchObject({ ...MUGS, shipmentId: pickedUp.id, scanAt: pickedUp.scans[0]?.scanAt });

    await at.settled(scanned(pickedUp));
    await at.scan(`${orderId}.1`, 'delivered');
    expect(await answersOf(orderId)).toEqual(['shipment.dispatched 1', 'shipment.delivered 1']);
  });

  test('given one parcel has left and the other has not, the one goes its way and the other has failed as cancelled', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId, MUGS, CLOCK);
    await at.carrier.scan(`${orderId}.2`, 'picked_up');
    await at.settled(cancelRequested(orderId));
    expect(await answersOf(orderId)).toEqual(['shipment.dispatched 2', 'shipment.failed 1 cancelled']);
    const failed = await at.workers.fact(ShipmentFailed, orderId);
    expect(failed.data).toMatchObject({ ...MUGS, dispatched: false, elsewhere: false, returned: false });
    expect(await atCarrier(orderId)).toEqual(['cancelled', 'picked_up']);
    await at.scan(`${orderId}.2`, 'delivered');
    expect(await answersOf(orderId)).toHaveLength(3);
  });

  test('given the scan and the request come at the same moment, it has left once', async () => {
    const orders = Array.from({ length: 8 }, () => randomUUID());
    for (const orderId of orders) await at.shipped(orderId);
    const scans = await Promise.all(orders.map((orderId) => at.carrier.scan(`${orderId}.1`, 'picked_up')));
    await at.settled(...scans.flatMap((scan) => [scanned(scan), cancelRequested(scan.orderId)]));
    for (const orderId of orders) expect(await answersOf(orderId)).toEqual(['shipment.dispatched 1']);
  });

  test('given the carrier fails between two cancellations, both are cancelled and the answer is one', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId, MUGS, CLOCK);
    const [, second] = await at.carrier.shipmentsOf(orderId);
    await at.carrier.misbehave({ failNext: 1, match: `${second?.id}/cancel` });
    await at.settled(cancelRequested(orderId));
    expect(await atCarrier(orderId)).toEqual(['cancelled', 'cancelled']);
    expect(await answersOf(orderId)).toEqual(['shipment.cancelled']);
  });

  test('given the request comes twice, the answer is one', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId);
    await at.settled(cancelRequested(orderId), cancelRequested(orderId));
    expect(await answersOf(orderId)).toEqual(['shipment.cancelled']);
  });

  test('given a parcel that we cancelled is scanned all the same, it has left', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId);
    const scan = scanned(await at.carrier.scan(`${orderId}.1`, 'picked_up'));
    const other = randomUUID();
    await at.shipped(other);
    await at.settled(cancelRequested(other));
    const [cancelledOne] = await at.carrier.shipmentsOf(other);
    await at.publish({ ...scan, subject: other, data: { ...scan.data, shipmentId: cancelledOne?.id as string } });
    expect((await at.workers.fact(ShipmentDispatched, other)).data.shipmentId).toBe(cancelledOne?.id);
    expect(await answersOf(other)).toEqual(['shipment.cancelled', 'shipment.dispatched 1']);
    expect(await at.documentOf(other)).toMatchObject({
      status: 'partially_cancelled',
      shipments: [{ status: 'dispatched' }],
    });
  });
});

describe('cancelled before it is confirmed here', () => {
  test('given it was confirmed elsewhere, we answer when that comes, and nothing ships', async () => {
    const orderId = randomUUID();
    await at.settled(cancelRequested(orderId));
    expect(await answersOf(orderId)).toEqual([]);
    await at.settled(confirmed(orderId, [MUGS, CLOCK]));
    expect(await atCarrier(orderId)).toEqual([]);
    expect(await at.published(orderId)).toEqual(['shipment.cancelled']);
    expect(await at.documentOf(orderId)).toMatchObject({ status: 'cancelled' });
  });

  test('given it was pending, a tombstone is left and nothing published', async () => {
    const orderId = randomUUID();
    await at.settled(cancelRequested(orderId, 'pending'));
    await at.settled(cancelled(orderId));
    await at.settled(confirmed(orderId));
    expect(await atCarrier(orderId)).toEqual([]);
    expect(await at.published(orderId)).toEqual([]);
  });

  test('given a try of the confirmation reached the carrier and is not stored, that parcel is cancelled at once, and answered when it is known', async () => {
    const orderId = randomUUID();
    await at.createdBehindOurBack(orderId);
    await at.settled(cancelRequested(orderId));
    expect(await atCarrier(orderId)).toEqual(['cancelled']);
    expect(await at.published(orderId)).toEqual([]);
    await at.settled(confirmed(orderId));
    expect(await at.published(orderId)).toEqual(['shipment.cancelled']);
    expect(await at.carrier.calls('POST', `${orderId}.1`)).toHaveLength(1);
  });

  test('given that parcel has even left, the request waits for the confirmation, and then it was too late', async () => {
    const orderId = randomUUID();
    const { id } = await at.createdBehindOurBack(orderId);
    await at.carrier.scan(id, 'picked_up');
    await at.settled(cancelRequested(orderId));
    expect(await at.published(orderId)).toEqual([]);
    await at.settled(confirmed(orderId));
    expect((await at.workers.fact(ShipmentDispatched, orderId)).data.shipmentId).toBe(id);
    expect(await at.published(orderId)).toEqual(['shipment.created 1', 'shipment.dispatched 1']);
  });

  test('given orders that are confirmed and cancelled at once, none is left at the carrier and each is answered once', async () => {
    await at.carrier.misbehave({ latency: 20 });
    const orders = Array.from({ length: 10 }, () => randomUUID());
    await at.settled(...orders.flatMap((orderId) => [confirmed(orderId, [MUGS, CLOCK]), cancelRequested(orderId)]));
    for (const orderId of orders) {
      expect((await atCarrier(orderId)).filter((status) => status !== 'cancelled')).toEqual([]);
      expect(await answersOf(orderId)).toEqual(['shipment.cancelled']);
    }
  });
});

describe('cancelled while a parcel is to come from elsewhere', () => {
  const failedInBerlin = async (orderId: string, ...others: (typeof CLOCK)[]) => {
    await at.carrier.misbehave({ unavailableOrigins: ['BERLIN'] });
    await at.settled(confirmed(orderId, [MUGS, ...others]));
    await at.carrier.misbehave();
  };

  test('given nothing has left, the new parcel does not ship and nothing more is published', async () => {
    const orderId = randomUUID();
    await failedInBerlin(orderId);
    await at.settled(cancelRequested(orderId));
    await at.settled(reallocated(orderId, '1', FROM_HAMBURG));
    expect(await atCarrier(orderId)).toEqual([]);
    expect(await answersOf(orderId)).toEqual(['shipment.failed 1 ORIGIN_UNAVAILABLE', 'shipment.cancelled']);
  });

  test('given another parcel has left, the new one has failed as cancelled', async () => {
    const orderId = randomUUID();
    await failedInBerlin(orderId, CLOCK);
    await at.carrier.scan(`${orderId}.2`, 'picked_up');
    await at.settled(cancelRequested(orderId));
    await at.settled(reallocated(orderId, '1', FROM_HAMBURG));
    expect(await answersOf(orderId)).toEqual([
      'shipment.failed 1 ORIGIN_UNAVAILABLE',
      'shipment.dispatched 2',
      'shipment.failed 3 cancelled',
    ]);
    expect(await atCarrier(orderId)).toEqual(['picked_up']);
  });

  test('given both come at once, nothing of the order is left at the carrier', async () => {
    const orders = Array.from({ length: 6 }, () => randomUUID());
    for (const orderId of orders) await failedInBerlin(orderId);
    await at.carrier.misbehave({ latency: 20 });
    await at.settled(
      ...orders.flatMap((orderId) => [reallocated(orderId, '1', FROM_HAMBURG), cancelRequested(orderId)]),
    );
    for (const orderId of orders) {
      expect((await atCarrier(orderId)).filter((status) => status !== 'cancelled')).toEqual([]);
      expect((await answersOf(orderId)).filter((one) => one === 'shipment.cancelled')).toHaveLength(1);
    }
  });
});

test('given an order is cancelled without anybody asking us, what waits for the carrier is cancelled and nothing published', async () => {
  const orderId = randomUUID();
  await at.shipped(orderId, MUGS, CLOCK);
  await at.settled(cancelled(orderId));
  expect(await atCarrier(orderId)).toEqual(['cancelled', 'cancelled']);
  expect(await answersOf(orderId)).toEqual([]);
  expect(await at.documentOf(orderId)).toMatchObject({ status: 'cancelled' });
});
