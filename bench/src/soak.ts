/**
 * Orders at a steady rate through their whole life, with stock for all; then nothing may have stopped by itself: no
 * circuit opened, no call to a provider failed, every queue is empty soon after the end, and the books are green.
 *   ./run bench soak [--rate 20] [--minutes 10] [--customers 500] [--patience 60] [--env NAME=VALUE]...
 *     [--scale WORKER=N]...
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { apiClient, askAuditor, type Stack } from '@orderflow/stack';
import { connect } from 'amqplib';
import { waiting } from './counts.ts';
import { flagsOf } from './flags.ts';
import { problemsIn } from './log-problems.ts';
import { isOwn, usages } from './processes.ts';
import { orderInput, startShop } from './shop.ts';
import { positive, quantile, setting } from './statistics.ts';

const values = flagsOf({
  rate: { type: 'string', default: '20' },
  minutes: { type: 'string', default: '10' },
  customers: { type: 'string', default: '500' },
  patience: { type: 'string', default: '60' },
  env: { type: 'string', multiple: true, default: [] },
  scale: { type: 'string', multiple: true, default: [] },
});
const [rate, minutes, customers, patience] = (['rate', 'minutes', 'customers', 'patience'] as const).map((flag) =>
  positive(flag, values[flag]),
) as [number, number, number, number];

const shop = await startShop({
  emulators: { carrierSpeed: 500_000 },
  scale: Object.fromEntries(
    values.scale.map((text) => setting('scale', text)).map(([worker, count]) => [worker, positive('scale', count)]),
  ),
  env: {
    // The life of an order, quickly: nobody cancels, and the carrier is fast.
    CANCEL_WINDOW_SECONDS: '0',
    // Customers are many, and behind one proxy.
    TRUST_PROXY: '1',
    ...Object.fromEntries(values.env.map((text) => setting('env', text))),
  },
});
try {
  process.exitCode = (await soak(shop.stack)) ? 0 : 1;
} finally {
  await shop.close();
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
    const placing = (shoppers[nth % customers] as (typeof shoppers)[number]).orders.place.mutate(
      orderInput(shop.skus, nth, customers),
    );
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
  console.log(`  from the click to confirmed   p50 ${ms(confirmMs, 0.5)}   p99 ${ms(confirmMs, 0.99)}`);
  console.log(`  delivered                     ${delivered} of ${sent}`);
  console.log(`  memory and CPU time           ${costs()}`);
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

/** Seconds until every order is delivered and every queue empty; undefined: not within our patience. */
async function comesToRest(running: Stack, scenarios: Scenarios): Promise<number | undefined> {
  const began = performance.now();
  for (;;) {
    const seconds = (performance.now() - began) / 1_000;
    const { sent, delivered } = scenarios.figures();
    if (delivered >= sent && (await waiting(running.addresses)).size === 0) return seconds;
    if (seconds > patience) return undefined;
    await pause(500);
  }
}

async function progress(running: Stack, scenarios: Scenarios, nth: number): Promise<string> {
  const { delivered, confirmMs } = scenarios.figures();
  const queues = [...(await waiting(running.addresses))].map(([name, messages]) => `${name} ${messages}`);
  return `${nth} placed, ${confirmMs.length} confirmed, ${delivered} delivered; ${queues.join(', ') || 'queues empty'}`;
}

/** How often payment searched, among the calls that Stripe's stand-in remembers: it has to only after an outage. */
async function searchesOf({ addresses }: Stack): Promise<number> {
  if (addresses.stripe === undefined) return 0;
  const calls = (await (await fetch(`${addresses.stripe}/_control/calls?method=GET`)).json()) as { path: string }[];
  return calls.filter(({ path }) => path.endsWith('/search')).length;
}

/** Of our own processes. */
function costs(): string {
  const own = [...usages()].filter(([name]) => isOwn(name));
  return own
    .map(([name, { rssMiB, cpuMs }]) => `${name} ${rssMiB.toFixed(0)} MiB ${(cpuMs / 1_000).toFixed(0)} s`)
    .join(', ');
}

function ms(all: readonly number[], share: number): string {
  return `${quantile(all, share).toFixed(0)} ms`;
}
