/**
 * From `orders.place` to confirmed and its mail sent, beside systems that do the same and promise less; in turn, in one run.
 *   ./run bench orders [--contenders orderflow,floor,nestjs] [--rounds 1] [--orders 400] [--clients 20] [--warm-up 100]
 *     [--single 60]
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Counts, countsPerOrder, handled, outsideCalls, storeCommands } from './counts.ts';
import { type Facts, listen } from './facts.ts';
import { flagsOf } from './flags.ts';
import { isOwn, perOrder, quiet, sumOf, usages } from './processes.ts';
import { listed, median, positive, quantile, table } from './statistics.ts';
import { contenders, type System } from './systems.ts';

const values = flagsOf({
  contenders: { type: 'string', default: 'orderflow,floor,nestjs' },
  rounds: { type: 'string', default: '1' },
  orders: { type: 'string', default: '400' },
  clients: { type: 'string', default: '20' },
  'warm-up': { type: 'string', default: '100' },
  single: { type: 'string', default: '60' },
});
const [rounds, orders, clients, warmUp, single] = (['rounds', 'orders', 'clients', 'warm-up', 'single'] as const).map(
  (flag) => positive(flag, values[flag]),
) as [number, number, number, number, number];
const PATIENCE_MS = 120_000;
/** The broker counts what it did every five seconds. */
const COUNTED_MS = 6_000;

interface Sample {
  readonly confirmedPerSecond: number;
  readonly settledPerSecond: number;
  readonly manyMs: readonly number[];
  readonly oneMs: readonly number[];
  readonly cpu: ReadonlyMap<string, number>;
  readonly rss: ReadonlyMap<string, number>;
  readonly commands: Counts;
  readonly handlings: Counts;
  readonly calls: Counts;
}

const names = values.contenders.split(',');
const unknown = names.find((name) => contenders[name] === undefined);
if (unknown !== undefined) throw new Error(`--contenders: there is no ${unknown}, only ${Object.keys(contenders)}`);
const samples = new Map<string, Sample[]>(names.map((name) => [name, []]));
for (let round = 1; round <= rounds; round++) {
  for (const name of names) {
    const system = await (contenders[name] as () => Promise<System>)();
    try {
      const sample = await measure(system);
      samples.get(name)?.push(sample);
      report(`${name}, round ${round} of ${rounds}`, sample);
    } finally {
      await system.close();
    }
  }
}
console.log(`\n${orders} orders by ${clients} clients, medians of ${rounds}\n${compared()}`);

async function measure(system: System): Promise<Sample> {
  const facts = await listen(system.addresses.amqp, ['order.confirmed', 'shipment.created']);
  const next = counter();
  try {
    // A short run first: what the long one adds to it is what orders cost, without any start.
    await placeAll(system, facts, { count: warmUp, atOnce: clients, next });
    await quiet(PATIENCE_MS);
    await pause(COUNTED_MS);
    const before = await look(system);
    const many = await placeAll(system, facts, { count: orders, atOnce: clients, next });
    const settledAt = await quiet(PATIENCE_MS);
    const cpuAfter = usages();
    await pause(COUNTED_MS);
    const after = await look(system);
    const oneMs: number[] = [];
    for (let nth = 0; nth < single; nth++) {
      oneMs.push(...(await placeAll(system, facts, { count: 1, atOnce: 1, next })).latenciesMs);
      await pause(30);
    }
    const counted = (what: 'commands' | 'handlings' | 'calls') => countsPerOrder(before[what], after[what], orders);
    return {
      confirmedPerSecond: orders / many.seconds,
      settledPerSecond: orders / ((settledAt - many.began) / 1_000),
      manyMs: many.latenciesMs,
      oneMs,
      cpu: perOrder(before.usages, cpuAfter, orders),
      rss: new Map([...usages()].map(([name, { rssMiB }]) => [name, rssMiB])),
      commands: counted('commands'),
      handlings: counted('handlings'),
      calls: counted('calls'),
    };
  } finally {
    await facts.close();
  }
}

async function look({ addresses }: System) {
  const [commands, handlings, calls] = await Promise.all([
    storeCommands(addresses.mongodb),
    handled(addresses),
    outsideCalls(addresses),
  ]);
  return { usages: usages(), commands, handlings, calls };
}

/** Until each has been confirmed and shipped. */
async function placeAll(
  system: System,
  facts: Facts,
  { count, atOnce, next }: { count: number; atOnce: number; next: () => number },
) {
  const placedAt = new Map<string, number>();
  const began = performance.now();
  let left = count;
  const client = async () => {
    while (left-- > 0) {
      const at = performance.now();
      placedAt.set(await system.place(next()), at);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  const placed = new Set(placedAt.keys());
  await facts.until('order.confirmed', placed, PATIENCE_MS);
  const confirmed = facts.times('order.confirmed');
  const confirmedAt = [...placed].map((id) => confirmed.get(id) as number);
  await facts.until('shipment.created', placed, PATIENCE_MS);
  const latenciesMs = [...placedAt].map(([id, at]) => (confirmed.get(id) as number) - at);
  return { began, seconds: (Math.max(...confirmedAt) - began) / 1_000, latenciesMs };
}

function counter(): () => number {
  let n = 0;
  return () => n++;
}

function report(title: string, sample: Sample): void {
  const ms = (all: readonly number[], share: number) => quantile(all, share).toFixed(0);
  const { manyMs, oneMs, cpu, rss, commands, handlings, calls } = sample;
  console.log(`\n${title}`);
  console.log(
    `  orders/s          ${sample.confirmedPerSecond.toFixed(1)} confirmed, ${sample.settledPerSecond.toFixed(1)} until all is quiet, mails sent`,
  );
  console.log(`  to confirmed      ${clients} clients: p50 ${ms(manyMs, 0.5)} ms, p99 ${ms(manyMs, 0.99)} ms`);
  console.log(`                    one client: p50 ${ms(oneMs, 0.5)} ms, p99 ${ms(oneMs, 0.99)} ms`);
  console.log(`  CPU ms an order   ${listed(cpu)}`);
  console.log(`  resident MiB      ${listed(rss, 0)}`);
  console.log(`  store commands    ${listed(commands, 2)}`);
  console.log(`  messages handled  ${listed(handlings, 2)}`);
  console.log(`  calls outside     ${listed(calls, 2)}`);
}

/** A row for each contender, each figure with its share of the first one's. */
function compared(): string {
  const figures: [string, (sample: Sample) => number, number][] = [
    ['orders/s', (sample) => sample.confirmedPerSecond, 1],
    ['settled/s', (sample) => sample.settledPerSecond, 1],
    ['p50, 1 client', ({ oneMs }) => quantile(oneMs, 0.5), 0],
    ['p99, 1 client', ({ oneMs }) => quantile(oneMs, 0.99), 0],
    ['own CPU ms', ({ cpu }) => sumOf(cpu, isOwn), 1],
    ['all CPU ms', ({ cpu }) => sumOf(cpu), 1],
    ['commands', ({ commands }) => sumOf(commands), 1],
    ['messages', ({ handlings }) => sumOf(handlings), 1],
    ['own MiB', ({ rss }) => sumOf(rss, isOwn), 0],
  ];
  const of = (name: string, figure: (sample: Sample) => number) => median((samples.get(name) ?? []).map(figure));
  const [first = ''] = names;
  const cell = (name: string, [, figure, digits]: (typeof figures)[number]) => {
    const ratio = (of(name, figure) / of(first, figure)).toFixed(2);
    return `${of(name, figure).toFixed(digits)}${name === first ? '' : ` (×${ratio})`}`;
  };
  return table([
    ['', ...figures.map(([title]) => title)],
    ...names.map((name) => [name, ...figures.map((figure) => cell(name, figure))]),
  ]);
}
