import { type Archived, aggregateModel, archiveOf } from '@orderflow/runtime';
import { archiving } from '@orderflow/runtime/testing';
import mongoose, { type Connection } from 'mongoose';
import { afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { type AuditFixture, createAuditFixture } from '../testing/audit-fixture.ts';
import { choreographyOfTree } from '../testing/choreography.ts';
import type { Choreography } from './choreography.ts';
import { readAllDocuments, readDocuments } from './raw-documents.ts';
import { predictRedrives } from './redrive-outcomes.ts';
import { storedEventsOf } from './stored-events.ts';
import { xray } from './xray.ts';

const DAY_MS = 86_400_000;
const AGGREGATES = ['orders', 'reservations', 'payments', 'shipments', 'notifications'] as const;

let connection: Connection;
let choreography: Choreography;
let fixture: AuditFixture;
beforeAll(async () => {
  connection = await mongoose.createConnection(inject('infrastructure').mongodbUri).asPromise();
  choreography = await choreographyOfTree();
  return () => connection.close();
});
beforeEach(async () => {
  fixture = await createAuditFixture(connection, choreography, 400 * DAY_MS);
});
afterEach(() => fixture.close());

/** As each worker does it to its own documents. */
async function archive(...names: readonly (typeof AGGREGATES)[number][]): Promise<number> {
  let moved = 0;
  for (const name of names) {
    const service = choreography.find(({ collection }) => collection === name)?.database;
    const model = aggregateModel(connection.useDb(`${fixture.prefix}${service}`), name, {});
    const range = { from: new Date(0), before: new Date(Date.now() - 365 * DAY_MS), now: new Date() };
    for await (const { done, left } of archiving(archiveOf(model as never), range)) {
      expect(left).toEqual([]);
      moved += done;
    }
  }
  return moved;
}
const archiveIn = (name: (typeof AGGREGATES)[number]) =>
  fixture.collections.archives.get(name) as mongoose.mongo.Collection<Archived>;

describe('when orders are archived', () => {
  test('audit, X-ray, redrives and what a backfill would replay are as before', async () => {
    const { collections, histories, sources } = fixture;
    const ids = Object.values(histories).map(({ orderId }) => orderId);
    const at = new Date();
    const seen = async () => {
      const raw = await readDocuments(collections, ids, true);
      const letters = raw.flatMap(({ orderId, payment }) =>
        Object.keys(payment?.handled ?? {}).map((eventId) => ({
          worker: 'payment',
          eventId,
          orderId,
          type: 'order.placed',
        })),
      );
      const walked = [];
      for await (const batch of readAllDocuments(collections, 2, { whole: true }))
        walked.push(...batch.map(({ orderId }) => orderId));
      return {
        walked: walked.toSorted(),
        xrays: await Promise.all(ids.map((id) => xray(sources, choreography, id))),
        redrives: await predictRedrives(sources, choreography, letters),
        events: raw.map(storedEventsOf),
        audit: await fixture.audit({ now: () => at }),
      };
    };
    const before = await seen();
    expect(before.walked).toEqual(ids.toSorted());
    expect(await archive(...AGGREGATES)).toBeGreaterThan(30);
    expect(await collections.payments.countDocuments({ due: { $exists: false } })).toBe(0);

    const { audit, ...after } = await seen();
    const { audit: earlier, ...rest } = before;
    expect(after).toEqual(rest);
    expect(audit.violations).toEqual(earlier.violations);
    expect(audit.orders).toBe(earlier.orders);
  });

  test('an audit of what has changed reads the archived documents of an order of which one came back', async () => {
    await archive(...AGGREGATES);
    const { orderId } = fixture.histories.delivered;
    const [archived] = await archiveIn('payments')
      .find({ _id: orderId } as never)
      .toArray();
    expect(archived).toBeDefined();
    const [raw] = await readDocuments(fixture.collections, [orderId]);
    const { order, payment, reservation, shipment, correspondence } = raw as NonNullable<typeof raw>;
    for (const one of [order, payment, reservation, shipment, correspondence]) expect(one?._id).toBe(orderId);
  });

  test.each(AGGREGATES)('a document that is missing among the archived %s is found', async (name) => {
    await archive(...AGGREGATES);
    const before = await fixture.audit();
    const { orderId } = fixture.histories.delivered;
    const { deletedCount } = await archiveIn(name).deleteOne({ _id: orderId } as never);
    expect(deletedCount).toBe(1);
    const { violations } = await fixture.audit();
    expect(violations.length).toBeGreaterThan(before.violations.length);
    expect(violations.filter((one) => one.orderId === orderId).length).toBeGreaterThan(0);
  });

  test.each(AGGREGATES)('a document that is damaged among the archived %s is found', async (name) => {
    await archive(...AGGREGATES);
    const { orderId } = fixture.histories.delivered;
    await archiveIn(name).updateOne({ _id: orderId } as never, { $set: { packed: Buffer.from('no gzip') as never } });
    const { violations } = await fixture.audit();
    expect(violations).toContainEqual(expect.objectContaining({ check: 'messages.marks-are-readable', orderId }));
  });

  test('of a document that is in both places the one that is written to counts', async () => {
    const { orderId } = fixture.histories.delivered;
    const payment = await fixture.collections.payments.findOne({ _id: orderId });
    await archive(...AGGREGATES);
    await fixture.collections.payments.insertOne({ ...payment, revision: 99 } as never);
    const [raw] = await readDocuments(fixture.collections, [orderId]);
    expect(raw?.payment?.revision).toBe(99);
    const all = [];
    for await (const batch of readAllDocuments(fixture.collections, 250)) all.push(...batch);
    expect(all.find((one) => one.orderId === orderId)?.payment?.revision).toBe(99);
  });
});
