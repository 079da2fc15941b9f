import {
  createEvent,
  OrderCancelRequested,
  type OrderflowEvent,
  PaymentAuthorized,
  PaymentCaptured,
  PaymentRefunded,
  PaymentSecured,
  type QuantityLine,
} from '@orderflow/contracts';
import { archiveName } from '@orderflow/runtime';
import { archiveIn, tidy } from '@orderflow/runtime/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { act } from './simulation/act.ts';
import { CARDS } from './simulation/commands.ts';
import { runSimulation } from './simulation/play.ts';
import { drainQueues, proceed, quiesce } from './simulation/quiesce.ts';
import { orderIn, raceAtEveryStep } from './simulation/races.ts';
import type { Simulation } from './simulation/simulation.ts';
import { type System, startSystem } from './simulation/system.ts';

const CHALLENGED = { paymentMethod: CARDS.challenge };
const MINUTE_MS = 60_000;
/** Each race runs up to twenty simulations. */
const timeout = { timeout: 240_000 };

const EVERY_WORKER = new Set(['inventory', 'payment', 'delivery', 'notification', 'order-process']);

let system: System;
beforeAll(async () => {
  system = await startSystem(inject('infrastructure').mongodbUri);
});
afterAll(() => system?.close());

/** Delivers whatever waits for these workers, so that others stay behind. */
async function only(simulation: Simulation, ...workers: string[]): Promise<void> {
  for (;;) {
    const next = simulation.broker.ready(simulation.clock.now()).find(({ worker }) => workers.includes(worker));
    if (!next) return;
    await simulation.deliver(next);
  }
}

const said = (simulation: Simulation, definition: { type: string }, orderId: string) =>
  new Set(
    simulation.broker.published
      .filter(({ type, subject }) => type === definition.type && subject === orderId)
      .map(({ id }) => id),
  ).size;

const cancel = (simulation: Simulation, orderId: string) =>
  simulation.ask('cancel', () => simulation.shop.cancel(orderId, 'customer'));

/** Stripe's webhooks are received, those of this type only if one is given. */
async function webhooksArrive(simulation: Simulation, type?: string): Promise<void> {
  const [now, later] = [simulation.webhooks.splice(0), [] as typeof simulation.webhooks];
  for (const webhook of now) {
    if (type === undefined || webhook.type === type) await simulation.receive(webhook);
    else later.push(webhook);
  }
  simulation.webhooks.push(...later);
}

const placedAndHeld = async (simulation: Simulation) => {
  const orderId = await simulation.place();
  await only(simulation, 'inventory', 'order-process');
  await simulation.deliverTo('payment', 'order.placed');
  return orderId;
};

const readyToShip = async (simulation: Simulation) => {
  const orderId = await simulation.place();
  await drainQueues(simulation);
  return orderId;
};

const delivered = async (simulation: Simulation) => {
  const orderId = await readyToShip(simulation);
  for (const status of ['picked_up', 'delivered']) {
    for (const { id } of await simulation.providers.shipments()) await simulation.scan(id, status);
    await drainQueues(simulation);
  }
  return orderId;
};

describe('an order that is cancelled', timeout, () => {
  test('while its payment is being authorised, at whichever step: cancelled, and nothing is kept', async () => {
    const steps = await raceAtEveryStep(system, {
      given: placedAndHeld,
      stopped: (simulation, _, plan) => simulation.deliverTo('payment', 'inventory.reserved', plan),
      overtaking: async (simulation, orderId) => {
        await cancel(simulation, orderId);
        await only(simulation, 'payment', 'order-process', 'inventory', 'delivery');
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
      given: async (simulation) => {
        const orderId = await readyToShip(simulation);
        await cancel(simulation, orderId);
        return orderId;
      },
      stopped: (simulation, _, plan) => simulation.deliverTo('delivery', 'order.cancel_requested', plan),
      overtaking: async (simulation) => {
        for (const { id } of await simulation.providers.shipments()) await simulation.scan(id, 'picked_up');
        await webhooksArrive(simulation);
        await only(simulation, 'delivery', 'order-process');
      },
      ends: ({ status, payment }) => ends.add(`${status} ${payment}`),
    });
    expect([...ends].sort()).toEqual(['cancelled voided', 'delivered captured']);
  });

  test('while its scan is being handled: it is too late, and says so', async () => {
    const answers = new Set<string | undefined>();
    await raceAtEveryStep(system, {
      given: async (simulation) => {
        const orderId = await readyToShip(simulation);
        for (const { id } of await simulation.providers.shipments()) await simulation.scan(id, 'picked_up');
        await webhooksArrive(simulation);
        return orderId;
      },
      stopped: (simulation, _, plan) => simulation.deliverTo('delivery', 'carrier.scan', plan),
      overtaking: async (simulation, orderId) => {
        answers.add(await cancel(simulation, orderId));
        await only(simulation, 'delivery', 'order-process', 'payment');
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
      stopped: async (simulation, orderId, plan) => {
        await simulation.ask('cancel', () => simulation.shop.cancel(orderId, 'customer'), plan);
        return simulation.last();
      },
      overtaking: async (simulation, orderId) => {
        await cancel(simulation, orderId);
        await drainQueues(simulation);
      },
      ends: ({ id, status }, simulation) => {
        expect(status).toBe('cancelled');
        expect(said(simulation, OrderCancelRequested, id)).toBe(1);
      },
    });
  });

  test('before inventory and payment hear that it was placed: nothing is held, nothing is charged', async () => {
    await runSimulation(system, async (simulation) => {
      const orderId = await simulation.place();
      await cancel(simulation, orderId);
      for (const worker of ['inventory', 'payment', 'delivery']) {
        await simulation.deliverTo(worker, 'order.cancel_requested');
      }
      await only(simulation, 'inventory', 'payment');
      expect(await simulation.providers.intents()).toEqual([]);
      await quiesce(simulation);
      expect(await orderIn(simulation, orderId)).toMatchObject({ status: 'cancelled', payment: 'none' });
    });
  });

  test('because its parcel was lost, which inventory hears before that it left: the goods are gone, not given back', async () => {
    await runSimulation(system, async (simulation) => {
      const orderId = await readyToShip(simulation);
      for (const status of ['picked_up', 'lost']) {
        for (const { id } of await simulation.providers.shipments()) await simulation.scan(id, status);
        await webhooksArrive(simulation);
        await only(simulation, 'delivery', 'order-process');
      }
      await simulation.deliverTo('inventory', 'order.cancelled');
      await quiesce(simulation);
      expect((await orderIn(simulation, orderId)).status).toBe('cancelled');
      const reservation = await simulation.databases.inventory
        .collection('reservations')
        .findOne({ _id: orderId as never });
      expect(reservation?.status).toBe('committed');
    });
  });
});

describe('a payment', timeout, () => {
  const waitsForTheBank = async (simulation: Simulation) => {
    const orderId = await simulation.place(CHALLENGED);
    await drainQueues(simulation);
    return orderId;
  };
  const customerAnswers = async (simulation: Simulation, outcome: 'succeed' | 'fail' = 'succeed') => {
    await act(simulation, { do: 'answer challenge', nth: 0, outcome });
    await webhooksArrive(simulation);
  };

  test('that succeeds while the order expires: confirmed, or given back, never both', async () => {
    const ends = new Set<string>();
    await raceAtEveryStep(system, {
      given: async (simulation) => {
        const orderId = await waitsForTheBank(simulation);
        simulation.clock.advance(31 * MINUTE_MS);
        for (const worker of simulation.workers.filter(({ name }) => name === 'payment'))
          await simulation.checkDeadlines(worker);
        return orderId;
      },
      stopped: (simulation, _, plan) => simulation.deliverTo('payment', 'deadline.passed', plan),
      overtaking: async (simulation) => {
        await customerAnswers(simulation);
        await only(simulation, 'payment', 'order-process', 'inventory');
      },
      ends: ({ status, payment }) => ends.add(`${status} ${payment}`),
    });
    expect([...ends].sort()).toEqual(['delivered captured', 'expired voided']);
  });

  test('whose webhooks come before the reply of the API: it is authorised once', async () => {
    await raceAtEveryStep(system, {
      given: placedAndHeld,
      stopped: (simulation, _, plan) => simulation.deliverTo('payment', 'inventory.reserved', plan),
      overtaking: async (simulation) => {
        await webhooksArrive(simulation);
        await only(simulation, 'payment', 'order-process');
      },
      ends: ({ status }) => expect(status).toBe('delivered'),
    });
  });

  test('whose webhook comes three times at once, each handled at the same time: it is authorised once', async () => {
    const lastStep = await raceAtEveryStep(system, {
      given: async (simulation) => {
        const orderId = await waitsForTheBank(simulation);
        await act(simulation, { do: 'answer challenge', nth: 0, outcome: 'succeed' });
        const paid = simulation.webhooks.find(({ type }) => type === 'payment_intent.amount_capturable_updated');
        simulation.webhooks.splice(0);
        await simulation.receive(paid, 3);
        return orderId;
      },
      stopped: async (simulation, _, plan) => {
        await simulation.deliverTo('payment', 'stripe.event', plan);
        await simulation.deliverTo('payment', 'stripe.event', plan);
        return simulation.deliverTo('payment', 'stripe.event', plan);
      },
      overtaking: async (simulation) => {
        while (simulation.paused.length > 0) await simulation.resume(simulation.paused.length - 1);
      },
      ends: ({ status }) => expect(status).toBe('delivered'),
    });
    expect(lastStep).toBeGreaterThan(2);
  });

  test('whose decline is heard of after another card has paid: the order stays confirmed', async () => {
    await runSimulation(system, async (simulation) => {
      const orderId = await simulation.place({ paymentMethod: CARDS.declined });
      await only(simulation, 'inventory', 'payment', 'order-process');
      await simulation.ask('retry', () => simulation.shop.retryPayment(orderId, CARDS.good));
      await only(simulation, 'inventory', 'payment', 'order-process');
      expect(await orderIn(simulation, orderId)).toMatchObject({ status: 'confirmed' });
      expect(simulation.webhooks.map(({ type }) => type)).toContain('payment_intent.payment_failed');
      await webhooksArrive(simulation, 'payment_intent.payment_failed');
      await quiesce(simulation);
      expect(await orderIn(simulation, orderId)).toMatchObject({ status: 'delivered', payment: 'captured' });
    });
  });

  test('whose last webhook is lost: the deadline asks Stripe, and the order is confirmed', async () => {
    await runSimulation(system, async (simulation) => {
      const orderId = await waitsForTheBank(simulation);
      await act(simulation, { do: 'answer challenge', nth: 0, outcome: 'succeed' });
      simulation.webhooks.splice(0);
      await quiesce(simulation);
      expect(await orderIn(simulation, orderId)).toMatchObject({ status: 'delivered', payment: 'captured' });
    });
  });

  test('that is captured, and the answer is lost: it is charged once', async () => {
    for (const kind of ['lost', 'crash'] as const) {
      for (const at of ['stripe POST', 'payments.updateOne'] as const) {
        await runSimulation(system, async (simulation) => {
          const orderId = await readyToShip(simulation);
          for (const { id } of await simulation.providers.shipments()) await simulation.scan(id, 'picked_up');
          await webhooksArrive(simulation);
          await only(simulation, 'delivery');
          await simulation.deliverTo('payment', 'shipment.dispatched', { fault: { at, kind } });
          await quiesce(simulation);
          expect(said(simulation, PaymentCaptured, orderId)).toBe(1);
        });
      }
    }
  });

  test('that is refunded, and the answer is lost or the worker dies at any step: it is given back once', async () => {
    const refund = { refundId: '0f8fad5b-d9cb-469f-a165-70867728950e', what: 'everything', restock: false } as const;
    for (const kind of ['lost', 'crash'] as const) {
      for (let at = 0, over = false; !over; at++) {
        await runSimulation(system, async (simulation) => {
          const orderId = await delivered(simulation);
          await simulation.ask('refund', () => simulation.shop.refund(orderId, refund));
          const run = await simulation.deliverTo('payment', 'order.refund_requested', { fault: { at, kind } });
          over = run.ending?.ok === true;
          await quiesce(simulation);
          expect(await orderIn(simulation, orderId)).toMatchObject({ payment: 'refunded' });
          expect(said(simulation, PaymentRefunded, orderId)).toBe(1);
          expect(await simulation.providers.refunds()).toHaveLength(1);
        });
      }
    }
  });
});

describe('an SMS', timeout, () => {
  test('that is stopped at whichever step while its parcel arrives: sent and noted, or dropped and not sent', async () => {
    const ends = new Set<number>();
    await raceAtEveryStep(system, {
      given: async (simulation) => {
        const orderId = await simulation.place({ shippingMethod: 'express' });
        await drainQueues(simulation);
        for (const { id } of await simulation.providers.shipments()) await simulation.scan(id, 'picked_up');
        await webhooksArrive(simulation);
        await only(simulation, 'delivery');
        await simulation.deliverTo('notification', 'shipment.dispatched');
        for (const worker of simulation.workers) await simulation.checkDeadlines(worker);
        return orderId;
      },
      stopped: (simulation, _, plan) => simulation.deliverTo('notification', 'deadline.passed', plan),
      overtaking: async (simulation) => {
        while (await proceed(simulation));
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
    await runSimulation(system, async (simulation) => {
      const orderId = await simulation.place({
        lines: [
          { sku: 'MUG', quantity: 2 },
          { sku: 'POSTER', quantity: 1 },
        ],
      });
      simulation.faultPlan = { fault: { at, kind: 'crash' } };
      await quiesce(simulation);
      const deaths = simulation.journal.filter((line) => line.includes(' CRASH at '));
      expect(new Set(deaths.map((line) => line.split(' ')[1]))).toEqual(EVERY_WORKER);
      expect(await orderIn(simulation, orderId)).toMatchObject({ status: 'delivered', payment: 'captured' });
    });
  });
});

describe('a line that is taken out', timeout, () => {
  const confirmedOf = async (simulation: Simulation, lines: QuantityLine[]) => {
    const orderId = await simulation.place({ lines });
    await only(simulation, 'inventory', 'payment', 'order-process');
    await simulation.deliverTo('delivery', 'order.confirmed');
    return orderId;
  };

  test.each([
    ['all that is in its parcel', ['LAMP', 'POSTER'].map((sku) => ({ sku, quantity: 1 }))],
    ['one of two pieces', [{ sku: 'MUG', quantity: 2 }]],
  ])(
    'while delivery orders parcels, at whichever step, and the carrier comes at once: only the rest is sent (%s)',
    async (_, lines) => {
      const steps = await raceAtEveryStep(system, {
        given: (simulation) => confirmedOf(simulation, lines),
        stopped: (simulation, _orderId, plan) => simulation.deliverTo('delivery', 'payment.secured', plan),
        overtaking: async (simulation, orderId) => {
          await simulation.ask('take out', () => simulation.shop.takeOut(orderId, crypto.randomUUID()));
          await only(simulation, 'delivery', 'order-process');
          // The try that is stopped is given up; the carrier comes before the next one.
          simulation.clock.advance(30 * MINUTE_MS);
          while (simulation.paused.length > 0) await simulation.resume(0);
          for (const { id, status } of await simulation.providers.shipments()) {
            if (status === 'created') await simulation.scan(id, 'picked_up');
          }
          await webhooksArrive(simulation);
        },
        ends: ({ status, payment }) => expect([status, payment]).toEqual(['delivered', 'captured']),
      });
      expect(steps).toBeGreaterThan(3);
    },
  );
});

describe('an authorisation that is cancelled at Stripe', timeout, () => {
  /** Payment has vouched for the order, and takes that back while delivery does something about it. */
  const takenBack = async (simulation: Simulation) => {
    for (const { id } of await simulation.providers.intents()) await simulation.providers.cancelIntent(id);
    await simulation.listen();
    await webhooksArrive(simulation);
    await only(simulation, 'payment', 'delivery', 'order-process', 'inventory');
  };
  const nothingLeaves = async (simulation: Simulation, orderId: string) => {
    await drainQueues(simulation);
    expect((await simulation.providers.shipments()).filter(({ status }) => status !== 'cancelled')).toEqual([]);
    expect(await orderIn(simulation, orderId)).toMatchObject({
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
        await runSimulation(system, async (simulation) => {
          const orderId = await placedAndHeld(simulation);
          await only(simulation, 'payment', 'order-process');
          await simulation.deliverTo('delivery', first);
          const run = await simulation.deliverTo('delivery', second, plan);
          over = run.ending !== undefined && !run.died;
          await takenBack(simulation);
          while (simulation.paused.length > 0) await simulation.resume(0);
          simulation.clock.advance(2_000);
          await nothingLeaves(simulation, orderId);
          await simulation.ask('cancel', () => simulation.shop.cancel(orderId, 'staff'));
          await quiesce(simulation);
          expect(await orderIn(simulation, orderId)).toMatchObject({ status: 'cancelled', payment: 'voided' });
        });
      }
    }
    expect(steps).toBeGreaterThan(3);
  });

  test('when its parcel was ordered: that is stopped, and the one in its place waits', async () => {
    await runSimulation(system, async (simulation) => {
      const orderId = await readyToShip(simulation);
      await takenBack(simulation);
      await nothingLeaves(simulation, orderId);
      await simulation.ask('cancel', () => simulation.shop.cancel(orderId, 'staff'));
      await quiesce(simulation);
      expect(await orderIn(simulation, orderId)).toMatchObject({ status: 'cancelled', payment: 'voided' });
    });
  });
});

describe('a payment that somebody only says is authorised', timeout, () => {
  /** Written straight to the exchange, under payment's name. */
  const forged = async (simulation: Simulation, orderId: string): Promise<OrderflowEvent> => {
    const { total } = await orderIn(simulation, orderId);
    const time = simulation.clock.now();
    const fact = PaymentAuthorized.of({ amount: total, captureBefore: time.toISOString(), intentId: 'pi_forged' });
    return createEvent(fact, { source: '/payment', subject: orderId, time, region: 'simulated' });
  };
  const isRed = async (simulation: Simulation) =>
    (await simulation.audit()).some((line) => line.includes('confirmed-is-authorised'));

  test('sends nothing: payment is asked, staff are told at once, the auditor is red, and what staff cancel ends', async () => {
    await runSimulation(system, async (simulation) => {
      const orderId = await simulation.place({ paymentMethod: CARDS.declined });
      await drainQueues(simulation);
      simulation.broker.publish([await forged(simulation, orderId)]);
      await drainQueues(simulation);

      const order = await orderIn(simulation, orderId);
      expect(order).toMatchObject({ status: 'confirmed', attention: expect.stringContaining('nobody has paid') });
      expect(await simulation.providers.shipments()).toEqual([]);
      expect(await isRed(simulation)).toBe(true);

      await simulation.ask('cancel', () => simulation.shop.cancel(orderId, 'staff'));
      await drainQueues(simulation);
      const ended = await orderIn(simulation, orderId);
      expect([ended.status, ended.attention]).toEqual(['cancelled', undefined]);
      expect(await simulation.providers.shipments()).toEqual([]);
      expect(await isRed(simulation)).toBe(false);
      // The forged event stays in the documents, so the auditor goes on to report it.
      await simulation.forget();
    });
  });

  test('and that is authorised a moment later, whoever is stopped meanwhile: it is sent once payment says so itself', async () => {
    let steps = 0;
    for (let over = false; !over; steps++) {
      await runSimulation(system, async (simulation) => {
        const orderId = await placedAndHeld(simulation);
        simulation.broker.publish([await forged(simulation, orderId)]);
        await only(simulation, 'order-process');
        const run = await simulation.deliverTo('payment', 'order.confirmed', { pauseAt: steps });
        over = run.ending !== undefined;
        await simulation.deliverTo('payment', 'inventory.reserved');
        await only(simulation, 'delivery', 'order-process');
        await quiesce(simulation);
        expect(await orderIn(simulation, orderId)).toMatchObject({ status: 'delivered', payment: 'captured' });
        expect(said(simulation, PaymentSecured, orderId)).toBe(1);
        await simulation.forget();
      });
    }
    expect(steps).toBeGreaterThan(1);
  });
});

test(
  'an order whose marks are compacted gets every message again: nothing changes, nothing new is said',
  timeout,
  async () => {
    await runSimulation(system, async (simulation) => {
      const { broker, databases, deliver, messengers, providers, workers } = simulation;
      const handled: Parameters<Simulation['deliver']>[0][] = [];
      simulation.deliver = (message, plan) => {
        handled.push(message);
        return deliver(message, plan);
      };
      const orderId = await simulation.place();
      await quiesce(simulation);
      for (const worker of workers) await simulation.compact(worker);
      const all = async () =>
        Promise.all(
          workers.map(({ name, collection }) =>
            databases[name]
              ?.collection<{ _id: string; handled: object; compacted?: object }>(collection ?? '')
              .findOne({ _id: orderId }),
          ),
        );
      const before = await all();
      expect(
        before.map((document) => [Object.keys(document?.handled ?? { none: true }), document?.compacted !== undefined]),
      ).toEqual(workers.map(() => [[], true]));
      const [ids, sent, intents] = [idsOf(broker.published), messengers.sent.length, await providers.intents()];

      expect(new Set(handled.map(({ worker }) => worker))).toEqual(EVERY_WORKER);
      for (const message of handled.splice(0)) broker.putBack({ ...message, redelivered: true });
      await drainQueues(simulation);

      expect(await all()).toEqual(before);
      expect(idsOf(broker.published)).toEqual(ids);
      expect(messengers.sent.length).toBe(sent);
      expect(await providers.intents()).toEqual(intents);
    });
  },
);

const idsOf = (events: readonly OrderflowEvent[]): ReadonlySet<string> => new Set(events.map(({ id }) => id));

describe('an order that is archived', timeout, () => {
  const AGES_MS = 40 * 24 * 60 * MINUTE_MS;
  const documentsOf = ({ workers, databases }: Simulation, orderId: string) =>
    Promise.all(
      workers.map(async ({ name, collection = '' }) => {
        const database = databases[name] as Simulation['databases']['gateway'];
        const find = (where: string) => database.collection<{ _id: string }>(where).findOne({ _id: orderId });
        return { name, here: await find(collection), archived: await find(archiveName(collection)) };
      }),
    );
  const placesOf = async (simulation: Simulation, orderId: string) =>
    (await documentsOf(simulation, orderId)).map(
      ({ name, here, archived }) =>
        `${name}: ${[here && 'here', archived && 'archived'].filter(Boolean).join(' and ')}`,
    );
  const everywhere = ({ workers }: Simulation, place: string) => workers.map(({ name }) => `${name}: ${place}`);

  /** Delivered, and long ago. */
  async function old(simulation: Simulation): Promise<string> {
    const orderId = await simulation.place();
    await quiesce(simulation);
    simulation.clock.advance(AGES_MS);
    return orderId;
  }
  async function archived(simulation: Simulation): Promise<string> {
    const orderId = await old(simulation);
    for (const worker of simulation.workers) await simulation.archive(worker);
    expect(await placesOf(simulation, orderId)).toEqual(everywhere(simulation, 'archived'));
    return orderId;
  }

  test('gets every message again: nothing changes, nothing new is said, and it stays where it is', async () => {
    await runSimulation(system, async (simulation) => {
      const { broker, deliver, messengers, providers } = simulation;
      const handled: Parameters<Simulation['deliver']>[0][] = [];
      simulation.deliver = (message, plan) => {
        handled.push(message);
        return deliver(message, plan);
      };
      const orderId = await archived(simulation);
      const before = await documentsOf(simulation, orderId);
      const [ids, sent, intents] = [idsOf(broker.published), messengers.sent.length, await providers.intents()];

      expect(new Set(handled.map(({ worker }) => worker))).toEqual(EVERY_WORKER);
      for (const message of handled.splice(0)) broker.putBack({ ...message, redelivered: true });
      await drainQueues(simulation);

      expect(await documentsOf(simulation, orderId)).toEqual(before);
      expect(idsOf(broker.published)).toEqual(ids);
      expect(messengers.sent.length).toBe(sent);
      expect(await providers.intents()).toEqual(intents);
    });
  });

  test('is one order when it is placed again with its key', async () => {
    await runSimulation(system, async (simulation) => {
      const cart = { key: '00000000-0000-4000-9000-000000000001' };
      const orderId = await simulation.place(cart);
      await quiesce(simulation);
      simulation.clock.advance(AGES_MS);
      for (const worker of simulation.workers) await simulation.archive(worker);
      expect(await simulation.place(cart)).toBe(orderId);
      await quiesce(simulation);
      expect(await placesOf(simulation, orderId)).toEqual(everywhere(simulation, 'archived'));
    });
  });

  const late: Record<string, (simulation: Simulation, orderId: string) => Promise<unknown>> = {
    'is refunded': ({ ask, shop }, orderId) => {
      const wanted = { refundId: crypto.randomUUID(), what: 'everything', restock: true } as const;
      return ask('refund', () => shop.refund(orderId, wanted));
    },
    'is erased': ({ ask, shop }, orderId) => ask('erase', () => shop.erase(orderId)),
    'is disputed': async ({ providers, listen }) => {
      const [intent] = await providers.intents();
      await providers.dispute(intent?.id ?? '');
      await listen();
    },
  };
  const seen: Record<string, object> = {
    'is refunded': { payment: 'refunded' },
    'is erased': { erased: {} },
    'is disputed': { disputes: [{ status: 'open' }] },
  };

  test.each(Object.keys(late))('comes back wherever something is to be done when it %s', async (what) => {
    await runSimulation(system, async (simulation) => {
      const orderId = await archived(simulation);
      await late[what]?.(simulation, orderId);
      await quiesce(simulation);
      expect(await orderIn(simulation, orderId)).toMatchObject(seen[what] as object);
      const places = await placesOf(simulation, orderId);
      for (const worker of ['payment', 'order-process']) expect(places).toContain(`${worker}: here`);
      for (const place of places) expect(place).toMatch(/: (here|archived)$/);
    });
  });

  test.each([
    ['is refunded', 'payment', 'stopped'],
    ['is refunded', 'order-process', 'dies'],
    ['is erased', 'payment', 'dies'],
    ['is erased', 'order-process', 'stopped'],
    ['is disputed', 'payment', 'stopped'],
  ] as const)(
    'and %s while the move of %s %s, at whatever step, is in one place and right',
    async (what, name, how) => {
      let steps = 0;
      for (let over = false; !over; steps++) {
        await runSimulation(system, async (simulation) => {
          const orderId = await old(simulation);
          const worker = simulation.workers.find((one) => one.name === name) as Simulation['workers'][number];
          const plan = how === 'stopped' ? { pauseAt: steps } : { fault: { at: steps, kind: 'crash' as const } };
          const run = await simulation.archive(worker, plan);
          over = run?.ending?.ok === true;
          await late[what]?.(simulation, orderId);
          await quiesce(simulation);
          await tidyAll(simulation);
          expect(await orderIn(simulation, orderId)).toMatchObject(seen[what] as object);
          for (const place of await placesOf(simulation, orderId)) expect(place).toMatch(/: (here|archived)$/);
        });
      }
      expect(steps).toBeGreaterThan(4);
    },
  );
});

/** As walks begin, once nobody can be at it any more. */
async function tidyAll({ workers, databases }: Simulation): Promise<void> {
  for (const { name, collection = '' } of workers) {
    const archive = archiveIn(databases[name] as Simulation['databases']['gateway'], collection);
    if (archive) await tidy(archive, {});
  }
}
