import {
  createEvent,
  OrderCancelRequested,
  type OrderflowEvent,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentRefunded,
  PaymentSecured,
} from '@orderflow/contracts';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { act } from './simulation/act.ts';
import { becomeQuiet, comeToRest, proceed } from './simulation/come-to-rest.ts';
import { CARDS } from './simulation/commands.ts';
import { inWorld } from './simulation/play.ts';
import { orderIn, raceAtEveryStep } from './simulation/races.ts';
import { type System, startSystem } from './simulation/system.ts';
import type { World } from './simulation/world.ts';

const CHALLENGED = { paymentMethod: CARDS.challenge };
const MINUTE_MS = 60_000;
/** Each of these plays up to twenty worlds. */
const timeout = { timeout: 240_000 };

const EVERY_WORKER = new Set(['inventory', 'payment', 'delivery', 'notification', 'order-process']);

let system: System;
beforeAll(async () => {
  system = await startSystem(inject('infrastructure').mongodbUri);
});
afterAll(() => system?.close());

/** Delivers whatever waits for these workers, so that others stay behind. */
async function only(world: World, ...workers: string[]): Promise<void> {
  for (;;) {
    const next = world.broker.ready(world.clock.now()).find(({ worker }) => workers.includes(worker));
    if (!next) return;
    await world.deliver(next);
  }
}

const said = (world: World, definition: { type: string }, orderId: string) =>
  new Set(
    world.broker.published
      .filter(({ type, subject }) => type === definition.type && subject === orderId)
      .map(({ id }) => id),
  ).size;

const cancel = (world: World, orderId: string) => world.ask('cancel', () => world.shop.cancel(orderId, 'customer'));

/** Stripe's webhooks are received, those of this type only if one is given. */
async function webhooksArrive(world: World, type?: string): Promise<void> {
  const [now, later] = [world.webhooks.splice(0), [] as typeof world.webhooks];
  for (const webhook of now) {
    if (type === undefined || webhook.type === type) await world.receive(webhook);
    else later.push(webhook);
  }
  world.webhooks.push(...later);
}

const placedAndHeld = async (world: World) => {
  const orderId = await world.place();
  await only(world, 'inventory', 'order-process');
  await world.deliverTo('payment', 'order.placed');
  return orderId;
};

const readyToShip = async (world: World) => {
  const orderId = await world.place();
  await becomeQuiet(world);
  return orderId;
};

const delivered = async (world: World) => {
  const orderId = await readyToShip(world);
  for (const status of ['picked_up', 'delivered']) {
    for (const { id } of await world.providers.shipments()) await world.scan(id, status);
    await becomeQuiet(world);
  }
  return orderId;
};

describe('an order that is cancelled', timeout, () => {
  test('while its payment is being authorised, at whichever step: cancelled, and nothing is kept', async () => {
    const steps = await raceAtEveryStep(system, {
      given: placedAndHeld,
      stopped: (world, _, plan) => world.deliverTo('payment', 'inventory.reserved', plan),
      overtaking: async (world, orderId) => {
        await cancel(world, orderId);
        await only(world, 'payment', 'order-process', 'inventory', 'delivery');
      },
      ends: ({ status, payment }) => {
        expect(status).toBe('cancelled');
        expect(['none', 'failed', 'voided']).toContain(payment);
      },
    });
    expect(steps).toBeGreaterThan(4);
  });

  test('while the carrier picks it up, whichever is first: cancelled and voided, or on its way and charged', async () => {
    const ends = new Set<string>();
    await raceAtEveryStep(system, {
      given: async (world) => {
        const orderId = await readyToShip(world);
        await cancel(world, orderId);
        return orderId;
      },
      stopped: (world, _, plan) => world.deliverTo('delivery', 'order.cancel_requested', plan),
      overtaking: async (world) => {
        for (const { id } of await world.providers.shipments()) await world.scan(id, 'picked_up');
        await webhooksArrive(world);
        await only(world, 'delivery', 'order-process');
      },
      ends: ({ status, payment }) => ends.add(`${status} ${payment}`),
    });
    expect([...ends].sort()).toEqual(['cancelled voided', 'delivered captured']);
  });

  test('while its scan is being handled: it is too late, and says so', async () => {
    const answers = new Set<string | undefined>();
    await raceAtEveryStep(system, {
      given: async (world) => {
        const orderId = await readyToShip(world);
        for (const { id } of await world.providers.shipments()) await world.scan(id, 'picked_up');
        await webhooksArrive(world);
        return orderId;
      },
      stopped: (world, _, plan) => world.deliverTo('delivery', 'carrier.scan', plan),
      overtaking: async (world, orderId) => {
        answers.add(await cancel(world, orderId));
        await only(world, 'delivery', 'order-process', 'payment');
      },
      ends: ({ status, payment, timeline }) => {
        expect([status, payment]).toEqual(['delivered', 'captured']);
        expect(timeline.map(({ text }) => text)).toContainEqual(expect.stringMatching(/too late to cancel/));
      },
    });
    // Granted as far as the gateway knew; delivery, who knew better, had the last word.
    expect([...answers]).toEqual(['void']);
  });

  test('twice at once: it is one cancellation', async () => {
    await raceAtEveryStep(system, {
      given: readyToShip,
      stopped: async (world, orderId, plan) => {
        await world.ask('cancel', () => world.shop.cancel(orderId, 'customer'), plan);
        return world.last();
      },
      overtaking: async (world, orderId) => {
        await cancel(world, orderId);
        await becomeQuiet(world);
      },
      ends: ({ id, status }, world) => {
        expect(status).toBe('cancelled');
        expect(said(world, OrderCancelRequested, id)).toBe(1);
      },
    });
  });

  test('before inventory and payment hear that it was placed: nothing is held, nothing is charged', async () => {
    await inWorld(system, async (world) => {
      const orderId = await world.place();
      await cancel(world, orderId);
      for (const worker of ['inventory', 'payment', 'delivery']) {
        await world.deliverTo(worker, 'order.cancel_requested');
      }
      await only(world, 'inventory', 'payment');
      expect(await world.providers.intents()).toEqual([]);
      await comeToRest(world);
      expect(await orderIn(world, orderId)).toMatchObject({ status: 'cancelled', payment: 'none' });
    });
  });

  test('because its parcel was lost, which inventory hears before that it left: the goods are gone, not given back', async () => {
    await inWorld(system, async (world) => {
      const orderId = await readyToShip(world);
      for (const status of ['picked_up', 'lost']) {
        for (const { id } of await world.providers.shipments()) await world.scan(id, status);
        await webhooksArrive(world);
        await only(world, 'delivery', 'order-process');
      }
      await world.deliverTo('inventory', 'order.cancelled');
      await comeToRest(world);
      expect((await orderIn(world, orderId)).status).toBe('cancelled');
      const reservation = await world.databases.inventory.collection('reservations').findOne({ _id: orderId as never });
      expect(reservation?.status).toBe('committed');
    });
  });
});

describe('a payment', timeout, () => {
  const waitsForTheBank = async (world: World) => {
    const orderId = await world.place(CHALLENGED);
    await becomeQuiet(world);
    return orderId;
  };
  const customerAnswers = async (world: World, outcome: 'succeed' | 'fail' = 'succeed') => {
    await act(world, { do: 'answer challenge', nth: 0, outcome });
    await webhooksArrive(world);
  };

  test('that succeeds while the order expires: confirmed, or given back, never both', async () => {
    const ends = new Set<string>();
    await raceAtEveryStep(system, {
      given: async (world) => {
        const orderId = await waitsForTheBank(world);
        world.clock.advance(31 * MINUTE_MS);
        for (const worker of world.workers.filter(({ name }) => name === 'payment')) await world.checkDeadlines(worker);
        return orderId;
      },
      stopped: (world, _, plan) => world.deliverTo('payment', 'deadline.passed', plan),
      overtaking: async (world) => {
        await customerAnswers(world);
        await only(world, 'payment', 'order-process', 'inventory');
      },
      ends: ({ status, payment }) => ends.add(`${status} ${payment}`),
    });
    expect([...ends].sort()).toEqual(['delivered captured', 'expired voided']);
  });

  test('whose webhooks come before the reply of the API: it is authorised once', async () => {
    await raceAtEveryStep(system, {
      given: placedAndHeld,
      stopped: (world, _, plan) => world.deliverTo('payment', 'inventory.reserved', plan),
      overtaking: async (world) => {
        await webhooksArrive(world);
        await only(world, 'payment', 'order-process');
      },
      ends: ({ status }) => expect(status).toBe('delivered'),
    });
  });

  test('whose webhook comes three times at once, each handled at the same time: it is authorised once', async () => {
    const lastStep = await raceAtEveryStep(system, {
      given: async (world) => {
        const orderId = await waitsForTheBank(world);
        await act(world, { do: 'answer challenge', nth: 0, outcome: 'succeed' });
        const paid = world.webhooks.find(({ type }) => type === 'payment_intent.amount_capturable_updated');
        world.webhooks.splice(0);
        await world.receive(paid, 3);
        return orderId;
      },
      stopped: async (world, _, plan) => {
        await world.deliverTo('payment', 'stripe.event', plan);
        await world.deliverTo('payment', 'stripe.event', plan);
        return world.deliverTo('payment', 'stripe.event', plan);
      },
      overtaking: async (world) => {
        while (world.paused.length > 0) await world.resume(world.paused.length - 1);
      },
      ends: ({ status }) => expect(status).toBe('delivered'),
    });
    expect(lastStep).toBeGreaterThan(2);
  });

  test('whose decline is heard of after another card has paid: the order stays confirmed', async () => {
    await inWorld(system, async (world) => {
      const orderId = await world.place({ paymentMethod: CARDS.declined });
      await only(world, 'inventory', 'payment', 'order-process');
      await world.ask('retry', () => world.shop.retryPayment(orderId, CARDS.good));
      await only(world, 'inventory', 'payment', 'order-process');
      expect(await orderIn(world, orderId)).toMatchObject({ status: 'confirmed' });
      expect(world.webhooks.map(({ type }) => type)).toContain('payment_intent.payment_failed');
      await webhooksArrive(world, 'payment_intent.payment_failed');
      await comeToRest(world);
      expect(await orderIn(world, orderId)).toMatchObject({ status: 'delivered', payment: 'captured' });
    });
  });

  test('whose last webhook is lost: the deadline asks Stripe, and the order is confirmed', async () => {
    await inWorld(system, async (world) => {
      const orderId = await waitsForTheBank(world);
      await act(world, { do: 'answer challenge', nth: 0, outcome: 'succeed' });
      world.webhooks.splice(0);
      await comeToRest(world);
      expect(await orderIn(world, orderId)).toMatchObject({ status: 'delivered', payment: 'captured' });
    });
  });

  test('that is captured, and the answer is lost: it is charged once', async () => {
    for (const kind of ['lost', 'crash'] as const) {
      for (const at of ['stripe POST', 'payments.updateOne'] as const) {
        await inWorld(system, async (world) => {
          const orderId = await readyToShip(world);
          for (const { id } of await world.providers.shipments()) await world.scan(id, 'picked_up');
          await webhooksArrive(world);
          await only(world, 'delivery');
          await world.deliverTo('payment', 'shipment.dispatched', { fault: { at, kind } });
          await comeToRest(world);
          expect(said(world, PaymentCaptured, orderId)).toBe(1);
        });
      }
    }
  });

  test('that is refunded, and the answer is lost or the worker dies at any step: it is given back once', async () => {
    const refund = { refundId: '0f8fad5b-d9cb-469f-a165-70867728950e', what: 'everything', restock: false } as const;
    for (const kind of ['lost', 'crash'] as const) {
      for (let at = 0, over = false; !over; at++) {
        await inWorld(system, async (world) => {
          const orderId = await delivered(world);
          await world.ask('refund', () => world.shop.refund(orderId, refund));
          const run = await world.deliverTo('payment', 'order.refund_requested', { fault: { at, kind } });
          over = run.ending?.ok === true;
          await comeToRest(world);
          expect(await orderIn(world, orderId)).toMatchObject({ payment: 'refunded' });
          expect(said(world, PaymentRefunded, orderId)).toBe(1);
          expect(await world.providers.refunds()).toHaveLength(1);
        });
      }
    }
  });
});

describe('an SMS', timeout, () => {
  test('that is stopped at whichever step while its parcel arrives: sent and noted, or dropped and not sent', async () => {
    const ends = new Set<number>();
    await raceAtEveryStep(system, {
      given: async (world) => {
        const orderId = await world.place({ shippingMethod: 'express' });
        await becomeQuiet(world);
        for (const { id } of await world.providers.shipments()) await world.scan(id, 'picked_up');
        await webhooksArrive(world);
        await only(world, 'delivery');
        await world.deliverTo('notification', 'shipment.dispatched');
        for (const worker of world.workers) await world.checkDeadlines(worker);
        return orderId;
      },
      stopped: (world, _, plan) => world.deliverTo('notification', 'deadline.passed', plan),
      overtaking: async (world) => {
        while (await proceed(world));
      },
      ends: (_, { messengers }) => ends.add(messengers.sent.filter(({ channel }) => channel === 'sms').length),
    });
    expect([...ends].sort()).toEqual([1, 2]);
  });
});

describe('a worker that dies', timeout, () => {
  test.each([
    ['after the commit, before it publishes', ' publish '],
    ['after it has published, before it acknowledges', ' acknowledge'],
    ['before it writes', /\.(updateOne|insertOne|findOneAndUpdate)$/],
  ])('%s, at every message of an order: as if nothing had been', async (_, at) => {
    await inWorld(system, async (world) => {
      const orderId = await world.place({
        lines: [
          { sku: 'MUG', quantity: 2 },
          { sku: 'POSTER', quantity: 1 },
        ],
      });
      world.trouble = { fault: { at, kind: 'crash' } };
      await comeToRest(world);
      const deaths = world.story.filter((line) => line.includes(' CRASH at '));
      expect(new Set(deaths.map((line) => line.split(' ')[1]))).toEqual(EVERY_WORKER);
      expect(await orderIn(world, orderId)).toMatchObject({ status: 'delivered', payment: 'captured' });
    });
  });
});

describe('an authorisation that is cancelled at Stripe', timeout, () => {
  /** Payment has vouched for the order, and takes that back while delivery does something about it. */
  const takenBack = async (world: World) => {
    for (const { id } of await world.providers.intents()) await world.providers.cancelIntent(id);
    await world.listen();
    await webhooksArrive(world);
    await only(world, 'payment', 'delivery', 'order-process', 'inventory');
  };
  const nothingLeaves = async (world: World, orderId: string) => {
    await becomeQuiet(world);
    expect((await world.providers.shipments()).filter(({ status }) => status !== 'cancelled')).toEqual([]);
    expect(await orderIn(world, orderId)).toMatchObject({
      status: 'confirmed',
      payment: 'voided',
      attention: expect.any(String),
    });
  };

  test.each([
    ['the confirmation, which came second', 'payment.secured', 'order.confirmed'],
    ["payment's word, which came second", 'order.confirmed', 'payment.secured'],
  ])('while delivery handles %s, stopped or killed at whichever step: nothing leaves', async (_, first, second) => {
    let steps = 0;
    for (let over = false; !over; steps++) {
      for (const plan of [{ pauseAt: steps }, { fault: { at: steps, kind: 'crash' } }] as const) {
        await inWorld(system, async (world) => {
          const orderId = await placedAndHeld(world);
          await only(world, 'payment', 'order-process');
          await world.deliverTo('delivery', first);
          const run = await world.deliverTo('delivery', second, plan);
          over = run.ending !== undefined && !run.died;
          await takenBack(world);
          while (world.paused.length > 0) await world.resume(0);
          world.clock.advance(2_000);
          await nothingLeaves(world, orderId);
          await world.ask('cancel', () => world.shop.cancel(orderId, 'staff'));
          await comeToRest(world);
          expect(await orderIn(world, orderId)).toMatchObject({ status: 'cancelled', payment: 'voided' });
        });
      }
    }
    expect(steps).toBeGreaterThan(3);
  });

  test('when its parcel was ordered: that is stopped, and the one in its place waits', async () => {
    await inWorld(system, async (world) => {
      const orderId = await readyToShip(world);
      await takenBack(world);
      await nothingLeaves(world, orderId);
      await world.ask('cancel', () => world.shop.cancel(orderId, 'staff'));
      await comeToRest(world);
      expect(await orderIn(world, orderId)).toMatchObject({ status: 'cancelled', payment: 'voided' });
    });
  });
});

describe('a payment that somebody only says is authorised', timeout, () => {
  /** Written straight to the exchange, under payment's name. */
  const forged = async (world: World, orderId: string): Promise<OrderflowEvent> => {
    const { total } = await orderIn(world, orderId);
    const time = world.clock.now();
    const fact = PaymentAuthorized.of({ amount: total, captureBefore: time.toISOString(), intentId: 'pi_forged' });
    return createEvent(fact, { source: '/payment', subject: orderId, time, region: 'simulated' });
  };
  const isRed = async (world: World) => (await world.audit()).some((line) => line.includes('confirmed-is-authorised'));

  test('sends nothing: payment is asked, staff are told at once, the auditor is red, and what staff cancel ends', async () => {
    await inWorld(system, async (world) => {
      const orderId = await world.place({ paymentMethod: CARDS.declined });
      await becomeQuiet(world);
      world.broker.publish([await forged(world, orderId)]);
      await becomeQuiet(world);

      const order = await orderIn(world, orderId);
      expect(order).toMatchObject({ status: 'confirmed', attention: expect.stringContaining('nobody has paid') });
      expect(await world.providers.shipments()).toEqual([]);
      expect(await isRed(world)).toBe(true);

      await world.ask('cancel', () => world.shop.cancel(orderId, 'staff'));
      await becomeQuiet(world);
      const ended = await orderIn(world, orderId);
      expect([ended.status, ended.attention]).toEqual(['cancelled', undefined]);
      expect(await world.providers.shipments()).toEqual([]);
      expect(await isRed(world)).toBe(false);
      // The forgery is in the books for good, and the auditor goes on to tell of it.
      await world.forget();
    });
  });

  test('and that is authorised a moment later, whoever is stopped meanwhile: it is sent once payment says so itself', async () => {
    let steps = 0;
    for (let over = false; !over; steps++) {
      await inWorld(system, async (world) => {
        const orderId = await placedAndHeld(world);
        world.broker.publish([await forged(world, orderId)]);
        await only(world, 'order-process');
        const run = await world.deliverTo('payment', 'order.confirmed', { pauseAt: steps });
        over = run.ending !== undefined;
        await world.deliverTo('payment', 'inventory.reserved');
        await only(world, 'delivery', 'order-process');
        await comeToRest(world);
        expect(await orderIn(world, orderId)).toMatchObject({ status: 'delivered', payment: 'captured' });
        expect(said(world, PaymentSecured, orderId)).toBe(1);
        await world.forget();
      });
    }
    expect(steps).toBeGreaterThan(1);
  });
});
