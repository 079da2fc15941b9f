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

// Each of these is work for every order there will ever be. Whoever makes one more necessary finds it here, and says why.
test('an order that is placed, paid, sent and delivered costs so many messages, store commands and outside calls, no more', async () => {
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
    const isOfStore = (step: string) => /\.\w+$/.test(step);
    const isOutside = (step: string) => /^(stripe|carrier) |^(mail|sms|texts) send$/.test(step);

    expect({
      messages: counted(broker.published.map(({ type }) => type)),
      handlings: counted(handled),
      storeCommands: counted(steps.filter(isOfStore)),
      outsideCalls: counted(steps.filter(isOutside).map((step) => step.replace(/[0-9a-f-]{36}|(pi|re|shp)_\w+/g, '…'))),
      rest: counted(steps.filter((step) => !isOfStore(step) && !isOutside(step))),
    }).toEqual({});
  });
});
