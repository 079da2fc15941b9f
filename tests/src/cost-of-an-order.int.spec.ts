import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runSimulation } from './simulation/play.ts';
import { quiesce } from './simulation/quiesce.ts';
import { type System, startSystem } from './simulation/system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem(inject('infrastructure').mongodbUri);
});
afterAll(() => system?.close());

/** How often each comes, by name. */
function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

// Each of these is work for every order there will ever be. Whoever makes one more necessary finds it here, and says why. Store
// commands are counted one by one: those of the same moment go together (runtime/src/batches.ts).
const MESSAGES = {
  'carrier.scan': 2,
  'inventory.committed': 1,
  'inventory.reserved': 1,
  'invoice.issued': 1,
  'notification.sent': 4,
  'order.confirmed': 1,
  'order.placed': 1,
  'payment.authorized': 1,
  'payment.captured': 1,
  'payment.secured': 1,
  'shipment.created': 1,
  'shipment.delivered': 1,
  'shipment.dispatched': 1,
  'stripe.event': 2,
};
const HANDLINGS = { delivery: 4, inventory: 2, notification: 5, 'order-process': 11, payment: 6 };
const STORE_COMMANDS = {
  'delivery shipments.find': 4,
  'delivery shipments.insertOne': 1,
  'delivery shipments.updateOne': 3,
  // The claim goes when the order has been answered, so it is not among the call's commands.
  'gateway claims.find': 1,
  'gateway claims.insertOne': 1,
  'gateway orderkeys.insertOne': 2,
  'gateway orders.find': 2,
  'gateway orders.insertOne': 1,
  'gateway orders.updateOne': 1,
  'gateway products.find': 2,
  'gateway stock.find': 1,
  'inventory reservations.find': 3,
  'inventory reservations.insertOne': 1,
  'inventory reservations.updateOne': 2,
  'inventory stock.find': 1,
  'inventory stock.updateOne': 2,
  'notification notifications.find': 5,
  'notification notifications.insertOne': 1,
  'notification notifications.updateOne': 4,
  'notification preferences.find': 4,
  'notification sends.insertOne': 4,
  'notification sends.updateOne': 4,
  'order-process documents.findOne': 1,
  'order-process documents.insertOne': 1,
  'order-process documents.updateOne': 1,
  'order-process orders.find': 11,
  'order-process orders.updateOne': 11,
  'payment payments.find': 6,
  'payment payments.insertOne': 1,
  'payment payments.updateOne': 5,
};
const OUTSIDE_CALLS = {
  'carrier POST /shipments': 1,
  'mail send': 4,
  'stripe POST /v1/payment_intents': 1,
  'stripe POST /v1/payment_intents/:id/capture': 1,
};

test('an order that is placed, paid, sent and delivered costs these messages, store commands and outside calls, no more', async () => {
  await runSimulation(system, async (simulation) => {
    const { broker, deliver } = simulation;
    const steps: string[] = [];
    const handled: string[] = [];
    simulation.deliver = async (message, plan) => {
      const run = await deliver(message, plan);
      handled.push(message.worker);
      steps.push(...run.steps);
      return run;
    };
    await simulation.place();
    steps.push(...simulation.last().steps);
    await quiesce(simulation);
    const storeCommands = steps.filter((step) => /^\S+ \w+\.\w+$/.test(step));
    const outsideCalls = steps.filter((step) => /^(stripe|carrier) \w+ [^ ]+$|^(mail|texts) send$/.test(step));

    expect(counted(broker.published.map(({ type }) => type))).toEqual(MESSAGES);
    expect(counted(handled)).toEqual(HANDLINGS);
    expect(counted(storeCommands)).toEqual(STORE_COMMANDS);
    expect(counted(outsideCalls)).toEqual(OUTSIDE_CALLS);
  });
});
