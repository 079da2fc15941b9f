import { OrderConfirmed } from '@orderflow/contracts';
import mongoose, { type Connection } from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { addStory, tamper, tamperStock } from '../testing/breaking.ts';
import { choreographyOfTree } from '../testing/choreography.ts';
import { STOCK_ID, Story } from '../testing/story.ts';
import { smallWorld, type World } from '../testing/world.ts';
import type { BrokerView } from './broker.ts';
import type { Choreography } from './choreography.ts';
import { type AuditMemory, createMemory } from './memory.ts';

let connection: Connection;
let choreography: Choreography;
let world: World;
beforeAll(async () => {
  connection = await mongoose.createConnection(inject('infrastructure').mongodbUri).asPromise();
  choreography = await choreographyOfTree();
});
afterAll(() => connection.close());
beforeEach(async () => {
  world = await smallWorld(connection, choreography);
});
afterEach(() => world.close());

const checksOf = async (over = {}) => (await world.audit(over)).violations.map(({ check }) => check);

describe('given an order that looks wrong', () => {
  beforeEach(() => tamper(world, 'orders', world.stories.delivered.orderId, { $set: { shipment: 'created' } }));

  it('when it was written a moment ago, it is under way and no violation; after the grace it is one', async () => {
    await tamper(world, 'orders', world.stories.delivered.orderId, { $set: { changedAt: new Date() } });

    expect(await checksOf({ graceMs: 30_000 })).toEqual([]);
    expect(await checksOf({ now: () => new Date(Date.now() + 60_000) })).toEqual(['orders.axes-agree']);
  });

  it('when it comes right while it is read again, it was never wrong', async () => {
    const { orderId } = world.stories.delivered;
    await tamper(world, 'orders', orderId, { $set: { changedAt: new Date() } });
    let looks = 0;
    const broker: BrokerView = {
      parked: world.broker.parked,
      depths: async () => {
        looks += 1;
        if (looks === 2) await tamper(world, 'orders', orderId, { $set: { shipment: 'delivered' } });
        return world.broker.depths();
      },
    };
    const report = await world.audit({ graceMs: 60_000, recheckMs: 10_000 }, { ...world.sources, broker });

    expect(looks).toBeGreaterThan(1);
    expect(report.green).toBe(true);
  });
});

describe('given a fact that somebody has not handled', () => {
  let eventId: string;
  beforeEach(async () => {
    const { orderId } = world.stories.confirmed;
    eventId = world.stories.confirmed.event(OrderConfirmed).id;
    await tamper(world, 'notifications', orderId, { $unset: { [`handled.${eventId}`]: 1 } });
  });

  it('when its worker has messages waiting, it may be among them', async () => {
    world.broker.queues.set('notification', { waiting: 1, parked: 0 });
    expect(await checksOf()).not.toContain('messages.facts-are-heard');
  });

  it('when it is parked there, it is accounted for; once it is not any more, it is lost', async () => {
    const letter = { eventId, error: 'PermanentError: no', attempts: 1, body: '{}' };
    world.broker.letters.set('notification', [letter]);
    const memory = createMemory();
    expect(await checksOf({ memory })).not.toContain('messages.facts-are-heard');

    world.broker.letters.delete('notification');
    expect(await checksOf({ memory })).toContain('messages.facts-are-heard');
  });

  it('when staff have discarded it there, it is accounted for', async () => {
    const { discards } = world.sources.books;
    await discards.insertOne({ worker: 'payment', eventId });
    expect(await checksOf()).toContain('messages.facts-are-heard');
    await discards.insertOne({ worker: 'notification', eventId });
    expect(await checksOf()).not.toContain('messages.facts-are-heard');
    await discards.deleteMany({});
  });

  it('when something else is parked there, it is lost all the same, and one look was enough to see that', async () => {
    world.broker.letters.set('notification', [{ eventId: 'another', error: 'no', attempts: 1, body: '' }]);
    let looks = 0;
    const broker: BrokerView = {
      depths: world.broker.depths,
      parked: (...of) => {
        looks += 1;
        return world.broker.parked(...of);
      },
    };
    const report = await world.audit({ recheckMs: 1_000 }, { ...world.sources, broker });

    expect(report.violations.map(({ check }) => check)).toContain('messages.facts-are-heard');
    expect(looks).toBe(1);
  });
});

describe('given nobody to ask', () => {
  it('when there is neither broker nor Stripe, the checks that need them are named as skipped', async () => {
    const { broker: _broker, stripe: _stripe, ...sources } = world.sources;
    const report = await world.audit({}, sources);

    const skipped = report.checks.filter((line) => line.skipped).map(({ check }) => check);
    expect(report.green).toBe(true);
    expect(skipped).toEqual(['money.one-live-authorisation', 'money.payment-is-stripes', 'messages.facts-are-heard']);
  });

  it('when they fail, the rest is checked and they are named', async () => {
    const down = () => Promise.reject(new Error('down'));
    const broker = { depths: down, parked: down };
    const stripe = { intent: down, created: () => ({ [Symbol.asyncIterator]: () => ({ next: down }) }) };
    const report = await world.audit({}, { ...world.sources, broker, stripe });

    expect(report.green).toBe(true);
    expect(report.checks.filter((line) => line.skipped?.includes('did not answer: down'))).toHaveLength(3);
  });
});

describe('given an audit before', () => {
  let later: { memory: AuditMemory; scope: 'changed'; now: () => Date };
  beforeEach(async () => {
    const memory = createMemory();
    await world.audit({ memory });
    later = { memory, scope: 'changed', now: () => new Date(Date.now() + 60_000) };
  });

  it('when nothing has changed, only orders that are about to move and those that hold stock are read', async () => {
    const report = await world.audit(later, withoutStripe());
    expect(report).toMatchObject({ green: true, scope: 'changed', orders: 1 });
  });

  it('when one order changed and is wrong, it is found', async () => {
    const { orderId } = world.stories.delivered;
    await tamper(world, 'orders', orderId, { $set: { shipment: 'created', changedAt: new Date() } });
    const report = await world.audit(later, withoutStripe());

    expect(report.orders).toBe(2);
    expect(report.violations).toMatchObject([{ check: 'orders.axes-agree', orderId }]);
  });

  it('when a deadline passes or stock is held for an ended order, although no order changed, it is found', async () => {
    const { cancelled, delivered } = world.stories;
    await tamper(world, 'shipments', delivered.orderId, { $set: { due: new Date() } });
    await tamperStock(world, { $set: { [`holds.${cancelled.orderId}`]: 1 }, $inc: { held: 1, available: -1 } });
    const report = await world.audit(later, withoutStripe());

    expect(report.violations.map(({ check }) => check).sort()).toEqual([
      'orders.deadlines-are-kept',
      'stock.holds-are-reserved',
    ]);
  });

  it('when what was wrong stays wrong, it is told again although it did not change', async () => {
    const { orderId } = world.stories.delivered;
    await tamper(world, 'orders', orderId, { $set: { shipment: 'created', changedAt: new Date() } });
    await world.audit(later, withoutStripe());
    const again = await world.audit({ ...later, now: () => new Date(Date.now() + 120_000) }, withoutStripe());

    expect(again.violations).toMatchObject([{ check: 'orders.axes-agree', orderId }]);
  });

  /** The stub lists every intent as new, which would have every order read. */
  const withoutStripe = () => {
    const { stripe: _, ...sources } = world.sources;
    return sources;
  };
});

describe('given orders that move while all are added up', () => {
  it('when stock left for an order a moment ago, the sums are not judged', async () => {
    await addStory(world, new Story(choreography, new Date()).delivered());
    await tamper(world, 'stock', STOCK_ID, { $inc: { committed: -2, onHand: 2, available: 2 } });

    expect(await checksOf()).toEqual([]);
    expect(await checksOf({ now: () => new Date(Date.now() + 60_000) })).toEqual(['stock.committed-is-sum-of-parcels']);
  });
});
