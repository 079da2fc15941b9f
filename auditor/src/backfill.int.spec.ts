import { type EventOf, type OrderflowEvent, OrderPlaced, PaymentCaptured, PaymentDeclined } from '@orderflow/contracts';
import mongoose, { type Connection } from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type AuditFixture, createAuditFixture } from '../testing/audit-fixture.ts';
import { choreographyOfTree } from '../testing/choreography.ts';
import { tamper } from '../testing/tampering.ts';
import { backfill } from './backfill.ts';
import type { Choreography, Participant } from './choreography.ts';

const LOYALTY: Participant = {
  name: 'loyalty',
  formerly: [],
  hears: [OrderPlaced, PaymentCaptured],
  says: [],
  database: 'loyalty',
  collection: 'points',
  deadlines: false,
  projects: [],
  follows: [],
};

let connection: Connection;
let choreography: Choreography;
let fixture: AuditFixture;
let replayed: OrderflowEvent[];
beforeAll(async () => {
  connection = await mongoose.createConnection(inject('infrastructure').mongodbUri).asPromise();
  choreography = [...(await choreographyOfTree()), LOYALTY];
});
afterAll(() => connection.close());
beforeEach(async () => {
  fixture = await createAuditFixture(connection, choreography.slice(0, -1));
  replayed = [];
});
afterEach(async () => {
  await fixture.close();
  for (const name of ['auditor', 'loyalty']) await connection.useDb(`${fixture.prefix}${name}`).dropDatabase();
});

const run = (over: Partial<Parameters<typeof backfill>[1]> = {}) =>
  backfill(connection, {
    worker: 'loyalty',
    choreography,
    prefix: fixture.prefix,
    rate: 10_000,
    replay: async (event) => void replayed.push(event),
    ...over,
  });
const namesOf = (events: readonly OrderflowEvent[]) => events.map(({ id, type }) => `${type} ${id}`);
const orders = () => Object.values(fixture.histories);
const said = () =>
  orders().flatMap(({ events }) => events.filter(({ type }) => LOYALTY.hears.some((heard) => heard.type === type)));

describe('given stored events and a worker that joined', () => {
  it('it gets all that it hears, each once, an order after the other and a cause before its effect', async () => {
    const { resumed, handledBefore } = await run();
    expect([resumed, handledBefore]).toEqual([false, 0]);
    expect(namesOf(replayed).sort()).toEqual(namesOf(said()).sort());
    const { orderId } = fixture.histories.delivered;
    const ofOne = replayed.filter(({ subject }) => subject === orderId).map(({ type }) => type);
    expect(ofOne).toEqual([OrderPlaced.type, PaymentCaptured.type]);
  });

  it('what it has handled is left out, and --type and --since choose', async () => {
    const { orderId } = fixture.histories.delivered;
    const { id } = fixture.histories.delivered.event(PaymentCaptured);
    const points = connection.useDb(`${fixture.prefix}loyalty`, { useCache: true }).collection('points');
    await points.insertOne({ _id: orderId as never, handled: { [id]: [] } });

    expect(await run({ type: PaymentCaptured.type })).toMatchObject({ handledBefore: 1 });
    expect(replayed.every(({ type, subject }) => type === PaymentCaptured.type && subject !== orderId)).toBe(true);
    expect(await run({ since: new Date() })).toMatchObject({ replayed: 0 });
    await expect(run({ type: PaymentDeclined.type })).rejects.toThrow('loyalty does not hear payment.declined');
  });

  it('a run that was broken off goes on, also after many orders', async () => {
    await fixture.collections.orders.insertMany(
      Array.from({ length: 60 }, (_, n) => ({ _id: `0-${String(n).padStart(3, '0')}`, timeline: [] }) as never),
    );
    const failing = async () => {
      throw new Error('the broker is gone');
    };
    await expect(run({ replay: failing })).rejects.toThrow('the broker is gone');
    expect(await run()).toMatchObject({ resumed: true });
    expect(namesOf(replayed).sort()).toEqual(namesOf(said()).sort());
    expect(await run()).toMatchObject({ resumed: false });
  });

  it('an event that stands in the document of another worker than its publisher is not believed', async () => {
    const { orderId } = fixture.histories.confirmed;
    const forged = { ...fixture.histories.delivered.event(PaymentCaptured), id: 'forged', subject: orderId };
    await tamper(fixture, 'shipments', orderId, { $set: { 'handled.x': [forged] } });
    await run();
    expect(replayed.map(({ id }) => id)).not.toContain('forged');
  });
});

it('given an order of a version that kept no events of the gateway, its order.placed is made from it; others are counted', async () => {
  const { orderId } = fixture.histories.delivered;
  const placedFirst = fixture.histories.delivered.event(OrderPlaced) as EventOf<typeof OrderPlaced>;
  const { id, data } = placedFirst;
  expect(await run()).toMatchObject({ incomplete: expect.any(Number) });
  const { incomplete } = await run();
  const placed = replayed.find((event) => event.id === id);
  expect(placed?.data).toMatchObject({ total: data.total, lines: data.lines, paymentMethod: 'pm_unknown' });

  const at = new Date().toISOString();
  const asked = { eventId: 'asked', type: 'order.cancel_requested', source: '/gateway', at, text: 'Cancel' };
  await tamper(fixture, 'orders', orderId, { $push: { timeline: asked } });
  expect((await run()).incomplete).toBe(incomplete + 1);
});
