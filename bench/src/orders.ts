/**
 * Orders a second through the whole system, from `orders.place` to confirmed, with latency and memory; then the
 * payment worker at 1, 2 and 4 replicas with a slow provider. Read the ratios: machines differ.
 *   ./run bench orders [--orders 300] [--clients 20] [--stripe-latency 100] [--replicas 1,2,4]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { AppRouter } from '@orderflow/gateway';
import { openAnyNode } from '@orderflow/runtime';
import { type Stack, startStack, temporaryDataDir } from '@orderflow/stack';
import { createTRPCClient, httpLink } from '@trpc/client';
import { v7 as uuidv7 } from 'uuid';

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '300' },
    clients: { type: 'string', default: '20' },
    'stripe-latency': { type: 'string', default: '100' },
    replicas: { type: 'string', default: '1,2,4' },
  },
});
const ordersWanted = Number(values.orders);
const clients = Number(values.clients);
const PATIENCE_MS = 300_000;
const SKUS = [
  'NOTEBOOK-A6-PLAIN',
  'NOTEBOOK-A5-DOT',
  'PENCILS-HB-12',
  'CANDLE-BEESWAX',
  'MUG-ENAMEL-RED',
  'MUG-ENAMEL-BLUE',
];

await run('Providers without latency, one of each worker', {}, 0);
const latency = Number(values['stripe-latency']);
for (const replicas of values.replicas.split(',').filter(Boolean).map(Number)) {
  await run(`Stripe answers after ${latency} ms, payment × ${replicas}`, { payment: replicas }, latency);
}

async function run(title: string, scale: Record<string, number>, stripeLatencyMs: number): Promise<void> {
  const data = await temporaryDataDir();
  const stack = await startStack({
    dataDir: data.path,
    ephemeral: true,
    scale,
    env: { LOG_LEVEL: 'warn' },
    // One call at a time in each replica, so that only replicas make it faster.
    envFor: {
      gateway: {
        RATE_LIMIT_PER_MINUTE: '10000000',
        // One customer at one address orders all of it.
        FREE_DECLINES: '10000000',
        UNPAID_UNITS: '10000000',
        UNPAID_SHARE_PERCENT: '100',
      },
      ...(stripeLatencyMs > 0 ? { payment: { PREFETCH: '1', CONCURRENCY: '1' } } : {}),
    },
  });
  try {
    await control(stack.addresses.stripe, { latency: stripeLatencyMs });
    await control(stack.addresses.carrier, { hold: true });
    report(title, await measure(stack), stack);
  } finally {
    await stack.close();
    data.delete();
  }
}

interface Measured {
  readonly seconds: number;
  readonly latenciesMs: number[];
}

/** Time from each `place` call to its `order.confirmed` on the exchange: no polling of the API. */
async function measure(stack: Stack): Promise<Measured> {
  const model = await openAnyNode(stack.addresses.amqp, 'bench');
  const channel = await model.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'orders', 'order.confirmed');
  const startedAt = new Map<string, number>();
  const confirmedAt = new Map<string, number>();
  const all = Promise.withResolvers<void>();
  await channel.consume(
    queue,
    (message) => {
      if (!message) return;
      confirmedAt.set(message.properties.correlationId, performance.now());
      if (confirmedAt.size === ordersWanted) all.resolve();
    },
    { noAck: true },
  );

  const began = performance.now();
  const api = createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${stack.addresses.api}/trpc`,
        headers: { authorization: `Bearer ${await stack.token({ customer: 'bench' })}` },
      }),
    ],
  });
  let next = 0;
  const client = async () => {
    while (next < ordersWanted) {
      const index = next++;
      const at = performance.now();
      const { order } = await api.orders.place.mutate(inputOf(index));
      startedAt.set(order.id, at);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const tooLate = setTimeout(
    () => all.reject(new Error(`only ${confirmedAt.size} of ${ordersWanted} confirmed`)),
    PATIENCE_MS,
  );
  await all.promise;
  clearTimeout(tooLate);
  const seconds = (performance.now() - began) / 1000;
  await model.close();
  const latenciesMs = [...startedAt]
    .map(([id, at]) => (confirmedAt.get(id) ?? Number.NaN) - at)
    .toSorted((a, b) => a - b);
  return { seconds, latenciesMs };
}

function inputOf(index: number) {
  return {
    idempotencyKey: uuidv7(),
    lines: [{ sku: SKUS[index % SKUS.length] as string, quantity: 1 }],
    shippingMethod: 'standard' as const,
    address: { name: 'Ada Lovelace', line1: 'Torstraße 1', postalCode: '10119', city: 'Berlin', country: 'DE' },
    contact: { email: 'ada@example.org' },
    paymentMethod: 'pm_card_visa',
    currency: 'EUR',
  };
}

async function control(url: string | undefined, switches: object): Promise<void> {
  const body = JSON.stringify(switches);
  await fetch(`${url}/_control`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body });
}

function report(title: string, { seconds, latenciesMs }: Measured, stack: Stack): void {
  const at = (share: number) => (latenciesMs[Math.floor((latenciesMs.length - 1) * share)] ?? Number.NaN).toFixed(0);
  console.log(`\n${title}: ${ordersWanted} orders by ${clients} clients`);
  console.log(`  ${(ordersWanted / seconds).toFixed(1)} orders/s confirmed   p50 ${at(0.5)} ms   p99 ${at(0.99)} ms`);
  const memory = stack.processes.map(({ name, pid }) => `${name} ${pid ? residentMiB(pid) : '?'}`);
  console.log(`  resident MiB: ${memory.join(', ')}`);
}

/** Linux's own count (proc(5)); elsewhere there is none to read. */
function residentMiB(pid: number): string {
  try {
    const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return (Number(kib) / 1024).toFixed(0);
  } catch {
    return '?';
  }
}
