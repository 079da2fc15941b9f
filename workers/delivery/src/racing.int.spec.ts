import { randomUUID } from 'node:crypto';
import type { Parcel } from '@orderflow/contracts';
import type { RunningWorker } from '@orderflow/runtime';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Carrier } from './adapters/carrier.ts';
import { httpCarrier } from './adapters/http-carrier.ts';
import { deliveryParts } from './parts.ts';
import { API_KEY, type CarrierAtHand, carrierAtHand, scanned } from './testing/carrier.ts';
import { conversation } from './testing/delivery-fixture.ts';
import { CLOCK, cancelled, cancelRequested, confirmed, MUGS, reallocated, warehouses } from './testing/orders.ts';
import { type Stop, stoppable } from './testing/stoppable.ts';
import { delivery } from './worker.ts';

let workers: WorkerFixture;
let atHand: CarrierAtHand;
let at: ReturnType<typeof conversation>;
let port: Carrier;
let parts: ReturnType<typeof deliveryParts>;
let replicas: RunningWorker[];
let deadLetteredBefore: number;
beforeAll(async () => {
  [workers, atHand] = await Promise.all([startWorkerFixture(inject('infrastructure')), carrierAtHand()]);
  at = conversation(workers, atHand);
  port = httpCarrier({ url: atHand.url, apiKey: API_KEY });
  parts = deliveryParts(workers.database, { carrier: port, warehouses });
});
beforeEach(async () => {
  replicas = [];
  deadLetteredBefore = await deadLettered();
});
afterEach(async () => {
  await Promise.all(replicas.map((worker) => worker.drain(0)));
  await atHand.misbehave();
  expect(await deadLettered()).toBe(deadLetteredBefore);
});
afterAll(async () => {
  await workers?.close();
  await atHand?.close();
});

const deadLettered = async () =>
  (await workers.metrics.deadLettered.get()).values.reduce((sum, { value }) => sum + value, 0);
const statusOf = async (orderId: string) => (await at.documentOf(orderId))?.status;
const atCarrier = async (orderId: string) => (await atHand.shipmentsOf(orderId)).map(({ status }) => status);
const pickUp = (orderId: string, parcelId: string) => atHand.scan(`${orderId}.${parcelId}`, 'picked_up');

async function start(stop?: Stop): Promise<RunningWorker> {
  const carrier = stop?.before(port) ?? port;
  const worker = await workers.run(delivery, { ...parts, deps: { ...parts.deps, carrier } });
  replicas.push(worker);
  return worker;
}

/** The stopped try goes on, or is killed and another worker gets the message again. */
const endings: Record<string, (stop: Stop, first: RunningWorker) => Promise<void>> = {
  'goes on': async (stop) => stop.goOn(),
  'is killed': async (_, first) => {
    await start();
    await first.drain(0);
  },
};
const expectPublished = async (orderId: string, events: string[]) => {
  await eventually(`${orderId}: ${events}`, async () => (await at.published(orderId)).length >= events.length);
  expect(await at.published(orderId)).toEqual(events);
};

/** An order whose confirmation is being handled: stopped at the create of its parcel. */
async function confirming(orderId: string, where: Stop['where'], parcels: Parcel[] = [MUGS]) {
  const stop = stoppable(`${orderId}.${parcels.at(-1)?.parcelId}`, where);
  const first = await start(stop);
  await at.publish(confirmed(orderId, parcels));
  await eventually(`it is stopped ${where} the create`, () => stop.reached);
  return { stop, first };
}
async function askToCancel(orderId: string) {
  await at.settled(cancelRequested(orderId));
  expect(await at.published(orderId)).toEqual([]);
  expect(await statusOf(orderId)).toBe('cancel_pending');
}

describe('cancelled while its confirmation is being handled', () => {
  test.each(Object.entries(endings))('given the parcel is created and the try %s, it is cancelled', async (_, end) => {
    const orderId = randomUUID();
    const { stop, first } = await confirming(orderId, 'after');
    await askToCancel(orderId);
    await end(stop, first);
    await expectPublished(orderId, ['shipment.cancelled']);
    expect(await atCarrier(orderId)).toEqual(['cancelled']);
  });

  test.each(Object.entries(endings))(
    'given the parcel has left before the request and the try %s, it has left',
    async (_, end) => {
      const orderId = randomUUID();
      const { stop, first } = await confirming(orderId, 'after');
      const scan = scanned(await pickUp(orderId, '1'));
      await askToCancel(orderId);
      await end(stop, first);
      await expectPublished(orderId, ['shipment.created 1', 'shipment.dispatched 1']);
      await at.settled(scan);
      await expectPublished(orderId, ['shipment.created 1', 'shipment.dispatched 1']);
    },
  );

  test('given the create arrives after the request, the parcel is cancelled', async () => {
    const orderId = randomUUID();
    const { stop } = await confirming(orderId, 'before');
    await askToCancel(orderId);
    stop.goOn();
    await expectPublished(orderId, ['shipment.cancelled']);
    expect(await atCarrier(orderId)).toEqual(['cancelled']);
  });

  test('given it even leaves before that try is through, it has left, and the other parcel has failed as cancelled', async () => {
    const orderId = randomUUID();
    const { stop } = await confirming(orderId, 'before', [CLOCK, MUGS]);
    await askToCancel(orderId);
    stop.afterwards = async () => void (await pickUp(orderId, '1'));
    stop.goOn();
    await expectPublished(orderId, ['shipment.created 1', 'shipment.dispatched 1', 'shipment.failed 2 cancelled']);
    expect(await statusOf(orderId)).toBe('partially_cancelled');
  });

  test('given the try is killed before it reaches the carrier, nothing is made any more', async () => {
    const orderId = randomUUID();
    const { stop, first } = await confirming(orderId, 'before');
    await askToCancel(orderId);
    await endings['is killed']?.(stop, first);
    await expectPublished(orderId, ['shipment.cancelled']);
    expect(await atCarrier(orderId)).toEqual([]);
  });

  test.each([
    ['waits there', false, ['shipment.cancelled']],
    ['leaves', true, ['shipment.created 1', 'shipment.dispatched 1']],
  ])(
    'given a call of the killed try arrives while the next one looks, and the parcel %s, that is seen',
    async (_, leaves, published) => {
      const orderId = randomUUID();
      const { first } = await confirming(orderId, 'before');
      await askToCancel(orderId);
      const late = stoppable(`${orderId}.1`, 'after');
      late.afterFind = async () => {
        await at.createdBehindOurBack(orderId);
        if (leaves) await pickUp(orderId, '1');
      };
      await start(late);
      await first.drain(0);
      await expectPublished(orderId, published);
    },
  );

  test('given nobody asked us, and the parcel leaves, that is published', async () => {
    const orderId = randomUUID();
    const { stop } = await confirming(orderId, 'after');
    await at.settled(cancelled(orderId));
    await pickUp(orderId, '1');
    stop.goOn();
    await expectPublished(orderId, ['shipment.created 1', 'shipment.dispatched 1']);
  });
});

describe('cancelled while a parcel comes from elsewhere', () => {
  const FROM_HAMBURG = { ...MUGS, parcelId: '3', warehouse: 'HAMBURG' };
  const FAILED = 'shipment.failed 1 ORIGIN_UNAVAILABLE';
  async function reallocating(orderId: string, where: Stop['where']) {
    const stop = stoppable(`${orderId}.3`, where);
    const first = await start(stop);
    await atHand.misbehave({ unavailableOrigins: ['BERLIN'] });
    await at.settled(confirmed(orderId));
    await at.publish(reallocated(orderId, '1', FROM_HAMBURG));
    await eventually(`it is stopped ${where} the create`, () => stop.reached);
    await at.settled(cancelRequested(orderId));
    expect(await at.published(orderId)).toEqual([FAILED]);
    expect(await statusOf(orderId)).toBe('cancelling');
    return { stop, first };
  }

  test.each(Object.entries(endings))('given the try %s and nothing has left, it is cancelled', async (_, end) => {
    const orderId = randomUUID();
    const { stop, first } = await reallocating(orderId, 'after');
    await end(stop, first);
    await expectPublished(orderId, [FAILED, 'shipment.cancelled']);
    expect(await atCarrier(orderId)).toEqual(['cancelled']);
  });

  test('given the new parcel leaves before that try is through, it has left', async () => {
    const orderId = randomUUID();
    const { stop } = await reallocating(orderId, 'before');
    stop.afterwards = async () => void (await pickUp(orderId, '3'));
    stop.goOn();
    await expectPublished(orderId, [FAILED, 'shipment.created 3', 'shipment.dispatched 3']);
  });

  test('given no other parcel comes, that is the answer after a while', async () => {
    const orderId = randomUUID();
    await start();
    await atHand.misbehave({ unavailableOrigins: ['BERLIN'] });
    await at.settled(confirmed(orderId, [MUGS, CLOCK]));
    await at.settled(cancelRequested(orderId));
    expect(await atCarrier(orderId)).toEqual(['cancelled']);
    workers.clock.advance(2 * 60_000 + 1);
    await eventually('it is answered', async () => (await at.published(orderId)).at(-1) === 'shipment.cancelled');
    expect(await statusOf(orderId)).toBe('cancelled');
  });
});

describe('given its confirmation does not come', () => {
  const LONG_MS = 72 * 60 * 60_000 + 1;

  test('and nothing of it is at the carrier, the request is answered in the end; late it ships nothing', async () => {
    const orderId = randomUUID();
    await start();
    await askToCancel(orderId);
    workers.clock.advance(LONG_MS);
    await expectPublished(orderId, ['shipment.cancelled']);
    await at.settled(confirmed(orderId));
    await expectPublished(orderId, ['shipment.cancelled']);
    expect(await atCarrier(orderId)).toEqual([]);
  });

  test('and a parcel of it has left, it is waited for further, and then published', async () => {
    const orderId = randomUUID();
    await start();
    await at.createdBehindOurBack(orderId);
    await pickUp(orderId, '1');
    await askToCancel(orderId);
    const due = (await at.documentOf(orderId))?.due as Date;
    workers.clock.advance(LONG_MS);
    await eventually(
      'it is put off',
      async () =>
        ((await at.documentOf(orderId))?.due ?? due) > due &&
        (await at.documentOf(orderId))?.askAt !== due.toISOString(),
    );
    expect(await at.published(orderId)).toEqual([]);
    await at.settled(confirmed(orderId));
    await expectPublished(orderId, ['shipment.created 1', 'shipment.dispatched 1']);
  });
});

test('that a cancelled parcel of which nothing was stored has left is published when it is scanned', async () => {
  const orderId = randomUUID();
  await start();
  await askToCancel(orderId);
  await at.settled(confirmed(orderId));
  await at.createdBehindOurBack(orderId);
  await at.settled(scanned(await pickUp(orderId, '1')));
  await expectPublished(orderId, ['shipment.cancelled', 'shipment.dispatched 1']);
  expect(await statusOf(orderId)).toBe('partially_cancelled');
});
