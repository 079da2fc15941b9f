import { randomUUID } from 'node:crypto';
import { ShipmentCancelled } from '@orderflow/contracts';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type DeliveryFixture, startDeliveryFixture } from './testing/delivery-fixture.ts';
import { CLOCK, cancelRequested, confirmed, MUGS } from './testing/orders.ts';

let at: DeliveryFixture;
beforeAll(async () => {
  at = await startDeliveryFixture(inject('infrastructure'));
});
afterAll(() => at?.close());

/** The order's document as the version before the renaming stored it. */
async function storedAs(orderId: string, old: string, status: string) {
  const documents = at.workers.database.collection<{ _id: string; status: string }>('shipments');
  const { modifiedCount } = await documents.updateOne({ _id: orderId, status }, { $set: { status: old } });
  expect(modifiedCount).toBe(1);
}

test('called_off: a confirmation that comes later ships nothing', async () => {
  const orderId = randomUUID();
  await at.settled(cancelRequested(orderId, 'pending'));
  await storedAs(orderId, 'called_off', 'cancelled_early');
  await at.settled(confirmed(orderId));
  expect(await at.carrier.shipmentsOf(orderId)).toEqual([]);
  expect(await at.published(orderId)).toEqual([]);
  expect(await at.documentOf(orderId)).toMatchObject({ status: 'cancelled' });
});

test('to_call_off: the confirmation is answered', async () => {
  const orderId = randomUUID();
  await at.settled(cancelRequested(orderId));
  await storedAs(orderId, 'to_call_off', 'cancel_pending');
  await at.settled(confirmed(orderId));
  expect(await at.carrier.shipmentsOf(orderId)).toEqual([]);
  expect(await at.published(orderId)).toEqual(['shipment.cancelled']);
  expect(await at.documentOf(orderId)).toMatchObject({ status: 'cancelled' });
});

test('curtailed: what has left is followed, and a cancellation changes nothing', async () => {
  const orderId = randomUUID();
  await at.shipped(orderId, MUGS, CLOCK);
  await at.scan(`${orderId}.1`, 'picked_up');
  await at.settled(cancelRequested(orderId));
  await storedAs(orderId, 'curtailed', 'partially_cancelled');
  await at.settled(cancelRequested(orderId));
  await at.scan(`${orderId}.1`, 'delivered');
  expect((await at.published(orderId)).slice(2)).toEqual([
    'shipment.dispatched 1',
    'shipment.failed 2 cancelled',
    'shipment.delivered 1',
  ]);
  expect(await at.documentOf(orderId)).toMatchObject({ shipments: [{ status: 'delivered' }, { status: 'cancelled' }] });
});

test('to_call_off: its deadline passes, and it is answered', async () => {
  const orderId = randomUUID();
  await at.settled(cancelRequested(orderId));
  await storedAs(orderId, 'to_call_off', 'cancel_pending');
  at.workers.clock.advance(73 * 60 * 60_000);
  await at.workers.fact(ShipmentCancelled, orderId);
  expect(await at.documentOf(orderId)).toMatchObject({ status: 'cancelled_early' });
});
