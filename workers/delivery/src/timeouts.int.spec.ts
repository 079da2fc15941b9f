import { randomUUID } from 'node:crypto';
import {
  ReturnFailed,
  ReturnReceived,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentFailed,
} from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { type DeliveryFixture, startDeliveryFixture } from './testing/delivery-fixture.ts';
import { CLOCK, MUGS, returnRequested } from './testing/orders.ts';

let at: DeliveryFixture;
beforeAll(async () => {
  at = await startDeliveryFixture(inject('infrastructure'));
});
afterEach(() => at.carrier.misbehave());
afterAll(() => at?.close());

const HOUR_MS = 60 * 60_000;
const dueIn = async (orderId: string): Promise<number | undefined> => {
  const due = (await at.documentOf(orderId))?.due;
  return due && Math.round((due.getTime() - at.workers.clock.now().getTime()) / HOUR_MS);
};
const timesAsked = async (orderId: string) =>
  Object.values((await at.documentOf(orderId))?.hops ?? {})
    .flatMap(({ calls = [] }) => calls)
    .filter(({ operation }) => operation === 'shipments.retrieve').length;

describe('a parcel that is not scanned', () => {
  test('given its scans never reached us, the carrier is asked after three days and what it answers is published', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId, MUGS, CLOCK);
    await at.scan(`${orderId}.1`, 'picked_up');
    await at.carrier.scan(`${orderId}.1`, 'in_transit');
    await at.carrier.scan(`${orderId}.1`, 'delivered');
    expect(await dueIn(orderId)).toBe(72);

    at.workers.clock.advance(73 * HOUR_MS);

    await at.workers.fact(ShipmentDelivered, orderId);
    expect((await at.published(orderId)).slice(2)).toEqual(['shipment.dispatched 1', 'shipment.delivered 1']);
  });

  test('given even its pick-up was missed, that it has left is published with the time of that scan', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId);
    const pickedUp = await at.carrier.scan(`${orderId}.1`, 'picked_up');
    await at.carrier.scan(`${orderId}.1`, 'in_transit');
    at.workers.clock.advance(73 * HOUR_MS);
    const { data } = await at.workers.fact(ShipmentDispatched, orderId);
    expect(data.scanAt).toBe(pickedUp.scans[0]?.scanAt);
  });

  test('given the carrier knows nothing new, it is asked again three days later, and lost after weeks', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId);
    await at.scan(`${orderId}.1`, 'picked_up');
    let asked = 0;
    for (; (await dueIn(orderId)) !== undefined; asked++) {
      expect(await dueIn(orderId)).toBe(72);
      at.workers.clock.advance(72 * HOUR_MS);
      await eventually('it is asked once more', async () => (await timesAsked(orderId)) === asked + 1);
    }
    expect(asked).toBe(13);
    const { data } = await at.workers.fact(ShipmentFailed, orderId);
    expect(data).toMatchObject({ ...MUGS, code: 'silent', dispatched: true, elsewhere: false, returned: false });

    // That it arrives is published all the same.
    await at.scan(`${orderId}.1`, 'delivered');
    await at.workers.fact(ShipmentDelivered, orderId);
  });

  test('given it is never picked up, it has failed after weeks, and the carrier is not to come for it any more', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId);
    for (let asked = 0; (await dueIn(orderId)) !== undefined; asked++) {
      at.workers.clock.advance(73 * HOUR_MS);
      await eventually('it is asked once more', async () => (await timesAsked(orderId)) > asked);
    }
    const { data } = await at.workers.fact(ShipmentFailed, orderId);
    expect(data).toMatchObject({ ...MUGS, code: 'silent', dispatched: false, elsewhere: false });
    expect(await at.carrier.shipmentsOf(orderId)).toMatchObject([{ status: 'cancelled' }]);
  });

  test('given the carrier is down when it is to be asked, it is asked when it is back', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId);
    await at.scan(`${orderId}.1`, 'picked_up');
    const lost = await at.carrier.scan(`${orderId}.1`, 'lost');
    await at.carrier.misbehave({ failNext: 2, match: lost.id });
    at.workers.clock.advance(73 * HOUR_MS);
    expect((await at.workers.fact(ShipmentFailed, orderId)).data).toMatchObject({ code: 'lost', dispatched: true });
    expect(await dueIn(orderId)).toBeUndefined();
  });

  test('given the carrier cancelled it by itself, it has failed, and may be tried again', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId);
    const [shipment] = await at.carrier.shipmentsOf(orderId);
    await at.carrier.cancel(shipment?.id as string);
    at.workers.clock.advance(73 * HOUR_MS);
    const { data } = await at.workers.fact(ShipmentFailed, orderId);
    expect(data).toMatchObject({ ...MUGS, code: 'cancelled_by_carrier', dispatched: false, elsewhere: true });
  });

  test('given it is a return that is not scanned, the carrier is asked about that', async () => {
    const [orderId, returnId] = [randomUUID(), randomUUID()];
    await at.shipped(orderId);
    await at.scan(`${orderId}.1`, 'delivered');
    expect(await dueIn(orderId)).toBeUndefined();
    await at.settled(returnRequested(orderId, returnId, { sku: 'MUG-RED', quantity: 1 }));
    await at.carrier.scan(`${orderId}.r1`, 'delivered');
    at.workers.clock.advance(73 * HOUR_MS);
    expect((await at.workers.fact(ReturnReceived, orderId)).data).toMatchObject({ returnId, warehouse: 'BERLIN' });
  });

  test('given a return is not scanned for weeks, it has failed; when it arrives after all, it is received', async () => {
    const [orderId, returnId] = [randomUUID(), randomUUID()];
    await at.shipped(orderId);
    await at.scan(`${orderId}.1`, 'delivered');
    await at.settled(returnRequested(orderId, returnId, { sku: 'MUG-RED', quantity: 1 }));
    for (let asked = 0; (await dueIn(orderId)) !== undefined; asked++) {
      at.workers.clock.advance(72 * HOUR_MS);
      await eventually('it is asked once more', async () => (await timesAsked(orderId)) > asked);
    }
    expect((await at.workers.fact(ReturnFailed, orderId)).data).toMatchObject({ returnId, code: 'silent' });

    await at.scan(`${orderId}.r1`, 'delivered');
    expect((await at.workers.fact(ReturnReceived, orderId)).data).toMatchObject({ returnId, warehouse: 'BERLIN' });
  });
});
