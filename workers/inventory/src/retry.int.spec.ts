import { randomUUID } from 'node:crypto';
import {
  InventoryCommitted,
  InventoryReallocated,
  InventoryReleased,
  InventoryReserved,
  type Parcel,
} from '@orderflow/contracts';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { cancelled, dispatched, failed, inventoryFixture, placed } from './testing.ts';

let workers: WorkerFixture;
let fixture: ReturnType<typeof inventoryFixture>;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  fixture = inventoryFixture(workers);
  await fixture.run();
  await fixture.run();
});
afterEach(async () => {
  await eventually('the books add up', async () => (await fixture.faults()).length === 0);
});
afterAll(() => workers?.close());

const MINUTE_MS = 60_000;
/** In whole minutes, since the clock goes on meanwhile. */
const dueIn = async (orderId: string) => {
  const due = ((await fixture.reservationOf(orderId)) as { due?: Date } | null)?.due;
  return due && Math.round((due.getTime() - workers.clock.now().getTime()) / MINUTE_MS);
};
const waits = (orderId: string) => eventually('it waits', async () => (await dueIn(orderId)) !== undefined);

/** Nobody else has it: an order of two whose parcel the carrier cannot collect. */
async function stranded(stock: Record<string, number> = { BERLIN: 2 }) {
  const [orderId, sku] = [randomUUID(), await fixture.sku(stock)];
  await workers.publisher.publish([placed(orderId, [{ sku, quantity: 2 }])]);
  const [parcel] = (await workers.fact(InventoryReserved, orderId)).data.parcels;
  await workers.publisher.publish([failed(orderId, parcel as Parcel)]);
  await waits(orderId);
  return { orderId, sku, parcel: parcel as Parcel };
}

/** The parcel that takes the place of this one. */
const instead = async (orderId: string, parcelId: string): Promise<Parcel> => {
  const { data } = await workers.fact(InventoryReallocated, orderId, (event) => event.data.replaced === parcelId);
  expect(data.parcels).toHaveLength(1);
  return data.parcels[0] as Parcel;
};
const saidAbout = (orderId: string) =>
  workers.heard.filter((e) => e.subject === orderId && e.source === '/inventory').map(({ type }) => type);

describe('a parcel that no warehouse can send', () => {
  test('stays held for a while, and is then tried again where it is, as a new parcel', async () => {
    const { orderId, sku, parcel } = await stranded();
    expect(await dueIn(orderId)).toBe(15);
    expect(await fixture.stockOf(sku)).toMatchObject({ held: 2, holds: { [orderId]: 2 } });
    expect(saidAbout(orderId)).toEqual(['inventory.reserved']);

    workers.clock.advance(16 * MINUTE_MS);
    const next = await instead(orderId, '1');
    expect(next).toEqual({ ...parcel, parcelId: '2' });
    expect(await fixture.stockOf(sku)).toEqual({ onHand: 2, held: 2, available: 0, holds: { [orderId]: 2 } });

    await workers.publisher.publish([dispatched(orderId, next)]);
    expect((await workers.fact(InventoryCommitted, orderId)).data).toEqual(next);
    expect(await fixture.stockOf(sku)).toEqual({ onHand: 0, held: 0, available: 0, holds: {} });
    expect(await dueIn(orderId)).toBeUndefined();
  });

  test('given another warehouse has the goods by then, comes from there', async () => {
    const { orderId, sku } = await stranded();
    await fixture.stock.add([{ sku, warehouse: 'HAMBURG', onHand: 5 }]);
    workers.clock.advance(16 * MINUTE_MS);
    expect(await instead(orderId, '1')).toMatchObject({ parcelId: '2', warehouse: 'HAMBURG' });
    expect(await fixture.stockOf(sku)).toEqual({ onHand: 2, held: 0, available: 2, holds: {} });
  });

  test('given all warehouses go on failing, each is tried again in turn, and after a day it is released', async () => {
    const { orderId, sku, parcel } = await stranded();
    let last = parcel;
    let tries = 0;
    for (let due = await dueIn(orderId); due !== undefined; due = await dueIn(orderId)) {
      tries += 1;
      workers.clock.advance((due + 1) * MINUTE_MS);
      last = await instead(orderId, last.parcelId);
      const failure = failed(orderId, last);
      await workers.publisher.publish([failure]);
      await eventually('it is handled', () =>
        fixture.reservations().findOne({ _id: orderId, [`handled.${failure.id}`]: { $exists: true } } as never),
      );
    }
    const { data } = await workers.fact(InventoryReleased, orderId);
    expect(data).toEqual({ parcelId: last.parcelId, lines: [{ sku, quantity: 2 }], reason: 'no pick-up there' });
    expect(tries).toBe(8);
    expect(await fixture.stockOf(sku)).toEqual({ onHand: 2, held: 0, available: 2, holds: {} });
    expect(await fixture.reservationOf(orderId)).toMatchObject({ status: 'released' });
  });

  test('given the order ends meanwhile, goes back and is not tried again', async () => {
    const { orderId, sku } = await stranded();
    await workers.publisher.publish([cancelled(orderId)]);
    await workers.fact(InventoryReleased, orderId);
    expect(await dueIn(orderId)).toBeUndefined();
    expect(await fixture.stockOf(sku)).toEqual({ onHand: 2, held: 0, available: 2, holds: {} });
  });

  test('given the carrier took it all the same, has left', async () => {
    const { orderId, sku, parcel } = await stranded();
    await workers.publisher.publish([dispatched(orderId, parcel)]);
    await workers.fact(InventoryCommitted, orderId);
    expect(await dueIn(orderId)).toBeUndefined();
    expect(await fixture.stockOf(sku)).toMatchObject({ onHand: 0, held: 0 });
  });

  test('given another warehouse failed as well, that one is tried again first', async () => {
    const { orderId, parcel } = await (async () => {
      const [id, sku] = [randomUUID(), await fixture.sku({ BERLIN: 2, HAMBURG: 2 })];
      await workers.publisher.publish([placed(id, [{ sku, quantity: 2 }])]);
      const [one] = (await workers.fact(InventoryReserved, id)).data.parcels;
      await workers.publisher.publish([failed(id, one as Parcel)]);
      const other = await instead(id, '1');
      await workers.publisher.publish([failed(id, other)]);
      await waits(id);
      return { orderId: id, parcel: other };
    })();
    expect(parcel.warehouse).toBe('HAMBURG');
    workers.clock.advance(16 * MINUTE_MS);
    const again = await instead(orderId, '2');
    expect(again.warehouse).toBe('BERLIN');
    await workers.publisher.publish([failed(orderId, again)]);
    expect((await instead(orderId, '3')).warehouse).toBe('HAMBURG');
  });
});
