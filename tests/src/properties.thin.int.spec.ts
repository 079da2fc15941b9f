import fc from 'fast-check';
import { afterAll, beforeAll, inject, test } from 'vitest';
import { story, told } from './simulation/commands.ts';
import { propertyConfig } from './simulation/config.ts';
import { inWorld } from './simulation/play.ts';
import { type System, startSystem } from './simulation/system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem(inject('infrastructure').mongodbUri);
});
afterAll(() => system?.close());

test('thin', async () => {
  const seed = propertyConfig.PROPERTY_SEED ?? 1;
  const stories = fc.sample(story, { seed, numRuns: propertyConfig.PROPERTY_RUNS });
  let bad = 0;
  const counts = new Map<string, number>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const t0 = performance.now();
  const from = Number(process.env.FROM ?? 0);
  for (const [n, one] of stories.entries()) {
    if (n < from) continue;
    const t1 = performance.now();
    let lines = 0;
    try {
      await inWorld(
        system,
        async (world) => {
          for (const command of one) await world.act(command);
          await world.drain();
          for (const order of await world.databases.gateway!.collection('orders').find().toArray())
            count(`order ${order.status} ${order.payment} ${order.shipment}`);
          for (const { type } of world.broker.published) count(`fact ${type}`);
          for (const line of world.story)
            for (const word of ['CRASH', 'PAUSED', 'FAILED', 'answered: '])
              if (line.includes(word))
                count(
                  word +
                    (word.startsWith('ans')
                      ? line.split('answered: ')[1]!.replace(/^0.*/, '(id)')
                      : word === 'FAILED'
                        ? line
                            .split('FAILED ')[1]!
                            .replace(/[0-9a-f]{8}-[0-9a-f-]+/g, '')
                            .slice(0, 70)
                        : ''),
                );
          lines = world.story.length;
          if (process.env.SHOW) console.log(world.story.join('\n'));
        },
        told(one),
      );
    } catch (error) {
      bad++;
      const text = (error as Error).message;
      console.log(`#${n} ${process.env.FULL ? text : text.split('\n[')[0]}`);
      if (!text.includes('things are wrong')) console.log((error as Error).stack, (error as Error).cause);
    }
    process.stderr.write(`#${n} ${Math.round(performance.now() - t1)} ms ${lines} lines\n`);
  }
  console.log(
    [...counts]
      .sort()
      .map(([what, n]) => `${String(n).padStart(6)} ${what}`)
      .join('\n'),
  );
  console.log(`${bad} of ${stories.length} bad, ${(performance.now() - t0) / (stories.length - from)} ms each`);
}, 3_600_000);
