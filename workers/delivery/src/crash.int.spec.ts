import { randomUUID } from 'node:crypto';
import { ShipmentCreated } from '@orderflow/contracts';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Carrier } from './adapters/carrier.ts';
import { httpCarrier } from './adapters/http-carrier.ts';
import { deliveryParts } from './parts.ts';
import { API_KEY, type CarrierAtHand, carrierAtHand } from './testing/carrier.ts';
import { conversation } from './testing/delivery-fixture.ts';
import { CLOCK, confirmed, MUGS, warehouses } from './testing/orders.ts';
import { delivery } from './worker.ts';

let workers: WorkerFixture;
let atHand: CarrierAtHand;
let port: Carrier;
beforeAll(async () => {
  [workers, atHand] = await Promise.all([startWorkerFixture(inject('infrastructure')), carrierAtHand()]);
  port = httpCarrier({ url: atHand.url, apiKey: API_KEY });
});
afterAll(async () => {
  await workers?.close();
  await atHand?.close();
});

test('given a worker that is gone between two calls to the carrier, another one finds the first parcel and ships the second', async () => {
  const orderId = randomUUID();
  let stuck = false;
  const hangs: Carrier = {
    ...port,
    create: (request, signal) => {
      if (request.reference === `${orderId}.1`) return port.create(request, signal);
      stuck = true;
      return new Promise(() => {});
    },
  };
  const parts = deliveryParts(workers.database, { carrier: port, warehouses });
  const first = await workers.run(delivery, { ...parts, deps: { ...parts.deps, carrier: hangs } });
  const { publish, published } = conversation(workers, atHand);
  await publish(confirmed(orderId, [MUGS, CLOCK]));
  await eventually('the first worker is between two calls', () => stuck);
  const [alreadyThere] = await atHand.shipmentsOf(orderId);

  await workers.run(delivery, parts);
  await first.drain(0);

  const created = await workers.fact(ShipmentCreated, orderId, ({ data }) => data.parcelId === '1');
  expect(created.data.shipmentId).toBe(alreadyThere?.id);
  await workers.fact(ShipmentCreated, orderId, ({ data }) => data.parcelId === '2');
  expect(await published(orderId)).toEqual(['shipment.created 1', 'shipment.created 2']);
  expect(await atHand.calls('POST', `${orderId}.1`)).toHaveLength(1);
  expect(await atHand.shipmentsOf(orderId)).toHaveLength(2);
});
