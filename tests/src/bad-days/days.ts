import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type BrokerCluster, type BrokerNode, managementOf, type Stack } from '@orderflow/stack';
import type { Load } from './load.ts';

/** What may break. */
export interface Shop {
  readonly stack: Stack;
  readonly broker: BrokerCluster;
  readonly cachePrimary: { kill(): Promise<void> };
  readonly store: { stop(): Promise<void>; start(): Promise<void> };
  /** Where the clocks of processes are set wrong: a file for each, by the program's name. */
  readonly clocks: string;
}

/** Something that happens to a shop under load. Done once it is mended, where it is to be. */
export interface Day {
  readonly name: string;
  readonly what: string;
  readonly happens: (shop: Shop, load: Load) => Promise<void>;
}

const AWAY_MS = 20_000;
const HANGS_MS = 90_000;
const ALARM_MS = 20_000;
const CLOCK_MS = 5 * 60_000;
/** How long each process works with a wrong clock. */
const WRONG_MS = 8_000;
const ORDERS_AT_ONCE = 20;
/** Each time it is killed a little later: before, over and after most of them. */
const BETWEEN_MS = 60;

export const DAYS: readonly Day[] = [
  { name: 'ordinary', what: 'nothing happens', happens: () => pause(AWAY_MS) },
  {
    name: 'node',
    what: 'the busiest of three broker nodes is killed, 20 s',
    happens: async ({ broker }) => {
      const busiest = await busiestOf(broker);
      await busiest.kill();
      await pause(AWAY_MS);
      await busiest.start();
    },
  },
  {
    name: 'two-nodes',
    what: 'a broker node is killed, 10 s later another: no majority, 20 s',
    happens: async ({ broker }) => {
      const [one, two] = broker.nodes as [BrokerNode, BrokerNode];
      await one.kill();
      await pause(AWAY_MS / 2);
      await two.kill();
      await pause(AWAY_MS);
      await Promise.all([one.start(), two.start()]);
    },
  },
  {
    name: 'hanging-node',
    what: 'the busiest broker node hangs, 90 s',
    happens: async ({ broker }) => {
      const busiest = await busiestOf(broker);
      busiest.hang();
      await pause(HANGS_MS);
      busiest.resume();
    },
  },
  {
    name: 'memory-alarm',
    what: 'the broker is short of memory, 20 s',
    happens: ({ broker }) =>
      alarmed(broker, ['set_vm_memory_high_watermark', '0'], ['set_vm_memory_high_watermark', '0.6']),
  },
  {
    name: 'disk-alarm',
    what: 'the broker is short of disk, 20 s',
    happens: ({ broker }) => alarmed(broker, ['set_disk_free_limit', '1000000GB'], ['set_disk_free_limit', '50MB']),
  },
  {
    name: 'cache',
    what: "Redis' primary is killed, for good",
    happens: async ({ cachePrimary }) => {
      await cachePrimary.kill();
      await pause(AWAY_MS);
    },
  },
  {
    name: 'store',
    what: 'the store stops, 10 s, and starts again',
    happens: async ({ store }) => {
      await store.stop();
      await pause(AWAY_MS / 2);
      await store.start();
    },
  },
  {
    name: 'gateway',
    what: 'one of two gateways is killed over 20 orders, five times',
    happens: async ({ stack }, { burst }) => {
      for (let n = 0; n < 5; n += 1) {
        burst(ORDERS_AT_ONCE);
        await pause(n * BETWEEN_MS);
        await stack.kill('gateway.2');
        await stack.process('gateway.2').ready();
      }
    },
  },
  {
    name: 'workers',
    what: 'each worker is killed as the OOM killer does, in turn',
    happens: async ({ stack }) => {
      for (const name of workersOf(stack)) {
        await stack.kill(name);
        await stack.process(name).ready();
      }
    },
  },
  {
    name: 'clock-ahead',
    what: 'the clock of each process is 5 min ahead, for 8 s, in turn',
    happens: (shop) => clocks(shop, CLOCK_MS),
  },
  { name: 'clock-behind', what: '… and 5 min behind', happens: (shop) => clocks(shop, -CLOCK_MS) },
];

const workersOf = ({ processes }: Stack): string[] =>
  processes.map(({ name }) => name).filter((name) => !/^(gateway|auditor|load-balancer)/.test(name));

/** Of the nodes that are not asked how things are, the one that leads most queues. */
async function busiestOf({ managementUrl, nodes }: BrokerCluster): Promise<BrokerNode> {
  const response = await managementOf(managementUrl)('GET', '/queues?columns=leader');
  const queues = (await response.json()) as { leader?: string }[];
  const led = (node: BrokerNode) => queues.filter(({ leader }) => leader === `${node.name}@localhost`).length;
  return nodes.slice(0, -1).toSorted((a, b) => led(b) - led(a))[0] as BrokerNode;
}

async function alarmed({ ctl }: BrokerCluster, raise: string[], clear: string[]): Promise<void> {
  await ctl(...raise);
  try {
    await pause(ALARM_MS);
  } finally {
    await ctl(...clear);
  }
}

/** The clock of each program is set wrong for a while, in turn; of the gateway, in both replicas. */
async function clocks({ stack, clocks: folder }: Shop, shiftMs: number): Promise<void> {
  for (const name of ['gateway', ...workersOf(stack), 'auditor']) {
    const file = join(folder, name);
    writeFileSync(`${file}.new`, `${shiftMs}`);
    renameSync(`${file}.new`, file);
    await pause(WRONG_MS);
    rmSync(file);
  }
}
