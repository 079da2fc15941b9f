import { newId, OrderConfirmed, PaymentCaptured } from '@orderflow/contracts';
import mongoose, { type Connection } from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type AuditFixture, createAuditFixture } from '../testing/audit-fixture.ts';
import { choreographyOfTree } from '../testing/choreography.ts';
import { tamper } from '../testing/tampering.ts';
import type { Choreography, Participant } from './choreography.ts';
import { collectionsOf } from './sources.ts';
import { xray } from './xray.ts';

let connection: Connection;
let choreography: Choreography;
let fixture: AuditFixture;
beforeAll(async () => {
  connection = await mongoose.createConnection(inject('infrastructure').mongodbUri).asPromise();
  choreography = await choreographyOfTree();
});
afterAll(() => connection.close());
beforeEach(async () => {
  fixture = await createAuditFixture(connection, choreography);
});
afterEach(() => fixture.close());

const LOYALTY: Participant = {
  name: 'loyalty',
  formerly: [],
  hears: [OrderConfirmed],
  says: [{ type: 'points.credited' }],
  database: 'loyalty',
  collection: 'points',
  deadlines: false,
  projects: [],
  follows: [{ after: OrderConfirmed, oneOf: [{ type: 'points.credited' }] }],
};

describe('given a worker that no definition knows', () => {
  it('that has queues at the broker, the audit is red', async () => {
    fixture.broker.queues.set('loyalty', { waiting: 0, deadLettered: 0 });
    const { green, violations, checks } = await fixture.audit();
    expect(green).toBe(false);
    expect(violations).toMatchObject([
      { check: 'messages.workers-are-known', message: /^loyalty has queues or a process/ },
    ]);
    expect(checks.find(({ check }) => check === 'messages.workers-are-known')?.violations).toBe(1);
  });

  it('that is connected and has no queues, the audit is red', async () => {
    for (const { name } of choreography) fixture.broker.processes.add(name);
    fixture.broker.processes.add('order-status');
    expect((await fixture.audit()).green).toBe(true);
    fixture.broker.processes.add('loyalty');
    expect((await fixture.audit()).violations).toMatchObject([{ message: /^loyalty has queues or a process/ }]);
  });

  it('that said a fact, the audit is red', async () => {
    const { orderId, ...history } = fixture.histories.delivered;
    expect(history.events.length).toBeGreaterThan(0);
    const { causationid } = fixture.histories.delivered.event(PaymentCaptured);
    await tamper(fixture, 'payments', orderId, { $set: { [`handled.${causationid}.0.source`]: '/loyalty' } });
    const { green, violations } = await fixture.audit();
    expect(green).toBe(false);
    expect(violations).toMatchObject([{ orderId, message: /loyalty, and no definition knows that worker/ }]);
  });
});

it('given events that a worker said under its former name, they are its own', async () => {
  const { orderId } = fixture.histories.delivered;
  const { id, causationid } = fixture.histories.delivered.event(OrderConfirmed);
  await tamper(fixture, 'orders', orderId, { $set: { [`handled.${causationid}.0.source`]: '/order-status' } });
  expect((await fixture.audit()).violations).toEqual([]);
  const { events } = (await xray(fixture.sources, choreography, orderId)) ?? { events: [] };
  expect(events.find((event) => event.id === id)?.source).toBe('/order-process');
});

describe('given a worker that joined the shop', () => {
  const joined = () => {
    const all = [...choreography, LOYALTY];
    const collections = collectionsOf(connection, fixture.prefix, all);
    const points = connection.useDb(`${fixture.prefix}loyalty`, { useCache: true }).collection('points');
    const subscriptions = points.conn.collection('subscriptions');
    const hearsSince = (since: Date) =>
      subscriptions.insertOne({ _id: 'x' as never, worker: 'loyalty', type: OrderConfirmed.type, since });
    const audit = async () => {
      const report = await fixture.audit({ choreography: all }, { ...fixture.sources, collections });
      return [...new Set(report.violations.map(({ check, message }) => `${check}: ${message}`))];
    };
    return { points, hearsSince, audit, close: () => points.conn.dropDatabase() };
  };
  const mark = (id: string, said: readonly object[]) => {
    const { orderId } = fixture.histories.delivered;
    const at = new Date(Date.now() - 600_000);
    return { _id: orderId as never, revision: 1, handled: { [id]: said }, changedAt: at, due: at };
  };

  it('nobody misses what was said before it heard', async () => {
    const loyalty = joined();
    expect(await loyalty.audit()).toContain(
      'messages.facts-are-heard: order.confirmed was said by order-process, but loyalty has not handled it and nothing will bring it there',
    );
    await loyalty.hearsSince(new Date(Date.now() - 60_000));
    expect(await loyalty.audit()).toEqual([]);
    await loyalty.close();
  });

  it('its documents are read: what did not follow although its definition promises it is a violation', async () => {
    const loyalty = joined();
    await loyalty.hearsSince(new Date());
    const { id } = fixture.histories.delivered.event(OrderConfirmed);
    const credited = {
      id: newId(),
      type: 'points.credited',
      source: '/loyalty',
      time: new Date().toISOString(),
      data: {},
    };

    await loyalty.points.insertOne(mark(id, [{ ...credited, causationid: id }]));
    expect(await loyalty.audit()).toEqual([]);
    await loyalty.points.updateOne({}, { $set: { [`handled.${id}`]: [] } });
    expect(await loyalty.audit()).toEqual([
      'orders.facts-are-followed-up: order.confirmed was handled by loyalty, and points.credited did not follow',
    ]);
    await loyalty.close();
  });
});
