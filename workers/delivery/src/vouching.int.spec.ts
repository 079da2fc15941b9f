import { randomUUID } from 'node:crypto';
import { ShipmentCancelled, ShipmentCreated, ShipmentDispatched, ShipmentFailed } from '@orderflow/contracts';
import type { RunningWorker } from '@orderflow/runtime';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Carrier } from './adapters/carrier.ts';
import { httpCarrier } from './adapters/http-carrier.ts';
import { deliveryParts } from './parts.ts';
import { API_KEY, type CarrierAtHand, carrierAtHand } from './testing/carrier.ts';
import { conversation } from './testing/delivery-fixture.ts';
import {
  CLOCK,
  cancelled,
  cancelRequested,
  confirmed,
  MUGS,
  reallocated,
  secured,
  unsecured,
  warehouses,
} from './testing/orders.ts';
import { type Stop, stoppable } from './testing/stoppable.ts';
import { delivery } from './worker.ts';

let workers: WorkerFixture;
let atHand: CarrierAtHand;
let at: ReturnType<typeof conversation>;
let port: Carrier;
let parts: ReturnType<typeof deliveryParts>;
let replicas: RunningWorker[];
beforeAll(async () => {
  [workers, atHand] = await Promise.all([startWorkerFixture(inject('infrastructure')), carrierAtHand()]);
  at = conversation(workers, atHand);
  port = httpCarrier({ url: atHand.url, apiKey: API_KEY });
  parts = deliveryParts(workers.database, { carrier: port, warehouses });
});
beforeEach(async () => {
  replicas = [];
});
afterEach(async () => {
  await Promise.all(replicas.map((worker) => worker.drain(0)));
  await atHand.misbehave();
  expect((await workers.metrics.deadLettered.get()).values.reduce((sum, { value }) => sum + value, 0)).toBe(0);
});
afterAll(async () => {
  await workers?.close();
  await atHand?.close();
});

async function start(stop?: Stop): Promise<RunningWorker> {
  const carrier = stop?.before(port) ?? port;
  const worker = await workers.run(delivery, { ...parts, deps: { ...parts.deps, carrier } });
  replicas.push(worker);
  return worker;
}

const FROM_HAMBURG = { ...MUGS, parcelId: '3', warehouse: 'HAMBURG' };
const STOPPED = 'shipment.failed 1 payment_unsecured';
const statusOf = async (orderId: string) => (await at.documentOf(orderId))?.status;
const parcelsOf = async (orderId: string) => (await at.documentOf(orderId))?.shipments?.map(({ status }) => status);
const atCarrier = async (orderId: string) => (await atHand.shipmentsOf(orderId)).map(({ status }) => status);
const expectPublished = async (orderId: string, events: string[]) => {
  await eventually(`${orderId}: ${events}`, async () => (await at.published(orderId)).length >= events.length);
  expect(await at.published(orderId)).toEqual(events);
};

describe('an order whose payment is asked for', () => {
  test('given it is confirmed first, nothing is ordered; when payment vouches for it, each parcel is, once', async () => {
    await start();
    const orderId = randomUUID();
    await at.saidAndSettled(confirmed(orderId, [MUGS, CLOCK]));
    expect(await atCarrier(orderId)).toEqual([]);
    expect(await parcelsOf(orderId)).toEqual(['reserved', 'reserved']);

    const twice = secured(orderId);
    await at.saidAndSettled(twice, twice);

    await expectPublished(orderId, ['shipment.created 1', 'shipment.created 2']);
    expect(await atCarrier(orderId)).toEqual(['created', 'created']);
  });

  test('given payment vouches for it first, it ships when it is confirmed', async () => {
    await start();
    const orderId = randomUUID();
    await at.saidAndSettled(secured(orderId));
    expect(await statusOf(orderId)).toBe('unconfirmed');
    await at.saidAndSettled(confirmed(orderId));
    await expectPublished(orderId, ['shipment.created 1']);
  });

  test('given both come at once, each parcel ships once', async () => {
    await start();
    await start();
    await atHand.misbehave({ latency: 20 });
    const orders = Array.from({ length: 10 }, () => randomUUID());
    await at.saidAndSettled(...orders.flatMap((orderId) => [confirmed(orderId, [MUGS, CLOCK]), secured(orderId)]));
    for (const orderId of orders) {
      await expectPublished(orderId, ['shipment.created 1', 'shipment.created 2']);
      expect(await atHand.calls('POST', `${orderId}.1`)).toHaveLength(1);
    }
  });

  test.each(['before', 'after'])(
    'given payment does not vouch for it, %s it is confirmed, nothing ships; once it does, all does',
    async (when) => {
      await start();
      const orderId = randomUUID();
      const both = [unsecured(orderId), confirmed(orderId, [MUGS, CLOCK])];
      for (const one of when === 'before' ? both : both.toReversed()) await at.saidAndSettled(one);
      expect(await atCarrier(orderId)).toEqual([]);
      expect(await at.published(orderId)).toEqual([]);
      expect(await parcelsOf(orderId)).toEqual(['reserved', 'reserved']);

      await at.saidAndSettled(secured(orderId, 2));
      await expectPublished(orderId, ['shipment.created 1', 'shipment.created 2']);
    },
  );

  test('given an older event of payment comes late, it changes nothing', async () => {
    await start();
    const orderId = randomUUID();
    await at.saidAndSettled(confirmed(orderId));
    await at.saidAndSettled(unsecured(orderId, 2));
    await at.saidAndSettled(secured(orderId, 1));
    expect(await atCarrier(orderId)).toEqual([]);
    expect(await parcelsOf(orderId)).toEqual(['reserved']);
  });
});

describe('an order that payment does not vouch for any more', () => {
  const shipped = async (orderId: string, ...parcels: (typeof MUGS)[]) => {
    await at.saidAndSettled(confirmed(orderId, parcels), secured(orderId));
    await workers.fact(ShipmentCreated, orderId, ({ data }) => data.parcelId === parcels.at(-1)?.parcelId);
  };

  test('given its parcel waits for the carrier, it is cancelled there, and held for another try, which waits for payment', async () => {
    await start();
    const orderId = randomUUID();
    await shipped(orderId, MUGS);

    await at.saidAndSettled(unsecured(orderId, 2));

    expect(await atCarrier(orderId)).toEqual(['cancelled']);
    const { data } = await workers.fact(ShipmentFailed, orderId);
    expect(data).toMatchObject({ ...MUGS, code: 'payment_unsecured', dispatched: false, elsewhere: true });
    await at.saidAndSettled(reallocated(orderId, '1', FROM_HAMBURG));
    expect(await parcelsOf(orderId)).toEqual(['replaced', 'reserved']);
    expect(await atCarrier(orderId)).toEqual(['cancelled']);

    await at.saidAndSettled(secured(orderId, 3));
    await expectPublished(orderId, ['shipment.created 1', STOPPED, 'shipment.created 3']);
    expect(await atCarrier(orderId)).toEqual(['cancelled', 'created']);
  });

  test('given a parcel has left, it says so at once; the other one is stopped', async () => {
    await start();
    const orderId = randomUUID();
    await shipped(orderId, MUGS, CLOCK);
    await atHand.scan(`${orderId}.2`, 'picked_up');
    await at.saidAndSettled(unsecured(orderId, 2));
    expect((await workers.fact(ShipmentDispatched, orderId)).data.parcelId).toBe('2');
    expect((await at.published(orderId)).slice(2).toSorted()).toEqual(['shipment.dispatched 2', STOPPED]);
  });

  test('given a parcel failed before, and the one in its place is at the carrier and not stored yet, that is cancelled', async () => {
    await start();
    const orderId = randomUUID();
    await atHand.misbehave({ unavailableOrigins: ['BERLIN'] });
    await at.saidAndSettled(confirmed(orderId), secured(orderId));
    await workers.fact(ShipmentFailed, orderId);
    await atHand.misbehave();
    await at.createdBehindOurBack(orderId, '3');
    await at.saidAndSettled(unsecured(orderId, 2));
    expect(await atCarrier(orderId)).toEqual(['cancelled']);
  });
});

describe('cancelled while payment is waited for', () => {
  test('given payment vouches for it then, nothing ships, and that is the answer', async () => {
    await start();
    const orderId = randomUUID();
    await at.saidAndSettled(confirmed(orderId, [MUGS, CLOCK]));
    await at.saidAndSettled(cancelRequested(orderId));
    expect(await at.published(orderId)).toEqual([]);
    await at.saidAndSettled(secured(orderId));
    await expectPublished(orderId, ['shipment.cancelled']);
    expect(await atCarrier(orderId)).toEqual([]);
    expect(await statusOf(orderId)).toBe('cancelled');
  });

  test('given payment says nothing, it is answered after a while', async () => {
    await start();
    const orderId = randomUUID();
    await at.saidAndSettled(confirmed(orderId));
    await at.saidAndSettled(cancelRequested(orderId));
    expect(await statusOf(orderId)).toBe('cancelling');
    workers.clock.advance(2 * 60_000 + 1);
    await workers.fact(ShipmentCancelled, orderId);
    expect(await parcelsOf(orderId)).toEqual(['cancelled']);
  });

  test('given payment does not vouch for it, it is answered at once', async () => {
    await start();
    const orderId = randomUUID();
    await at.saidAndSettled(confirmed(orderId), unsecured(orderId));
    await at.saidAndSettled(cancelRequested(orderId));
    await expectPublished(orderId, ['shipment.cancelled']);
  });

  test('given nobody asks us, payment.secured that comes later ships nothing', async () => {
    await start();
    const orderId = randomUUID();
    await at.saidAndSettled(confirmed(orderId));
    await at.saidAndSettled(cancelled(orderId));
    await at.saidAndSettled(secured(orderId));
    expect(await atCarrier(orderId)).toEqual([]);
    expect(await statusOf(orderId)).toBe('cancelled');
  });
});

describe('while the first payment.secured is being handled, and its parcel ordered', () => {
  /** The stopped try goes on, or is killed and another worker gets the message again. */
  const endings: Record<string, (stop: Stop, first: RunningWorker) => Promise<void>> = {
    'goes on': async (stop) => stop.goOn(),
    'is killed': async (_, first) => {
      await start();
      await first.drain(0);
    },
  };
  /** Stopped at the create of the parcel, by the event that came second. */
  async function shipping(orderId: string, where: Stop['where'], second: 'confirmed' | 'secured') {
    const stop = stoppable(`${orderId}.1`, where);
    const first = await start(stop);
    const events = [secured(orderId), confirmed(orderId)];
    const [earlier, later] = second === 'confirmed' ? events : events.toReversed();
    await at.saidAndSettled(earlier as (typeof events)[0]);
    await at.say(later as (typeof events)[0]);
    await eventually(`it is stopped ${where} the create`, () => stop.reached);
    return { stop, first };
  }
  const cases = (['confirmed', 'secured'] as const).flatMap((second) =>
    (['before', 'after'] as const).flatMap((where) => Object.keys(endings).map((end) => [second, where, end] as const)),
  );

  test.each(cases)(
    '(%s second, stopped %s) given it is taken back and the try %s, nothing leaves',
    async (second, where, end) => {
      const orderId = randomUUID();
      const { stop, first } = await shipping(orderId, where, second);
      await at.saidAndSettled(unsecured(orderId, 2));
      await endings[end]?.(stop, first);
      await eventually('nothing waits at the carrier', async () => {
        const parcels = await parcelsOf(orderId);
        const isThrough = parcels?.every((status) => status === 'reserved' || status === 'failed');
        return (
          isThrough && (await atCarrier(orderId)).every((status) => status === 'cancelled') && (await isDone(orderId))
        );
      });
      expect(await at.published(orderId)).toEqual((await parcelsOf(orderId))?.[0] === 'failed' ? [STOPPED] : []);
    },
  );

  test.each(cases)(
    '(%s second, stopped %s) given it is cancelled and the try %s, it is cancelled',
    async (second, where, end) => {
      const orderId = randomUUID();
      const { stop, first } = await shipping(orderId, where, second);
      await at.saidAndSettled(cancelRequested(orderId));
      await endings[end]?.(stop, first);
      await expectPublished(orderId, ['shipment.cancelled']);
      expect((await atCarrier(orderId)).filter((status) => status !== 'cancelled')).toEqual([]);
    },
  );

  /** All that was published about the order has been handled. */
  const isDone = async (orderId: string) => Object.keys((await at.documentOf(orderId))?.handled ?? {}).length >= 3;
});
