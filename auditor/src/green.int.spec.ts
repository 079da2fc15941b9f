import { compacting } from '@orderflow/runtime/testing';
import mongoose, { type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type AuditFixture, createAuditFixture } from '../testing/audit-fixture.ts';
import { choreographyOfTree } from '../testing/choreography.ts';
import { OrderHistoryBuilder } from '../testing/order-history-builder.ts';
import { addHistory } from '../testing/tampering.ts';
import { readDocuments } from './raw-documents.ts';
import { predictRedrives } from './redrive-outcomes.ts';
import { storedEventsOf } from './stored-events.ts';
import { xray } from './xray.ts';

describe('given documents that agree', () => {
  let connection: Connection;
  let fixture: AuditFixture;
  beforeAll(async () => {
    connection = await mongoose.createConnection(inject('infrastructure').mongodbUri).asPromise();
    fixture = await createAuditFixture(connection, await choreographyOfTree());
  });
  afterAll(async () => {
    await fixture.close();
    await connection.close();
  });

  it('when they are audited, every check is green and none is skipped', async () => {
    const report = await fixture.audit();

    expect(report.violations).toEqual([]);
    expect(report.green).toBe(true);
    expect(report.orders).toBe(Object.keys(fixture.histories).length);
    expect(report.checks.filter(({ skipped }) => skipped)).toEqual([]);
  });

  it('when their marks are compacted, it is as before: audit, X-ray, redrives and what a backfill would replay', async () => {
    const { collections, histories, choreography, sources } = fixture;
    const seen = async () => {
      const raw = await readDocuments(
        collections,
        Object.values(histories).map(({ orderId }) => orderId),
        true,
      );
      const letters = raw.flatMap(({ orderId, payment }) =>
        Object.keys(payment?.handled ?? {}).map((eventId) => ({
          worker: 'payment',
          eventId,
          orderId,
          type: 'order.placed',
        })),
      );
      return {
        xrays: await Promise.all(raw.map(({ orderId }) => xray(sources, choreography, orderId))),
        redrives: await predictRedrives(sources, choreography, letters),
        events: raw.map(storedEventsOf),
      };
    };
    const before = await seen();
    expect(new Set(before.redrives)).toEqual(new Set(['already_handled']));
    const { orders, reservations, payments, shipments, notifications } = collections;
    for (const collection of [orders, reservations, payments, shipments, notifications]) {
      const given = { from: new Date(0), before: new Date(), now: new Date() };
      for await (const step of compacting(collection as never, given)) expect(step.left).toEqual([]);
    }
    const marked = {
      $or: [{ relayed: { $exists: true } }, { handled: { $ne: {} } }, { hops: { $ne: {} } }],
      due: { $exists: false },
    };
    for (const collection of [orders, payments, notifications]) {
      expect(await collection.countDocuments({ compacted: { $exists: true } } as never)).toBeGreaterThan(0);
      expect(await collection.countDocuments(marked as never)).toBe(0);
    }

    expect((await fixture.audit()).violations).toEqual([]);
    expect(await seen()).toEqual(before);
  });

  it('when an order was confirmed before payment heard of that, nobody misses what payment would say', async () => {
    const history = new OrderHistoryBuilder(fixture.choreography, new Date(Date.now() - 600_000));
    history.confirmed({ isNew: false });
    history.documents.shipment.due = new Date(Date.now() + 600_000);
    await addHistory(fixture, history);

    expect((await fixture.audit()).violations).toEqual([]);
    const { events } = (await xray(fixture.sources, fixture.choreography, history.orderId)) ?? { events: [] };
    const confirmed = events.find(({ type }) => type === 'order.confirmed');
    expect(confirmed?.hops.map(({ worker }) => worker)).not.toContain('payment');
  });
});
