import { randomUUID } from 'node:crypto';
import { ReturnCreated, ReturnFailed, ReturnReceived } from '@orderflow/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { type DeliveryFixture, startDeliveryFixture } from './testing/delivery-fixture.ts';
import { CLOCK, confirmed, MUGS, returnRequested } from './testing/orders.ts';

let at: DeliveryFixture;
beforeAll(async () => {
  at = await startDeliveryFixture(inject('infrastructure'));
});
afterEach(() => at.carrier.misbehave());
afterAll(() => at?.close());

const ONE_MUG = { sku: 'MUG-RED', quantity: 1 };
const ONE_CLOCK = { sku: 'CLOCK-OAK', quantity: 1 };
/** Two mugs from Berlin and a clock from Hamburg have arrived. */
async function delivered(): Promise<string> {
  const orderId = randomUUID();
  await at.shipped(orderId, MUGS, CLOCK);
  await at.scan(`${orderId}.1`, 'delivered');
  await at.scan(`${orderId}.2`, 'delivered');
  return orderId;
}
const backOf = async (orderId: string) =>
  (await at.carrier.shipmentsOf(orderId)).filter(({ reference }) => reference.includes('.r'));
const storyOfReturns = async (orderId: string) =>
  (await at.published(orderId)).filter((one) => one.startsWith('return.'));

describe('a return', () => {
  test('goes from the customer to the warehouse that sent the lines, is followed, and received', async () => {
    const [orderId, returnId] = [await delivered(), randomUUID()];
    await at.settled(returnRequested(orderId, returnId, ONE_CLOCK));

    const [back] = await backOf(orderId);
    expect(back).toMatchObject({
      ...{ reference: `${orderId}.r1`, sender: { city: 'Amsterdam' }, recipient: { city: 'Hamburg' } },
      lines: [{ ...ONE_CLOCK, name: 'Clock, oak' }],
    });
    const { id: shipmentId, trackingNumber } = back ?? {};
    const { data } = await at.workers.fact(ReturnCreated, orderId);
    expect(data).toMatchObject({ returnId, shipmentId, trackingNumber, lines: [ONE_CLOCK] });

    await at.scan(`${orderId}.r1`, 'picked_up');
    expect(await at.documentOf(orderId)).toMatchObject({ returns: [{ returnId, status: 'under_way' }] });
    await at.scan(`${orderId}.r1`, 'delivered');
    const received = await at.workers.fact(ReturnReceived, orderId);
    expect(received.data).toMatchObject({ returnId, warehouse: 'HAMBURG', lines: [ONE_CLOCK] });
    expect(await storyOfReturns(orderId)).toEqual(['return.created', 'return.received']);
  });

  test('given it is asked for twice, is one', async () => {
    const [orderId, returnId] = [await delivered(), randomUUID()];
    await at.settled(returnRequested(orderId, returnId, ONE_MUG), returnRequested(orderId, returnId, ONE_MUG));
    await at.settled(returnRequested(orderId, returnId, ONE_MUG));
    expect(await backOf(orderId)).toHaveLength(1);
    expect(await storyOfReturns(orderId)).toEqual(['return.created']);
  });

  test('given several at once, each has a shipment and a number of its own', async () => {
    const orderId = await delivered();
    const ids = [randomUUID(), randomUUID(), randomUUID()] as const;
    await at.settled(
      returnRequested(orderId, ids[0], ONE_MUG),
      returnRequested(orderId, ids[1], ONE_MUG),
      returnRequested(orderId, ids[2], ONE_CLOCK),
    );
    const references = (await backOf(orderId)).map(({ reference }) => reference).toSorted();
    expect(references).toEqual(['r1', 'r2', 'r3'].map((number) => `${orderId}.${number}`));
    const created = at.eventsOf(orderId).filter(({ type }) => type === 'return.created');
    expect(created.map(({ data }) => (data as { returnId: string }).returnId).toSorted()).toEqual([...ids].toSorted());
    expect(new Set(created.map(({ data }) => (data as { shipmentId: string }).shipmentId)).size).toBe(3);
  });

  test('given the carrier took it but the answer was lost, is found again', async () => {
    const [orderId, returnId] = [await delivered(), randomUUID()];
    await at.carrier.misbehave({ failAfter: 1, match: `${orderId}.r1` });
    await at.publish(returnRequested(orderId, returnId, ONE_MUG));
    const { data } = await at.workers.fact(ReturnCreated, orderId);
    expect((await backOf(orderId)).map(({ id }) => id)).toEqual([data.shipmentId]);
    expect(await at.carrier.calls('POST', `${orderId}.r1`)).toHaveLength(1);
  });

  test.each(['lost', 'returned_to_sender'] as const)('given it is %s, has failed', async (status) => {
    const [orderId, returnId] = [await delivered(), randomUUID()];
    await at.settled(returnRequested(orderId, returnId, ONE_MUG));
    await at.scan(`${orderId}.r1`, 'picked_up');
    await at.scan(`${orderId}.r1`, status);
    expect((await at.workers.fact(ReturnFailed, orderId)).data).toMatchObject({ returnId, code: status });
    expect(await at.documentOf(orderId)).toMatchObject({ returns: [{ status: 'failed' }] });
  });

  test('given the carrier refuses to collect it, has failed with its reason', async () => {
    const orderId = await delivered();
    const returnId = randomUUID();
    await at.workers.database
      .collection<{ _id: string }>('shipments')
      .updateOne({ _id: orderId }, { $set: { 'address.country': 'AQ' } });
    await at.settled(returnRequested(orderId, returnId, ONE_MUG));
    expect((await at.workers.fact(ReturnFailed, orderId)).data).toEqual({
      returnId,
      code: 'ADDRESS_UNDELIVERABLE',
      reason: 'We cannot deliver to this address: AQ is not served',
    });
  });

  test('given the lines never arrived, has failed, and the carrier is not troubled', async () => {
    const [orderId, returnId] = [randomUUID(), randomUUID()];
    await at.settled(confirmed(orderId));
    await at.settled(returnRequested(orderId, returnId, ONE_MUG));
    expect((await at.workers.fact(ReturnFailed, orderId)).data).toMatchObject({ returnId, code: 'not_delivered' });
    expect(await backOf(orderId)).toEqual([]);
  });
});
