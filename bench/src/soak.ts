/**
 * Orders at a steady rate through their whole life, with stock for all; then nothing may have stopped by itself: no
 * circuit opened, no call to a provider failed, every queue is empty soon after the end, and the books are green.
 *   ./run bench soak [--rate 20] [--minutes 10] [--customers 500] [--patience 60] [--env NAME=VALUE]...
 *     [--scale WORKER=N]...
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { apiClient, askAuditor, managementOf, type Stack, startStack, temporaryDataDir } from '@orderflow/stack';
import { connect } from 'amqplib';
import { v7 as uuidv7 } from 'uuid';
import { problemsIn } from './log-problems.ts';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '10' },
    customers: { type: 'string', default: '500' },
    patience: { type: 'string', default: '60' },
    env: { type: 'string', multiple: true, default: [] },
    scale: { type: 'string', multiple: true, default: [] },
  },
});
const [rate, minutes, customers, patience] = [values.rate, values.minutes, values.customers, values.patience].map(
  positive,
) as [number, number, number, number];
const PLENTY = 1_000_000;
const CATALOGUE = join(import.meta.dirname, '../../gateway/seed/catalogue.json');

const data = await temporaryDataDir();
const { skus, file } = wellStocked(data.path);
const stack = await startStack({
  dataDir: data.path,
  ephemeral: true,
  emulators: { carrierSpeed: 500_000 },
  scale: Object.fromEntries(values.scale.map(setting).map(([worker, replicas]) => [worker, Number(replicas)])),
  env: {
    LOG_LEVEL: 'warn',
    CATALOGUE_SEED: file,
    // The life of an order, quickly: nobody cancels, and the carrier is fast.
    CANCEL_WINDOW_SECONDS: '0',
    RATE_LIMIT_PER_MINUTE: '10000000',
    // Customers are many, and behind one proxy.
    TRUST_PROXY: '1',
    ...Object.fromEntries(values.env.map(setting)),
  },
});
try {
  process.exitCode = (await soak(stack)) ? 0 : 1;
} finally {
  await stack.close();
  data.delete();
}

async function soak(running: Stack): Promise<boolean> {
  const scenarios = await listen(running);
  const shoppers = await Promise.all(
    Array.from({ length: customers }, async (_, n) =>
      apiClient(running.addresses.api, await running.token({ customer: `soak-${n}` }), {
        'x-forwarded-for': `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
      }),
    ),
  );
  const total = Math.round(rate * minutes * 60);
  const refused: string[] = [];
  const calls: Promise<void>[] = [];
  const began = performance.now();
  for (let nth = 0; nth < total; nth++) {
    // By the clock, whatever the answers take: customers do not wait for each other.
    await pause(Math.max(0, began + (nth * 1_000) / rate - performance.now()));
    if (nth > 0 && nth % Math.round(rate * 30) === 0) console.log(await progress(running, scenarios, nth));
    const at = performance.now();
    const placing = (shoppers[nth % customers] as (typeof shoppers)[number]).orders.place.mutate(inputOf(nth));
    calls.push(
      placing.then(
        ({ order }) => scenarios.placed(order.id, at),
        (error: Error) => void refused.push(error.message),
      ),
    );
  }
  await Promise.all(calls);
  const seconds = (performance.now() - began) / 1_000;
  console.log(`${total} orders in ${seconds.toFixed(0)} s; waiting up to ${patience} s for the last of them`);
  const restedAfter = await comesToRest(running, scenarios);
  const [problems, searches] = [problemsIn(join(running.dataDir, 'logs')), await searchesOf(running)];
  const audit = await askAuditor({ url: running.addresses.auditor, secret: running.auditorSecret });
  const { sent, delivered, confirmMs } = scenarios.figures();
  await scenarios.close();

  console.log(`\n${rate} orders a second for ${minutes} min: ${(sent / seconds).toFixed(1)} a second were taken`);
  console.log(`  from the click to confirmed   p50 ${at(confirmMs, 0.5)} ms   p99 ${at(confirmMs, 0.99)} ms`);
  console.log(`  delivered                     ${delivered} of ${sent}`);
  console.log(`  memory and CPU time           ${running.processes.map(costOf).join(', ')}`);
  for (const [what, times] of problems.retried) console.log(`  tried again, ${times} times: ${what}`);
  const green = audit.green ? '' : `${audit.violations.length} violations`;
  return [
    verdict('every order was taken', refused.length === 0 ? '' : `${refused.length} were not: ${refused[0]}`),
    verdict('no circuit opened', problems.circuits.join('; ')),
    verdict('no call to a provider failed', problems.providers.join('; ')),
    verdict('nothing was dead-lettered', problems.deadLettered.join('; ')),
    verdict('no payment was searched for', searches === 0 ? '' : `${searches} were, among Stripe's last calls`),
    verdict(
      `every queue was empty within ${patience} s of the end`,
      restedAfter === undefined ? await progress(running, scenarios, total) : '',
    ),
    verdict('the books are green', green || (audit.orders === sent ? '' : `${audit.orders} orders of ${sent}`)),
  ].every(Boolean);
}

function verdict(what: string, otherwise: string): boolean {
  console.log(otherwise === '' ? `✓ ${what}` : `✗ ${what}: ${otherwise}`);
  return otherwise === '';
}

/** Follows every order on the exchange: no polling of the API. */
async function listen({ addresses }: Stack) {
  const model = await connect(addresses.amqp);
  const channel = await model.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  const startedAt = new Map<string, number>();
  const confirmedAt = new Map<string, number>();
  const delivered = new Set<string>();
  for (const key of ['order.confirmed', 'shipment.delivered']) await channel.bindQueue(queue, 'orders', key);
  await channel.consume(
    queue,
    (message) => {
      if (message?.fields.routingKey === 'order.confirmed')
        confirmedAt.set(message.properties.correlationId, performance.now());
      else if (message) delivered.add(message.properties.correlationId);
    },
    { noAck: true },
  );
  return {
    close: () => model.close(),
    placed: (orderId: string, when: number) => void startedAt.set(orderId, when),
    figures: () => ({
      sent: startedAt.size,
      delivered: delivered.size,
      confirmMs: [...startedAt]
        .flatMap(([id, when]) => (confirmedAt.has(id) ? [(confirmedAt.get(id) as number) - when] : []))
        .toSorted((a, b) => a - b),
    }),
  };
}
type Scenarios = Awaited<ReturnType<typeof listen>>;

/** Messages in all queues, those in hand and those that wait to be tried again among them. */
async function waiting({ addresses }: Stack): Promise<Map<string, number>> {
  const management = managementOf(addresses.rabbitmq);
  const vhost = encodeURIComponent(decodeURIComponent(new URL(addresses.amqp).pathname.slice(1)) || '/');
  const queues = (await (await management('GET', `/queues/${vhost}?columns=name,messages`)).json()) as {
    name: string;
    messages?: number;
  }[];
  return new Map(queues.flatMap(({ name, messages = 0 }) => (messages > 0 ? [[name, messages] as const] : [])));
}

/** Seconds until every order is delivered and every queue empty; undefined: not within our patience. */
async function comesToRest(running: Stack, scenarios: Scenarios): Promise<number | undefined> {
  const began = performance.now();
  for (;;) {
    const seconds = (performance.now() - began) / 1_000;
    const { sent, delivered } = scenarios.figures();
    if (delivered >= sent && (await waiting(running)).size === 0) return seconds;
    if (seconds > patience) return undefined;
    await pause(500);
  }
}

async function progress(running: Stack, scenarios: Scenarios, nth: number): Promise<string> {
  const { delivered, confirmMs } = scenarios.figures();
  const queues = [...(await waiting(running))].map(([name, messages]) => `${name} ${messages}`);
  return `${nth} placed, ${confirmMs.length} confirmed, ${delivered} delivered; ${queues.join(', ') || 'queues empty'}`;
}

/** How often payment searched, among the calls that Stripe's stand-in remembers: it has to only after an outage. */
async function searchesOf({ addresses }: Stack): Promise<number> {
  if (addresses.stripe === undefined) return 0;
  const calls = (await (await fetch(`${addresses.stripe}/_control/calls?method=GET`)).json()) as { path: string }[];
  return calls.filter(({ path }) => path.endsWith('/search')).length;
}

function inputOf(nth: number) {
  const [street, postalCode] = [`Torstraße ${1 + (nth % 230)}`, `${10_115 + (nth % 300)}`];
  return {
    idempotencyKey: uuidv7(),
    lines: [{ sku: skus[nth % skus.length] as string, quantity: 1 }],
    shippingMethod: 'standard' as const,
    address: { name: 'Ada Lovelace', line1: street, postalCode, city: 'Berlin', country: 'DE' },
    contact: { email: `ada.${nth % customers}@example.org` },
    paymentMethod: 'pm_card_visa',
    currency: 'EUR',
  };
}

/** The catalogue with stock for all. */
function wellStocked(folder: string): { skus: string[]; file: string } {
  const products = JSON.parse(readFileSync(CATALOGUE, 'utf8')) as { sku: string }[];
  const catalogue = join(folder, 'catalogue.json');
  writeFileSync(catalogue, JSON.stringify(products.map((product) => ({ ...product, stock: PLENTY }))));
  return { skus: products.map(({ sku }) => sku), file: catalogue };
}

/** Linux's own count (proc(5)), its clock at 100 ticks a second; elsewhere there is none to read. */
function costOf({ name, pid }: Stack['processes'][number]): string {
  try {
    const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ').slice(11, 13) ?? [];
    return `${name} ${(Number(kib) / 1024).toFixed(0)} MiB ${((Number(user) + Number(system)) / 100).toFixed(0)} s`;
  } catch {
    return `${name} ?`;
  }
}

function at(sorted: readonly number[], share: number): string {
  return (sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN).toFixed(0);
}

function positive(text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new Error(`--rate, --minutes, --customers and --patience are numbers above 0, got ${text}`);
}

function setting(text: string): [string, string] {
  const [, name, value] = /^([\w-]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new Error(`--env and --scale take NAME=VALUE, got ${text}`);
  return [name, value];
}
