import { randomUUID } from 'node:crypto';
import { deadQueue, InventoryReserved, type OrderflowEvent, type Parcel } from '@orderflow/contracts';
import { eventually, startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  cancelled,
  cancelRequested,
  dispatched,
  failed,
  inventoryFixture,
  placed,
  refundRequested,
} from './testing.ts';
import { inventory } from './worker.ts';

let workers: WorkerFixture;
let fixture: ReturnType<typeof inventoryFixture>;

beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  fixture = inventoryFixture(workers);
});
afterAll(() => workers?.close());

describe('everything at once', () => {
  test('two replicas that crash, every fact in any order: each order ends one way and the books add up', async () => {
    const skus = [
      await fixture.sku({ BERLIN: 30, HAMBURG: 10 }),
      await fixture.sku({ BERLIN: 10, HAMBURG: 30, KASSEL: 5 }),
      await fixture.sku({ KASSEL: 20, HAMBURG: 15 }),
    ];
    let writes = 0;
    const mortal =
      <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
      async (...args: Args): Promise<Result> => {
        const result = await call(...args);
        writes += 1;
        if (writes % 23 === 0) throw new Error('crashed');
        return result;
      };
    const { hold, release, take, restock } = fixture.stock;
    const { commit, checkpoint } = fixture.aggregates;
    const stock = {
      ...fixture.stock,
      hold: mortal(hold),
      release: mortal(release),
      take: mortal(take),
      restock: mortal(restock),
    };
    const parts = {
      deps: { ...fixture.deps, stock },
      aggregates: { ...fixture.aggregates, commit: mortal(commit), checkpoint: mortal(checkpoint) },
    };
    const settings = { retry: { delaysMs: [20, 50, 100], maxAttempts: 25 } };
    for (let i = 0; i < 2; i++) await workers.run(inventory, { ...fixture, ...parts }, settings);

    const orders = Array.from({ length: 40 }, (_, i) => ({
      orderId: randomUUID(),
      lines: skus.filter((_sku, n) => (i + n) % 3 > 0).map((sku, n) => ({ sku, quantity: 1 + ((i + n) % 4) })),
    }));
    const first = orders.flatMap(({ orderId, lines }, i) => [
      placed(orderId, lines),
      ...(i % 7 === 0 ? [cancelRequested(orderId)] : []),
    ]);
    await workers.publisher.publish(first);
    await allThrough(first.length);
    const facts = orders.flatMap(({ orderId, lines }, i): OrderflowEvent[] => {
      const parcels = reservedParcels(orderId);
      return [
        ...parcels.filter((_, n) => (i + n) % 3 === 0).map((parcel) => failed(orderId, parcel)),
        ...parcels.filter((_, n) => (i + n) % 3 === 1).map((parcel) => dispatched(orderId, parcel)),
        ...(i % 4 === 1 ? [cancelled(orderId)] : []),
        ...(i % 5 === 2 ? [refundRequested(orderId, lines), refundRequested(orderId, lines)] : []),
      ];
    });
    await workers.publisher.publish(facts.toSorted((a, b) => (a.id.slice(-4) < b.id.slice(-4) ? -1 : 1)));
    await allThrough(first.length + facts.length);

    expect(await fixture.faults()).toEqual([]);
    // A parcel is committed, released or replaced, and that is said once.
    for (const { orderId } of orders) {
      const ends = new Map(endsOf(orderId).map(({ id, data }) => [id, data.parcelId ?? data.replaced ?? 'order']));
      expect([...ends.values()].toSorted()).toEqual([...new Set(ends.values())].toSorted());
    }
    // What contradicts what has happened waits for a person; everything else got through.
    for (let deadLettered = await fromDeadLetters(); deadLettered; deadLettered = await fromDeadLetters()) {
      expect(deadLettered.properties.headers).toMatchObject({ 'x-error-class': 'PermanentError' });
    }
    expect(writes).toBeGreaterThan(200);
  });

  const endsOf = (orderId: string) =>
    workers.heard.filter(
      ({ subject, type }) => subject === orderId && /^inventory\.(committed|released|reallocated)$/.test(type),
    ) as OrderflowEvent<string, { parcelId?: string; replaced?: string }>[];
  const fromDeadLetters = () => workers.channel.get(deadQueue(inventory.name), { noAck: true });

  const reservedParcels = (orderId: string): Parcel[] =>
    (
      workers.heard.find((e) => e.type === InventoryReserved.type && e.subject === orderId)?.data as {
        parcels: Parcel[];
      }
    )?.parcels ?? [];

  /** Handled or dead-lettered; retries count once. */
  const allThrough = (messages: number) =>
    eventually(`${messages} messages are through`, async () => {
      const counted = await Promise.all([workers.metrics.handled.get(), workers.metrics.deadLettered.get()]);
      const done = counted.flatMap(({ values }) => values).reduce((sum, { value }) => sum + value, 0);
      return done >= messages;
    });
});
