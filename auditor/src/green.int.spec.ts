import mongoose, { type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type AuditFixture, createAuditFixture } from '../testing/audit-fixture.ts';
import { choreographyOfTree } from '../testing/choreography.ts';
import { OrderHistoryBuilder } from '../testing/order-history-builder.ts';
import { addHistory } from '../testing/tampering.ts';
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
