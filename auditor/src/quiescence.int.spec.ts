import { OrderConfirmed } from '@orderflow/contracts';
import { eur } from '@orderflow/contracts/testing';
import mongoose, { type Connection } from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type AuditFixture, createAuditFixture, stubStripe } from '../testing/audit-fixture.ts';
import { choreographyOfTree } from '../testing/choreography.ts';
import { OrderHistoryBuilder, STOCK_ID } from '../testing/order-history-builder.ts';
import { addHistory, tamper, tamperStock } from '../testing/tampering.ts';
import type { AuditOptions } from './audit.ts';
import type { BrokerReader } from './broker-reader.ts';
import type { Choreography } from './choreography.ts';
import { type AuditMemory, createMemory } from './memory.ts';
import type { IntentView, StripeReader } from './stripe-reader.ts';

const HOUR_MS = 3_600_000;

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

const checksOf = async (over = {}) => (await fixture.audit(over)).violations.map(({ check }) => check);

describe('given an order that looks wrong', () => {
  beforeEach(() => tamper(fixture, 'orders', fixture.histories.delivered.orderId, { $set: { shipment: 'created' } }));

  it('when it was written a moment ago, it is in progress and no violation; after the grace it is one', async () => {
    await tamper(fixture, 'orders', fixture.histories.delivered.orderId, { $set: { changedAt: new Date() } });

    expect(await checksOf({ graceMs: 30_000 })).toEqual([]);
    expect(await checksOf({ now: () => new Date(Date.now() + 60_000) })).toEqual(['orders.axes-agree']);
  });

  it('when it comes right while it is read again, it was never wrong', async () => {
    const { orderId } = fixture.histories.delivered;
    await tamper(fixture, 'orders', orderId, { $set: { changedAt: new Date() } });
    let looks = 0;
    const broker: BrokerReader = {
      ...fixture.broker,
      depths: async () => {
        looks += 1;
        if (looks === 2) await tamper(fixture, 'orders', orderId, { $set: { shipment: 'delivered' } });
        return fixture.broker.depths();
      },
    };
    const report = await fixture.audit({ graceMs: 60_000, recheckMs: 10_000 }, { ...fixture.sources, broker });

    expect(looks).toBeGreaterThan(1);
    expect(report.green).toBe(true);
  });
});

describe('given an order that goes on and was never paid', () => {
  it('when it was written a moment ago, and all queues are full, it is a violation all the same', async () => {
    const { orderId } = fixture.histories.confirmed;
    for (const name of ['payment', 'delivery']) fixture.broker.queues.set(name, { waiting: 1_000, deadLettered: 0 });
    await tamper(fixture, 'payments', orderId, { $set: { status: 'retry_due', changedAt: new Date() } });
    expect(await checksOf({ graceMs: HOUR_MS })).toEqual(['money.confirmed-is-authorised']);
  });
});

describe('given a fact that somebody has not handled', () => {
  let eventId: string;
  beforeEach(async () => {
    const { orderId } = fixture.histories.confirmed;
    eventId = fixture.histories.confirmed.event(OrderConfirmed).id;
    await tamper(fixture, 'notifications', orderId, { $unset: { [`handled.${eventId}`]: 1 } });
  });

  it('when its worker has messages waiting, it may be among them', async () => {
    fixture.broker.queues.set('notification', { waiting: 1, deadLettered: 0 });
    expect(await checksOf()).not.toContain('messages.facts-are-heard');
  });

  it('when it has waited for hours, messages before it are no excuse any more', async () => {
    fixture.broker.queues.set('notification', { waiting: 1, deadLettered: 0 });
    const now = () => new Date(Date.now() + 2 * HOUR_MS);
    expect(await checksOf({ now })).toContain('messages.facts-are-heard');
    expect(await checksOf({ now, lostAfterMs: 3 * HOUR_MS })).not.toContain('messages.facts-are-heard');
  });

  it('when it was dead-lettered there and was redriven since, while others lie there, it is lost', async () => {
    const another = { error: 'PermanentError: no', attempts: 1, body: '{}' };
    const others = [{ ...another, eventId: 'one' }];
    fixture.broker.letters.set('notification', [...others, { ...another, eventId }]);
    const memory = createMemory();
    expect(await checksOf({ memory })).not.toContain('messages.facts-are-heard');

    fixture.broker.letters.set('notification', others);
    expect(await checksOf({ memory })).toContain('messages.facts-are-heard');
  });

  it('when it is dead-lettered there, it is accounted for; once it is not any more, it is lost', async () => {
    const deadLetter = { eventId, error: 'PermanentError: no', attempts: 1, body: '{}' };
    fixture.broker.letters.set('notification', [deadLetter]);
    const memory = createMemory();
    expect(await checksOf({ memory })).not.toContain('messages.facts-are-heard');

    fixture.broker.letters.delete('notification');
    expect(await checksOf({ memory })).toContain('messages.facts-are-heard');
  });

  it('when staff have discarded it there, it is accounted for', async () => {
    const { discards } = fixture.sources.collections;
    await discards.insertOne({ worker: 'payment', eventId });
    expect(await checksOf()).toContain('messages.facts-are-heard');
    await discards.insertOne({ worker: 'notification', eventId });
    expect(await checksOf()).not.toContain('messages.facts-are-heard');
    await discards.deleteMany({});
  });

  it('when something else is dead-lettered there, it is lost all the same, and one look was enough to see that', async () => {
    fixture.broker.letters.set('notification', [{ eventId: 'another', error: 'no', attempts: 1, body: '' }]);
    let looks = 0;
    const broker: BrokerReader = {
      ...fixture.broker,
      deadLettered: (...of) => {
        looks += 1;
        return fixture.broker.deadLettered(...of);
      },
    };
    const report = await fixture.audit({ recheckMs: 1_000 }, { ...fixture.sources, broker });

    expect(report.violations.map(({ check }) => check)).toContain('messages.facts-are-heard');
    expect(looks).toBe(1);
  });
});

describe('given more orders that look wrong than are read again', () => {
  beforeEach(async () => {
    const [first, second] = Object.values(fixture.histories).sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
    for (const history of [first, second])
      await tamper(fixture, 'orders', history?.orderId ?? '', { $set: { shipment: 'lost' } });
    await tamper(fixture, 'orders', first?.orderId ?? '', { $set: { changedAt: new Date() } });
  });

  it('when the first ones are in progress, the violation behind them is reported', async () => {
    const report = await fixture.audit({ maxRechecks: 1 });
    expect(report.violations).toMatchObject([{ check: 'orders.axes-agree' }]);
    expect(report.suspects).toEqual({ found: 2, notReadAgain: 0, stillMoving: 1 });
  });

  it('when a conclusive finding was not read again, the report says so and is not green', async () => {
    const report = await fixture.audit({ maxRechecks: 0 });
    expect(report).toMatchObject({ green: false, violationsFound: 0 });
    expect(report.suspects).toEqual({ found: 2, notReadAgain: 1, stillMoving: 1 });
  });
});

describe('given a deadline that was sent and is handled again and again', () => {
  it('when payment asks for a refund that is pending, nobody misses the refund', async () => {
    const { orderId } = fixture.histories.delivered;
    const refund = { refundId: crypto.randomUUID(), amount: eur(1), lines: [], restock: false, reason: 'Sorry' };
    await tamper(fixture, 'orders', orderId, {
      $set: { refunds: [{ ...refund, status: 'requested', at: new Date(0).toISOString() }] },
    });
    const refundsAt = new Date(Date.now() - 60_000).toISOString();
    await tamper(fixture, 'payments', orderId, { $set: { refunds: [{ ...refund, status: 'pending' }], refundsAt } });
    expect(await checksOf()).toEqual(['orders.facts-are-followed-up']);

    fixture.broker.queues.set('payment', { waiting: 1, deadLettered: 0 });
    expect(await checksOf()).toEqual([]);
    const now = () => new Date(Date.now() + 2 * HOUR_MS);
    expect(await checksOf({ now })).toContain('orders.facts-are-followed-up');
  });
});

describe('given something that was changed at Stripe by hand', () => {
  it('when that was a moment ago, its webhook may be on its way; after the grace it is a difference', async () => {
    const { intentId } = fixture.histories.delivered;
    const intent = fixture.intents.get(intentId) as IntentView;
    fixture.intents.set(intentId, { ...intent, refunded: 490, changedAt: new Date() });

    expect(await checksOf()).toEqual([]);
    expect(await checksOf({ now: () => new Date(Date.now() + 60_000) })).toEqual(['money.payment-is-stripes']);
  });
});

describe('given nobody to ask', () => {
  it('when there is neither broker nor Stripe, the checks that need them are named as skipped', async () => {
    const { broker: _broker, stripe: _stripe, ...sources } = fixture.sources;
    const report = await fixture.audit({}, sources);

    const skipped = report.checks.filter((line) => line.skipped).map(({ check }) => check);
    expect(report.green).toBe(true);
    expect(skipped).toEqual([
      'money.disputes-are-stripes',
      'money.one-live-authorisation',
      'money.payment-is-stripes',
      'messages.facts-are-heard',
    ]);
  });

  it('when they fail, the rest is checked, they are named, and it is not green', async () => {
    const down = () => Promise.reject(new Error('down'));
    const broker = { depths: down, deadLettered: down, connected: down };
    const none = () => ({ [Symbol.asyncIterator]: () => ({ next: down }) });
    const stripe = { intent: down, created: none, refunds: none };
    const report = await fixture.audit({}, { ...fixture.sources, broker, stripe });

    expect(report).toMatchObject({ green: false, violations: [] });
    const unanswered = report.checks.filter((line) => line.unanswered);
    expect(unanswered).toHaveLength(4);
    for (const { skipped } of unanswered) expect(skipped).toContain('did not answer: down');
  });
});

describe('given a Stripe that does not answer for one order', () => {
  it('when others are wrong they are found, that one is named as not judged, and it is asked for next time', async () => {
    const memory = createMemory();
    await fixture.audit({ memory });
    const { delivered, confirmed } = fixture.histories;
    for (const { orderId } of [delivered, confirmed])
      await tamper(fixture, 'payments', orderId, { $set: { revision: 99, changedAt: new Date() } });
    for (const { intentId } of [delivered, confirmed])
      fixture.intents.set(intentId, { ...(fixture.intents.get(intentId) as IntentView), amount: 1 });
    const failing: StripeReader = {
      ...stubStripe(fixture.intents),
      created: async function* () {},
      intent: async (id) => {
        if (id === delivered.intentId) throw new Error('down');
        return fixture.intents.get(id) ?? null;
      },
    };
    const minute = (minutes: number) => () => new Date(Date.now() + minutes * 60_000);
    const options = { memory, scope: 'changed' as const };
    const report = await fixture.audit({ ...options, now: minute(1) }, { ...fixture.sources, stripe: failing });

    expect(report.green).toBe(false);
    expect(report.violations.map(({ orderId }) => orderId)).toEqual([confirmed.orderId]);
    const line = report.checks.find(({ check }) => check === 'money.payment-is-stripes');
    expect(line).toMatchObject({ unanswered: true, notJudged: 1, violations: 1 });
    const next = await fixture.audit({ ...options, now: minute(4) });
    expect(next.violations.map(({ orderId }) => orderId).sort()).toEqual([confirmed.orderId, delivered.orderId].sort());
  });
});

describe('given an audit before', () => {
  let later: { memory: AuditMemory; scope: 'changed'; now: () => Date };
  beforeEach(async () => {
    const memory = createMemory();
    await fixture.audit({ memory });
    later = { memory, scope: 'changed', now: () => new Date(Date.now() + 60_000) };
  });

  it('when nothing has changed, only orders that are about to move and those that hold stock are read', async () => {
    const report = await fixture.audit(later, withoutStripe());
    expect(report).toMatchObject({ green: true, scope: 'changed', orders: 1 });
  });

  it('when one order changed and is wrong, it is found', async () => {
    const { orderId } = fixture.histories.delivered;
    await tamper(fixture, 'orders', orderId, { $set: { shipment: 'created', changedAt: new Date() } });
    const report = await fixture.audit(later, withoutStripe());

    expect(report.orders).toBe(2);
    expect(report.violations).toMatchObject([{ check: 'orders.axes-agree', orderId }]);
  });

  it('when a deadline passes or stock is held for an ended order, although no order changed, it is found', async () => {
    const { cancelled, delivered } = fixture.histories;
    await tamper(fixture, 'shipments', delivered.orderId, { $set: { due: new Date() } });
    await tamperStock(fixture, { $set: { [`holds.${cancelled.orderId}`]: 1 }, $inc: { held: 1, available: -1 } });
    const report = await fixture.audit(later, withoutStripe());

    expect(report.violations.map(({ check }) => check).sort()).toEqual([
      'orders.deadlines-are-kept',
      'stock.holds-are-reserved',
    ]);
  });

  it('when what was wrong stays wrong, it is reported again although it did not change', async () => {
    const { orderId } = fixture.histories.delivered;
    await tamper(fixture, 'orders', orderId, { $set: { shipment: 'created', changedAt: new Date() } });
    await fixture.audit(later, withoutStripe());
    const again = await fixture.audit({ ...later, now: () => new Date(Date.now() + 120_000) }, withoutStripe());

    expect(again.violations).toMatchObject([{ check: 'orders.axes-agree', orderId }]);
  });

  it('when nothing has changed, Stripe is asked only for authorisations that are live', async () => {
    const asked = await askedFor(later);
    expect(asked).toEqual([fixture.histories.confirmed.intentId]);
  });

  it('when a payment was written, Stripe is asked for it', async () => {
    const { orderId, intentId } = fixture.histories.delivered;
    await tamper(fixture, 'payments', orderId, { $set: { revision: 99, changedAt: new Date() } });
    expect(await askedFor(later)).toContain(intentId);
    expect(await askedFor(later)).not.toContain(intentId);
  });

  it('when a difference with Stripe stays, it is reported again although neither side changed', async () => {
    const { orderId } = fixture.histories.delivered;
    const money = {
      amount: 2_490,
      currency: 'EUR',
      received: 0,
      refunded: 0,
      createdAt: new Date(),
      changedAt: new Date(0),
    };
    fixture.intents.set('pi_second', { id: 'pi_second', orderId, status: 'requires_capture', ...money });
    for (const minutes of [1, 10, 20]) {
      const report = await fixture.audit({ ...later, now: () => new Date(Date.now() + minutes * 60_000) });
      expect(report.violations).toMatchObject([{ check: 'money.one-live-authorisation', orderId }]);
    }
  });

  it('when the committed total does not add up, it is reported again until it does', async () => {
    const more = { committed: 1, initial: 1 };
    await tamperStock(fixture, { $inc: more });
    expect(await checksOf(later)).toEqual(['stock.committed-is-sum-of-parcels']);
    expect(await checksOf(later)).toEqual(['stock.committed-is-sum-of-parcels']);
    await tamperStock(fixture, { $inc: { committed: -1, initial: -1 } });
    expect(await checksOf(later)).toEqual([]);
  });

  it('when an order was written by a handler that began long before, it is read', async () => {
    const { orderId } = fixture.histories.delivered;
    const changedAt = new Date(Date.now() - 30_000);
    await tamper(fixture, 'orders', orderId, { $set: { shipment: 'created', changedAt } });
    expect((await fixture.audit(later, withoutStripe())).violations).toMatchObject([{ orderId }]);
  });

  /** The intents that an audit asks Stripe for, one by one. */
  const askedFor = async (options: Partial<AuditOptions>) => {
    const asked: string[] = [];
    const stripe: StripeReader = {
      ...stubStripe(fixture.intents),
      intent: async (id) => {
        asked.push(id);
        return fixture.intents.get(id) ?? null;
      },
    };
    await fixture.audit(options, { ...fixture.sources, stripe });
    return asked;
  };

  const withoutStripe = () => {
    const { stripe: _, ...sources } = fixture.sources;
    return sources;
  };
});

describe('given orders that move while all are added up', () => {
  it('when more is missing than they can have moved, the sums are wrong all the same', async () => {
    await addHistory(fixture, new OrderHistoryBuilder(choreography, new Date()).delivered());
    await tamper(fixture, 'stock', STOCK_ID, { $inc: { committed: 1, initial: 1 } });

    const report = await fixture.audit();
    expect(report.violations.map(({ check }) => check)).toEqual(['stock.committed-is-sum-of-parcels']);
    expect(report.checks.find(({ check }) => check === 'stock.committed-is-sum-of-parcels')?.notJudged).toBe(1);
  });

  it('when stock left for an order a moment ago, the sums are not judged', async () => {
    await addHistory(fixture, new OrderHistoryBuilder(choreography, new Date()).delivered());
    await tamper(fixture, 'stock', STOCK_ID, { $inc: { committed: -2, onHand: 2, available: 2 } });

    expect(await checksOf()).toEqual([]);
    expect(await checksOf({ now: () => new Date(Date.now() + 60_000) })).toEqual(['stock.committed-is-sum-of-parcels']);
  });
});
