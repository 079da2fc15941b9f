import { randomUUID } from 'node:crypto';
import { OrderEditRequested, ShipmentEdited, ShipmentEditRefused } from '@orderflow/contracts';
import { eventFor } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { type DeliveryFixture, startDeliveryFixture } from './testing/delivery-fixture.ts';
import { CLOCK, cancelRequested, confirmed, MUGS, secured } from './testing/orders.ts';

let at: DeliveryFixture;
beforeAll(async () => {
  at = await startDeliveryFixture(inject('infrastructure'));
});
afterEach(() => at.carrier.misbehave());
afterAll(() => at?.close());

const edit = (orderId: string, what: object) =>
  eventFor(OrderEditRequested, orderId, { editId: randomUUID(), actor: 'customer', reason: 'Not wanted', ...what });
const mug = (quantity = 1) => ({ lines: [{ sku: 'MUG-RED', quantity, name: 'Mug, red' }] });
const elsewhere = (over: object = {}) => ({
  address: { ...confirmed(randomUUID()).data.address, line1: 'Street 2', ...over },
});
const atCarrier = async (orderId: string) =>
  (await at.carrier.shipmentsOf(orderId)).map(({ reference, status, lines, recipient }) => ({
    parcel: reference.split('.')[1],
    status,
    lines: lines?.map(({ sku, quantity }) => `${quantity} ${sku}`).join(', '),
    street: recipient.line1,
  }));
const isLive = ({ status }: { status: string }) => status !== 'cancelled';

describe('lines that are taken out', () => {
  test('leave the parcel at the carrier, which is made anew with what is left', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId, MUGS, CLOCK);
    await at.settled(edit(orderId, mug()));
    expect((await atCarrier(orderId)).filter(isLive)).toMatchObject([
      { parcel: '2', lines: '1 CLOCK-OAK' },
      { parcel: '1', lines: '1 MUG-RED' },
    ]);
    const { data } = await at.workers.fact(ShipmentEdited, orderId);
    expect(data.taken).toEqual([{ ...MUGS, lines: [{ sku: 'MUG-RED', quantity: 1 }] }]);

    const again = (await at.carrier.shipmentsOf(orderId)).find((one) => one.reference.startsWith(`${orderId}.1.`));
    await at.scan(again?.id ?? '', 'delivered');
    expect(await at.published(orderId)).toEqual([
      ...['shipment.created 1', 'shipment.created 2', 'shipment.edited', 'shipment.created 1'],
      ...['shipment.dispatched 1', 'shipment.delivered 1'],
    ]);
    expect((await at.documentOf(orderId))?.shipments?.[0]).toMatchObject({
      status: 'delivered',
      lines: [{ quantity: 1 }],
    });
  });

  test('and leave nothing in a parcel: it is none any more', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId, MUGS, CLOCK);
    await at.settled(edit(orderId, mug(2)));
    expect((await atCarrier(orderId)).filter(isLive)).toMatchObject([{ parcel: '2' }]);
    await at.settled(cancelRequested(orderId));
    expect((await at.published(orderId)).at(-1)).toBe('shipment.cancelled');
  });

  test('given it was picked up before, all stays, and it is said that it has left', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId);
    await at.carrier.scan(`${orderId}.1`, 'picked_up');
    await at.settled(edit(orderId, mug()));
    expect((await at.workers.fact(ShipmentEditRefused, orderId)).data.code).toBe('too_late');
    expect(await at.published(orderId)).toEqual([
      ...['shipment.created 1', 'shipment.dispatched 1', 'shipment.edit_refused too_late'],
    ]);
    expect(await atCarrier(orderId)).toMatchObject([{ lines: '2 MUG-RED', status: 'picked_up' }]);
  });

  test('given the pick-up and eight edits at the same moment, what left is what was said to be left', async () => {
    const orders = Array.from({ length: 8 }, () => randomUUID());
    for (const orderId of orders) await at.shipped(orderId);
    await Promise.all(
      orders.flatMap((orderId) => [
        at.settled(edit(orderId, mug())),
        at.carrier.scan(`${orderId}.1`, 'picked_up').catch(() => {}),
      ]),
    );
    for (const orderId of orders) {
      const [live, ...others] = (await atCarrier(orderId)).filter(isLive);
      expect(others).toEqual([]);
      const wasEdited = (await at.published(orderId)).includes('shipment.edited');
      expect(live?.lines).toBe(wasEdited ? '1 MUG-RED' : '2 MUG-RED');
    }
  });

  test('by two at once leave the parcel both, once', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId, { ...MUGS, lines: [{ sku: 'MUG-RED', quantity: 3 }] });
    const edits = [edit(orderId, mug()), edit(orderId, mug())];
    await at.settled(...edits, ...edits);
    expect((await atCarrier(orderId)).filter(isLive)).toMatchObject([{ lines: '1 MUG-RED' }]);
    expect((await at.published(orderId)).filter((one) => one === 'shipment.edited')).toHaveLength(2);
  });

  test('before payment has vouched are not with the carrier, and it gets what is left', async () => {
    const orderId = randomUUID();
    await at.saidAndSettled(confirmed(orderId));
    await at.saidAndSettled(edit(orderId, mug()));
    expect(await atCarrier(orderId)).toEqual([]);
    await at.saidAndSettled(secured(orderId));
    expect(await atCarrier(orderId)).toMatchObject([{ lines: '1 MUG-RED' }]);
  });

  test('of an order that is being cancelled: refused', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId);
    await at.settled(cancelRequested(orderId));
    await at.settled(edit(orderId, mug()));
    expect((await at.workers.fact(ShipmentEditRefused, orderId)).data.code).toBe('cancelled');
  });
});

describe('parcels for another address', () => {
  test('go to the new address, and where the carrier does not go there to the old one', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId, MUGS, CLOCK);
    await at.settled(edit(orderId, elsewhere()));
    expect((await atCarrier(orderId)).filter(isLive).map(({ street }) => street)).toEqual(['Street 2', 'Street 2']);

    await at.settled(edit(orderId, elsewhere({ line1: 'Nowhere 3', postalCode: '0000' })));
    expect((await at.workers.fact(ShipmentEditRefused, orderId)).data.code).toBe('undeliverable');
    expect((await atCarrier(orderId)).filter(isLive).map(({ street }) => street)).toEqual(['Street 2', 'Street 2']);
  });

  test('once one has left, all stays', async () => {
    const orderId = randomUUID();
    await at.shipped(orderId, MUGS, CLOCK);
    await at.carrier.scan(`${orderId}.2`, 'picked_up');
    await at.settled(edit(orderId, elsewhere()));
    expect((await at.workers.fact(ShipmentEditRefused, orderId)).data.code).toBe('too_late');
    const live = (await atCarrier(orderId)).filter(isLive);
    expect(live.map(({ parcel, street }) => [parcel, street]).sort()).toEqual([
      ['1', 'Street 1'],
      ['2', 'Street 1'],
    ]);
  });
});
