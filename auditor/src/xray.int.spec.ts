import {
  InventoryReserved,
  OrderConfirmed,
  PaymentAuthorized,
  ShipmentDispatched,
  xrayOutput,
} from '@orderflow/contracts';
import mongoose, { type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { tamper } from '../testing/breaking.ts';
import { choreographyOfTree } from '../testing/choreography.ts';
import { smallWorld, type World } from '../testing/world.ts';
import { type LetterRef, verdictsOn } from './verdicts.ts';
import { xray } from './xray.ts';

let connection: Connection;
let world: World;
beforeAll(async () => {
  connection = await mongoose.createConnection(inject('infrastructure').mongodbUri).asPromise();
  world = await smallWorld(connection, await choreographyOfTree());
});
afterAll(async () => {
  await world.close();
  await connection.close();
});

const shown = async (orderId: string) => {
  const found = await xray(world.sources, world.choreography, orderId);
  if (!found) throw new Error(`Nothing is known of ${orderId}`);
  return xrayOutput.parse(found);
};

describe('given an order that went all the way', () => {
  it('when it is X-rayed, every event is there, causes before effects, with a hop of everybody who hears it', async () => {
    const { orderId, events } = world.stories.delivered;
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
      world.stories.delivered.event(PaymentAuthorized).id,
    ]);
    expect(found.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(found.notifications.map(({ kind, channel, state }) => [kind, channel, state])).toContainEqual([
      'order_confirmed',
      'email',
      'sent',
    ]);
  });

  it('what came from outside is known by the mark it left, as the cause of what it caused', async () => {
    const { orderId } = world.stories.delivered;
    const cause = world.stories.delivered.event(ShipmentDispatched).causationid;
    const scan = (await shown(orderId)).events.find(({ id }) => id === cause);

    expect(scan?.type).toContain('carrier.scan');
    expect(scan?.hops).toMatchObject([
      { worker: 'delivery', outcome: 'handled', said: [world.stories.delivered.event(ShipmentDispatched).id] },
    ]);
  });

  it('tries that failed, calls to the outside and reasons are told', async () => {
    const { orderId } = world.stories.cancelled;
    const { id } = world.stories.cancelled.event(InventoryReserved);
    const at = new Date();
    const call = { to: 'stripe', operation: 'paymentIntents.create', at, ms: 12 };
    const failures = [
      { at: at.toISOString(), error: 'stripe: down', calls: [{ ...call, at: at.toISOString(), error: '503' }] },
    ];
    await tamper(world, 'payments', orderId, {
      $set: { [`hops.${id}`]: { at, ms: 30, attempt: 2, calls: [call], failures } },
    });
    await tamper(world, 'orders', orderId, { $set: { [`hops.${id}`]: { at, ms: 1, attempt: 1, ignored: 'known' } } });
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
    const { orderId } = world.stories.confirmed;
    const { id } = world.stories.confirmed.event(OrderConfirmed);
    await tamper(world, 'shipments', orderId, { $unset: { [`handled.${id}`]: 1, [`hops.${id}`]: 1 } });
    const hop = async () =>
      (await shown(orderId)).events.find((event) => event.id === id)?.hops.find(({ worker }) => worker === 'delivery');

    world.broker.queues.set('delivery', { waiting: 3, deadLettered: 0 });
    expect(await hop()).toEqual({ worker: 'delivery', outcome: 'waiting', calls: [], said: [] });

    const letter = { eventId: id, error: 'PermanentError: no such street', attempts: 4, body: '{}' };
    world.broker.letters.set('delivery', [letter]);
    expect(await hop()).toMatchObject({
      outcome: 'dead_lettered',
      reason: 'PermanentError: no such street',
      attempts: 4,
    });
  });
});

it('given an order that nobody knows, there is no X-ray', async () => {
  expect(await xray(world.sources, world.choreography, crypto.randomUUID())).toBeNull();
});

describe('given dead-lettered messages', () => {
  const verdict = async (letter: Partial<LetterRef>) => {
    const story = world.stories.delivered;
    const known = { worker: 'payment', eventId: 'new', orderId: story.orderId, type: InventoryReserved.type };
    return (await verdictsOn(world.sources, world.choreography, [{ ...known, ...letter }]))[0];
  };

  it.each([
    ['was handled since', () => ({ eventId: world.stories.delivered.event(InventoryReserved).id }), 'already_handled'],
    ['is about an order that has ended', () => ({}), 'order_finished'],
    ['is about an open order', () => ({ orderId: world.stories.confirmed.orderId }), 'would_retry'],
    ['is about an order that nobody knows', () => ({ orderId: crypto.randomUUID() }), 'would_retry'],
    [
      'is a deadline of an open order',
      () => ({ orderId: world.stories.confirmed.orderId, type: 'deadline.passed' }),
      'would_retry',
    ],
    ['is nothing its worker hears', () => ({ type: 'rubbish' }), 'unreadable'],
    ['is for a worker that there is not', () => ({ worker: 'nobody' }), 'unreadable'],
    ['has no order', () => ({ orderId: undefined as never }), 'unreadable'],
  ] as const)('when one %s, redriving it is judged so', async (_what, letter, expected) => {
    expect(await verdict(letter())).toBe(expected);
  });

  it('when many are asked about, the verdicts come in their order', async () => {
    const { orderId } = world.stories.delivered;
    const one = { worker: 'payment', orderId, type: InventoryReserved.type };
    const letters = [
      { ...one, eventId: 'new' },
      { ...one, eventId: world.stories.delivered.event(InventoryReserved).id },
    ];
    expect(await verdictsOn(world.sources, world.choreography, letters)).toEqual(['order_finished', 'already_handled']);
  });
});
