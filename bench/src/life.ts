/**
 * The whole life of orders, from `orders.place` to delivered with every mail out, at rates that grow until a queue does.
 *   ./run bench life [--rates 5,10,15,20,25,30] [--seconds 30] [--orders 0] [--env NAME=VALUE]... [--scale WORKER=N]...
 * With --orders so many are placed at the best rate in the end, for the memory that processes hold after them.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { apiClient, discoverDefinitions, type Stack } from '@orderflow/stack';
import { type Counts, readyMessages, waiting } from './counts.ts';
import { type Facts, listen } from './facts.ts';
import { flagsOf } from './flags.ts';
import { growth } from './growth.ts';
import { isOwn, perOrder, quiet, sumOf, usages } from './processes.ts';
import { orderInput, startShop } from './shop.ts';
import { listed, positive, quantile, setting, table } from './statistics.ts';

const values = flagsOf({
  rates: { type: 'string', default: '5,10,15,20,25,30' },
  seconds: { type: 'string', default: '30' },
  orders: { type: 'string', default: '0' },
  customers: { type: 'string', default: '500' },
  env: { type: 'string', multiple: true, default: [] },
  scale: { type: 'string', multiple: true, default: [] },
});
const rates = values.rates.split(',').map((text) => positive('rates', text));
const seconds = positive('seconds', values.seconds);
const customers = positive('customers', values.customers);
const orders = values.orders === '0' ? 0 : positive('orders', values.orders);
const PATIENCE_MS = 600_000;
/** A queue grows where more waits at the end than so many seconds' worth of orders. */
const BACKLOG_SECONDS = 2;
const LOOK_EVERY_MS = 1_000;
const queues = (await discoverDefinitions()).filter(({ hears }) => hears.length > 0).map(({ name }) => name);
let placed = 0;

const shop = await startShop({
  emulators: { carrierSpeed: 500_000 },
  scale: Object.fromEntries(
    values.scale.map((text) => setting('scale', text)).map(([worker, count]) => [worker, positive('scale', count)]),
  ),
  env: {
    // Nobody cancels, and the carrier is fast. Customers are many, behind one proxy.
    CANCEL_WINDOW_SECONDS: '0',
    TRUST_PROXY: '1',
    ...Object.fromEntries(values.env.map((text) => setting('env', text))),
  },
});
try {
  await run(shop.stack);
} finally {
  await shop.close();
}

async function run(stack: Stack): Promise<void> {
  const place = await shoppers(stack);
  memory('At rest');
  await lives(stack, place, { rate: 5, count: 50 });
  let best: Life | undefined;
  for (const rate of rates) {
    const life = await lives(stack, place, { rate, count: rate * seconds });
    report(life);
    if (life.grew !== undefined) break;
    best = life;
  }
  if (best) console.log(`\nHighest rate at which no queue grew: ${best.rate} orders a second`);
  const left = orders - placed;
  if (left > 0) report(await lives(stack, place, { rate: best?.rate ?? (rates[0] as number), count: left }));
  memory(`After ${placed} orders`);
}

interface Life {
  readonly rate: number;
  readonly count: number;
  readonly confirmMs: readonly number[];
  readonly mailMs: readonly number[];
  readonly cpu: ReadonlyMap<string, number>;
  readonly facts: number;
  readonly restedAfterMs: number;
  /** What waited at the end, and how much, if that is more than a moment's work. */
  readonly grew: string | undefined;
}

type Place = (nth: number) => Promise<string>;

async function shoppers({ addresses, token }: Stack): Promise<Place> {
  const clients = await Promise.all(
    Array.from({ length: customers }, async (_, n) =>
      apiClient(addresses.api, await token({ customer: `bench-${n}` }), {
        'x-forwarded-for': `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
      }),
    ),
  );
  return async (nth) => {
    const client = clients[nth % customers] as (typeof clients)[number];
    return (await client.orders.place.mutate(orderInput(shop.skus, nth, customers))).order.id;
  };
}

/** Places orders by the clock, whatever the answers take, and follows them until every queue is empty and all is quiet. */
async function lives(stack: Stack, place: Place, { rate, count }: { rate: number; count: number }): Promise<Life> {
  const facts = await listen(stack.addresses.amqp, ['#']);
  const ready = await readyMessages(stack.addresses.amqp, queues);
  try {
    const before = usages();
    const began = performance.now();
    const placing: Promise<[string, number]>[] = [];
    const looks: Counts[] = [];
    const looking = setInterval(() => void ready.look().then((counts) => looks.push(counts)), LOOK_EVERY_MS);
    for (let nth = 0; nth < count; nth++) {
      await pause(Math.max(0, began + (nth * 1_000) / rate - performance.now()));
      const at = performance.now();
      placing.push(place(placed++).then((id) => [id, at]));
    }
    const placedAt = new Map(await Promise.all(placing));
    const ended = performance.now();
    clearInterval(looking);
    const grown = growth(looks, BACKLOG_SECONDS * rate);
    await facts.until('shipment.delivered', new Set(placedAt.keys()), PATIENCE_MS);
    while ((await waiting(stack.addresses)).size > 0) await pause(LOOK_EVERY_MS);
    const rested = await quiet(PATIENCE_MS);
    return {
      rate,
      count,
      confirmMs: durations(placedAt, facts),
      mailMs: facts.mailMs,
      cpu: perOrder(before, usages(), count),
      facts: sumOf(facts.counts) / count,
      restedAfterMs: rested - ended,
      grew: grown.size > 0 ? listed(grown, 0) : undefined,
    };
  } finally {
    await ready.close();
    await facts.close();
  }
}

function durations(placedAt: ReadonlyMap<string, number>, facts: Facts): number[] {
  const confirmed = facts.times('order.confirmed');
  return [...placedAt].map(([id, at]) => (confirmed.get(id) as number) - at);
}

function report({ rate, count, confirmMs, mailMs, cpu, facts, restedAfterMs, grew }: Life): void {
  const ms = (all: readonly number[], share: number) => `${quantile(all, share).toFixed(0)} ms`;
  const mails = (mailMs.length / count).toFixed(2);
  console.log(`\n${rate} orders a second, ${count} orders`);
  console.log(`  from the click to confirmed   p50 ${ms(confirmMs, 0.5)}, p99 ${ms(confirmMs, 0.99)}`);
  console.log(
    `  from the fact to its mail     p50 ${ms(mailMs, 0.5)}, p99 ${ms(mailMs, 0.99)}; ${mails} mails an order`,
  );
  console.log(`  facts an order                ${facts.toFixed(1)}`);
  console.log(
    `  CPU ms an order               own ${sumOf(cpu, isOwn).toFixed(1)}, all ${sumOf(cpu).toFixed(1)}: ${listed(cpu)}`,
  );
  console.log(`  all quiet after the last      ${(restedAfterMs / 1_000).toFixed(1)} s`);
  console.log(`  queues                        ${grew === undefined ? 'none grew' : `grew: ${grew}`}`);
}

function memory(title: string): void {
  const all = new Map([...usages()].map(([name, { rssMiB }]) => [name, rssMiB]));
  const columns = (wanted: (name: string) => boolean) =>
    [...all].filter(([name]) => wanted(name) && name !== 'clients').toSorted(([, a], [, b]) => b - a);
  const row = ([name, mib]: [string, number]) => [`  ${name}`, mib.toFixed(0)];
  console.log(`\n${title}, resident MiB`);
  console.log(table([...columns(isOwn), ...columns((name) => !isOwn(name))].map(row)));
}
