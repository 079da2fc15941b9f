import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const exclude = ['**/node_modules/**', '.tools/**', '.data/**'];
// Starts broker, cache and store, so the unit project goes without.
const globalSetup = './vitest.global-setup.ts';
// Node loads what runs on Node, with what it has compiled already; only pages and their unit specs need Vite for it.
const experimental = { viteModuleRunner: false, nodeLoader: false };

/** Longest first. Begun last, one of these would run on alone while every other worker had nothing left to do. */
const LONGEST = [
  'browser/shop.e2e',
  'chaos.e2e',
  'properties.races',
  'one-stack.e2e',
  'client.e2e',
  'lifecycle.e2e',
  'several-gateways',
  'fifth-worker',
  'properties.interleavings',
  'two-cells',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const index = LONGEST.findIndex((name) => moduleId.includes(name));
      return index === -1 ? LONGEST.length : index;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    // Specs wait half of their time, for servers and timers: two more than there are cores keep these busy. One broker serves
    // all workers, so more than a few gain nothing.
    maxWorkers: Math.min(availableParallelism() + 2, 4),
    // Each file has a virtual host and a database of its own; a process for each would load all modules again.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'unit', include: ['**/*.unit.spec.ts'], exclude, testTimeout: 30_000 } },
      {
        extends: true,
        test: {
          name: 'int',
          include: ['**/*.int.spec.ts'],
          exclude,
          globalSetup,
          experimental,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['**/*.e2e.spec.ts'],
          exclude,
          globalSetup,
          experimental,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
