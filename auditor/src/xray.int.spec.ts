import {
  InventoryReserved,
  OrderConfirmed,
  PaymentAuthorized,
  ShipmentDispatched,
  xrayOutput,
} from '@orderflow/contracts';
import mongoose, { type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type AuditFixture, createAuditFixture } from '../testing/audit-fixture.ts';
import { choreographyOfTree } from '../testing/choreography.ts';
import { tamper } from '../testing/tampering.ts';
import { type DeadLetterRef, predictRedrives } from './redrive-outcomes.ts';
import { xray } from './xray.ts';

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

const shown = async (orderId: string) => {
  const found = await xray(fixture.sources, fixture.choreography, orderId);
  if (!found) throw new Error(`Nothing is known of ${orderId}`);
  return xrayOutput.parse(found);
};

describe('given an order that went all the way', () => {
  it('when it is X-rayed, every event is there, causes before effects, with a hop of everybody who hears it', async () => {
    const { orderId, events } = fixture.histories.delivered;
    const found = await shown(orderId);

    expect(found.events.map(({ id }) => id)).toEqual(expect.arrayContaining(events.map(({ id }) => id)));
    const place = (id: string | undefined) => found.events.findIndex((event) => event.id === id);
    for (const { id, causedBy } of found.events) expect(place(causedBy)).toBeLessThan(place(id));
    const reserved = found.events.find(({ type }) => type === InventoryReserved.type);
    expect(reserved?.hops.map(({ worker, outcome }) => [worker, outcome]).sort()).toEqual([
      ['order-process', 'handled'],
      ['payment', 'handled'],
    ]);
    expect(reserved?.hops.find(({ worker }) => worker === 'payment')?.said).toEqual([
      fixture.histories.delivered.event(PaymentAuthorized).id,
    ]);
    expect(found.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(found.notifications.map(({ kind, channel, state }) => [kind, channel, state])).toContainEqual([
      'order_confirmed',
      'email',
      'sent',
    ]);
  });

  it('what came from outside is known by the mark it left, as the cause of what it caused', async () => {
    const { orderId } = fixture.histories.delivered;
    const cause = fixture.histories.delivered.event(ShipmentDispatched).causationid;
    const scan = (await shown(orderId)).events.find(({ id }) => id === cause);

    expect(scan?.type).toContain('carrier.scan');
    expect(scan?.hops).toMatchObject([
      { worker: 'delivery', outcome: 'handled', said: [fixture.histories.delivered.event(ShipmentDispatched).id] },
    ]);
  });

  it('tries that failed, calls to the outside and reasons are shown', async () => {
    const { orderId } = fixture.histories.cancelled;
    const { id } = fixture.histories.cancelled.event(InventoryReserved);
    const at = new Date();
    const call = { to: 'stripe', operation: 'paymentIntents.create', at, ms: 12 };
    const failures = [
      { at: at.toISOString(), error: 'stripe: down', calls: [{ ...call, at: at.toISOString(), error: '503' }] },
    ];
    await tamper(fixture, 'payments', orderId, {
      $set: { [`hops.${id}`]: { at, ms: 30, attempt: 2, calls: [call], failures } },
    });
    await tamper(fixture, 'orders', orderId, { $set: { [`hops.${id}`]: { at, ms: 1, attempt: 1, ignored: 'known' } } });
    const event = (await shown(orderId)).events.find((one) => one.id === id);

    expect(event?.hops.find(({ worker }) => worker === 'payment')).toMatchObject({
      outcome: 'handled',
      attempts: 2,
      reason: 'stripe: down',
      firstFailedAt: at.toISOString(),
      calls: [
        { operation: 'paymentIntents.create', outcome: 'failed', error: '503' },
        { outcome: 'ok', ms: 12 },
      ],
    });
    expect(event?.hops.find(({ worker }) => worker === 'order-process')).toMatchObject({
      outcome: 'ignored',
      reason: 'known',
    });
  });
});

describe('given an event that somebody has not handled', () => {
  it('it waits while it may be on its way, and is dead-lettered with its error when it lies there', async () => {
    const { orderId } = fixture.histories.confirmed;
    const { id } = fixture.histories.confirmed.event(OrderConfirmed);
    await tamper(fixture, 'shipments', orderId, { $unset: { [`handled.${id}`]: 1, [`hops.${id}`]: 1 } });
    const hop = async () =>
      (await shown(orderId)).events.find((event) => event.id === id)?.hops.find(({ worker }) => worker === 'delivery');

    fixture.broker.queues.set('delivery', { waiting: 3, deadLettered: 0 });
    expect(await hop()).toEqual({ worker: 'delivery', outcome: 'waiting', calls: [], said: [] });

    const deadLetter = { eventId: id, error: 'PermanentError: no such street', attempts: 4, body: '{}' };
    fixture.broker.letters.set('delivery', [deadLetter]);
    expect(await hop()).toMatchObject({
      outcome: 'dead_lettered',
      reason: 'PermanentError: no such street',
      attempts: 4,
    });
  });
});

it('given an order that nobody knows, there is no X-ray', async () => {
  expect(await xray(fixture.sources, fixture.choreography, crypto.randomUUID())).toBeNull();
});

describe('given dead-lettered messages', () => {
  const verdict = async (deadLetter: Partial<DeadLetterRef>) => {
    const history = fixture.histories.delivered;
    const known = { worker: 'payment', eventId: 'new', orderId: history.orderId, type: InventoryReserved.type };
    return (await predictRedrives(fixture.sources, fixture.choreography, [{ ...known, ...deadLetter }]))[0];
  };

  it.each([
    [
      'was handled since',
      () => ({ eventId: fixture.histories.delivered.event(InventoryReserved).id }),
      'already_handled',
    ],
    ['is about an order that has ended', () => ({}), 'order_finished'],
    ['is about an open order', () => ({ orderId: fixture.histories.confirmed.orderId }), 'would_retry'],
    ['is about an order that nobody knows', () => ({ orderId: crypto.randomUUID() }), 'would_retry'],
    [
      'is a deadline of an open order',
      () => ({ orderId: fixture.histories.confirmed.orderId, type: 'deadline.passed' }),
      'would_retry',
    ],
    ['is nothing its worker hears', () => ({ type: 'rubbish' }), 'unreadable'],
    ['is for a worker that there is not', () => ({ worker: 'nobody' }), 'unreadable'],
    ['has no order', () => ({ orderId: undefined as never }), 'unreadable'],
  ] as const)('when one %s, redriving it is judged so', async (_what, deadLetter, expected) => {
    expect(await verdict(deadLetter())).toBe(expected);
  });

  it('when many are asked about, the verdicts come in their order', async () => {
    const { orderId } = fixture.histories.delivered;
    const one = { worker: 'payment', orderId, type: InventoryReserved.type };
    const letters = [
      { ...one, eventId: 'new' },
      { ...one, eventId: fixture.histories.delivered.event(InventoryReserved).id },
    ];
    expect(await predictRedrives(fixture.sources, fixture.choreography, letters)).toEqual([
      'order_finished',
      'already_handled',
    ]);
  });
});
