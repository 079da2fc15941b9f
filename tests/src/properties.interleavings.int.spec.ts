import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Command, commandSequences, describeCommands } from './simulation/commands.ts';
import { propertyConfig } from './simulation/config.ts';
import { externalProblems } from './simulation/external-checks.ts';
import { play, runSimulation } from './simulation/play.ts';
import { quiesce } from './simulation/quiesce.ts';
import type { Simulation } from './simulation/simulation.ts';
import { type System, startSystem } from './simulation/system.ts';
import { createTotals } from './simulation/totals.ts';

const { PROPERTY_RUNS, PROPERTY_SEED, PROPERTY_PATH } = propertyConfig;
/** A run takes a tenth of a second on a quiet machine; shrinking one that fails takes a few hundred of them. */
const TIMEOUT_MS = PROPERTY_RUNS * 10_000 + 15 * 60_000;
const SHRINK_FOR_MS = TIMEOUT_MS - 60_000;

let system: System;
beforeAll(async () => {
  system = await startSystem(inject('infrastructure').mongodbUri);
});
afterAll(() => system?.close());

test(
  'whatever happens to orders, in whichever order and whoever dies meanwhile: all documents are consistent in the end',
  async () => {
    const totals = createTotals();
    const holds = fc.asyncProperty(commandSequences, (commands) => play(system, commands, totals.count));

    await fc.assert(holds, {
      numRuns: PROPERTY_RUNS,
      seed: PROPERTY_SEED,
      ...(PROPERTY_PATH === undefined ? {} : { path: PROPERTY_PATH }),
      interruptAfterTimeLimit: SHRINK_FOR_MS,
      // A gate wants to know that there is a fault; whoever plays it again by its path wants it small.
      endOnFailure: PROPERTY_PATH === undefined,
      includeErrorInReport: true,
      reporter: (run) => {
        if (!run.failed) return;
        const [failing] = run.counterexample ?? [];
        const again = `PROPERTY_SEED=${run.seed} PROPERTY_PATH=${run.counterexamplePath}`;
        throw new Error(
          `Run ${run.numRuns} failed and was shrunk ${run.numShrinks} times. Again: ${again}\n` +
            `${failing ? describeCommands(failing) : ''}\n${run.errorInstance instanceof Error ? run.errorInstance.message : ''}`,
        );
      },
    });

    console.info(`seed ${PROPERTY_SEED}: ${totals.line()}`);
    // Otherwise the runs would prove nothing.
    if (PROPERTY_PATH === undefined) {
      const ends = ['delivered', 'cancelled', 'expired', 'rejected', 'payment_failed'];
      expect([...totals.ends]).toEqual(expect.arrayContaining(ends));
      expect(totals.crashes).toBeGreaterThan(0);
      expect(totals.compacted).toBeGreaterThan(0);
      expect(totals.runs).toBeGreaterThanOrEqual(PROPERTY_RUNS);
    }
  },
  TIMEOUT_MS,
);

test('a command sequence has one outcome: run again, everything happens again', async () => {
  const [commands] = fc.sample(commandSequences, { seed: PROPERTY_SEED, numRuns: 1 }) as [Command[]];
  const journals: string[][] = [];
  const keep = async (simulation: Simulation) => void journals.push(simulation.journal.map(withoutIds));
  for (let n = 0; n < 2; n++) await play(system, commands, keep);

  expect(journals[1]).toEqual(journals[0]);
}, 120_000);

describe('the external checks find', { timeout: 120_000 }, () => {
  const delivered = async (simulation: Simulation) => {
    const orderId = await simulation.place();
    await quiesce(simulation);
    expect(await externalProblems(simulation)).toEqual([]);
    return orderId;
  };

  test.each<[string, (simulation: Simulation, orderId: string) => Promise<unknown>, RegExp]>([
    [
      'an order that never ended',
      ({ databases }) => databases.gateway.collection('orders').updateOne({}, { $set: { status: 'confirmed' } }),
      /never came to an end/,
    ],
    [
      'a charge that the order does not know of',
      ({ databases }) => databases.gateway.collection('orders').updateOne({}, { $unset: { captured: 1 } }),
      /the order says undefined was charged/,
    ],
    [
      'money kept for an order that was cancelled',
      ({ databases }) => databases.gateway.collection('orders').updateOne({}, { $set: { status: 'cancelled' } }),
      /was kept/,
    ],
    [
      'a message sent twice',
      async ({ messengers }) => messengers.sent.push({ ...(messengers.sent[0] as (typeof messengers.sent)[0]) }),
      /sent 2 times/,
    ],
  ])('%s', async (_, breakIt, complaint) => {
    await runSimulation(system, async (simulation) => {
      const orderId = await delivered(simulation);
      await breakIt(simulation, orderId);
      expect((await externalProblems(simulation)).join('\n')).toMatch(complaint);
      // The checks that follow every run must not see what was tampered with.
      await simulation.forget();
    });
  });
});

const withoutIds = (line: string): string => line.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|(pi|shp|re)_\w+/g, '…');
