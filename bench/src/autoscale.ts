/**
 * KEDA's rule under load, as docker/kubernetes has it: asks the broker what KEDA asks, as the user that KEDA asks as, and
 * starts and drains local replicas by the rule, while a burst of orders meets a slow Stripe. Nothing may be lost or doubled.
 * Writes replicas and backlog over time as a picture.
 *   ./run bench autoscale [--worker payment] [--orders 1000] [--max 6] [--speed 10] [--stripe-latency 2000] [--out FILE]
 * `--speed`: how many seconds of the rule one second is.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  apiClient,
  askAuditor,
  brokerPassword,
  managementOf,
  type Stack,
  secretsOf,
  startStack,
  temporaryDataDir,
  wellStocked,
} from '@orderflow/stack';
import { v7 as uuidv7 } from 'uuid';
import { parseAllDocuments } from 'yaml';
import { createAutoscaler, ruleOf, type ScalingRule } from './autoscaler.ts';
import { chart } from './chart.ts';
import { flagsOf } from './flags.ts';
import { positive } from './statistics.ts';

const RULES = join(import.meta.dirname, '../../docker/kubernetes/components/autoscaling/scaled-objects.yaml');
const PATIENCE_SECONDS = 420;
/** Calls that a gateway takes in one request. */
const LARGEST_BATCH = 20;

const values = flagsOf({
  worker: { type: 'string', default: 'payment' },
  orders: { type: 'string', default: '1000' },
  max: { type: 'string', default: '6' },
  speed: { type: 'string', default: '10' },
  'stripe-latency': { type: 'string', default: '2000' },
  out: { type: 'string', default: '.data/autoscale.svg' },
});
const orders = positive('orders', values.orders);
const most = positive('max', values.max);
const speed = positive('speed', values.speed);
const latency = positive('stripe-latency', values['stripe-latency']);
const { worker } = values;

interface Sample {
  readonly at: number;
  readonly replicas: number;
  readonly messages: number;
}

const rule = rulesOf(worker);
const data = await temporaryDataDir();
const { skus, file } = wellStocked(data.path);
const stack = await startStack({
  dataDir: data.path,
  ephemeral: true,
  scale: { [worker]: rule.max },
  env: { LOG_LEVEL: 'warn', CATALOGUE_SEED: file },
  envFor: { gateway: { CANCEL_WINDOW_SECONDS: '600', RATE_LIMIT_PER_MINUTE: '10000000', TRUST_PROXY: '1' } },
});
try {
  process.exitCode = (await measure(stack)) ? 0 : 1;
} finally {
  await stack.close();
  data.delete();
}

/** The rule as the manifests have it; this machine may not have room for as many replicas. */
function rulesOf(name: string): ScalingRule {
  const objects = parseAllDocuments(readFileSync(RULES, 'utf8')).map((document) => document.toJS());
  const found = objects.find(({ kind, metadata }) => kind === 'ScaledObject' && metadata.name === name);
  if (!found) throw new Error(`There is no rule for "${name}" in ${RULES}`);
  const read = ruleOf(found);
  return { ...read, max: Math.min(read.max, most) };
}

async function measure(running: Stack): Promise<boolean> {
  const replicas = Array.from({ length: rule.max }, (_, n) => running.process(n === 0 ? worker : `${worker}.${n + 1}`));
  await Promise.all(replicas.slice(rule.min).map((one) => one.stop()));
  await setLatency(running, latency);
  const messages = await queueReader(running);
  const samples: Sample[] = [];
  const scaling = new AbortController();
  const scaled = follow(replicas, messages, samples, scaling.signal);
  const whatElse = async () => {
    const began = performance.now();
    const ids = await burst(running);
    console.log(`${ids.length} orders placed in ${seconds(began)} s`);
    const confirmed = await untilConfirmed(running, ids, began);
    console.log(`${confirmed} confirmed after ${seconds(began)} s`);
    const end = samples.at(-1)?.at ?? 0;
    await until(() => samples.some(({ at, replicas: count }) => at > end && count === rule.min));
    return { placed: ids.length, confirmed };
  };
  // Whatever fails ends the other: nobody asks a broker that is being stopped.
  const { placed, confirmed } = await Promise.race([
    whatElse(),
    scaled.then(() => Promise.reject(new Error('it stopped'))),
  ]).finally(() => scaling.abort());
  await scaled;
  const audit = await askAuditor({ url: running.addresses.auditor, secret: running.auditorSecret });
  return report(samples, confirmed, placed, audit);
}

/** Starts and stops replicas by the rule until it is told to stop; the last one started is the first to go. */
async function follow(
  replicas: readonly Stack['processes'][number][],
  messages: () => Promise<number>,
  samples: Sample[],
  signal: AbortSignal,
): Promise<void> {
  const scale = createAutoscaler(rule);
  const began = performance.now();
  const leaving: Promise<void>[] = [];
  let current = rule.min;
  while (!signal.aborted) {
    const [at, waiting] = [(performance.now() - began) / 1_000, await messages()];
    samples.push({ at, replicas: current, messages: waiting });
    const wanted = scale(at * speed, current, waiting);
    // A pod takes a moment to start, or to drain; the rule does not wait for it.
    for (; current < wanted; current++) leaving.push((replicas[current] as (typeof replicas)[number]).start());
    for (; current > wanted; current--) leaving.push((replicas[current - 1] as (typeof replicas)[number]).stop());
    await pause((rule.pollSeconds / speed) * 1_000, undefined, { signal }).catch(() => {});
  }
  await Promise.all(leaving);
}

/** What KEDA reads: ready and unacknowledged messages, over HTTP, as its own user. */
async function queueReader({ addresses, dataDir }: Stack): Promise<() => Promise<number>> {
  const url = new URL(addresses.rabbitmq);
  url.username = 'autoscaler';
  url.password = brokerPassword(secretsOf(dataDir).brokerSecret, 'autoscaler');
  const ask = managementOf(url.href);
  return async () => {
    const { messages = 0 } = (await (await ask('GET', `/queues/%2F/${rule.queue}`)).json()) as { messages?: number };
    return messages;
  };
}

/** Each of a customer at an address of their own. */
async function burst(running: Stack): Promise<string[]> {
  const ids: string[] = [];
  let next = 0;
  const client = async () => {
    while (next < orders) {
      const n = next++;
      const api = apiClient(running.addresses.api, await running.token({ customer: `customer-${n}` }), {
        'x-forwarded-for': `10.1.${n >> 8}.${n & 255}`,
      });
      const { order } = await api.orders.place.mutate({
        idempotencyKey: uuidv7(),
        lines: [{ sku: skus[n % skus.length] as string, quantity: 1 }],
        shippingMethod: 'standard',
        address: { name: 'Ada Lovelace', line1: 'Torstraße 1', postalCode: '10119', city: 'Berlin', country: 'DE' },
        contact: { email: `customer-${n}@example.org` },
        paymentMethod: 'pm_card_visa',
        currency: 'EUR',
      });
      ids.push(order.id);
    }
  };
  await Promise.all(Array.from({ length: 20 }, client));
  return ids;
}

/** How many are confirmed once all are, or nothing more is to be waited for. */
async function untilConfirmed(running: Stack, ids: readonly string[], began: number): Promise<number> {
  const staff = apiClient(running.addresses.api, await running.token({ staff: 'bench' }));
  const left = new Set(ids);
  while (left.size > 0 && (performance.now() - began) / 1_000 < PATIENCE_SECONDS) {
    const some = [...left].slice(0, LARGEST_BATCH);
    const found = await Promise.all(some.map((orderId) => staff.orders.get.query({ orderId })));
    for (const { id, status } of found) if (status === 'confirmed') left.delete(id);
    if (left.size > 0) await pause(500);
  }
  return ids.length - left.size;
}

async function until(holds: () => boolean): Promise<void> {
  const began = performance.now();
  while (!holds() && (performance.now() - began) / 1_000 < PATIENCE_SECONDS) await pause(200);
}

function report(
  samples: readonly Sample[],
  confirmed: number,
  placed: number,
  audit: Awaited<ReturnType<typeof askAuditor>>,
): boolean {
  const peak = Math.max(...samples.map(({ replicas }) => replicas));
  const backlog = Math.max(...samples.map(({ messages }) => messages));
  const last = samples.at(-1)?.replicas;
  const svg = chart(
    `${worker}: ${placed} orders at once, Stripe answers after ${latency} ms, the rule's minutes last ${(60 / speed).toFixed(0)} s`,
    {
      name: `messages in the queue (most: ${backlog})`,
      colour: '#b4532a',
      points: samples.map((one) => [one.at, one.messages]),
    },
    {
      name: `replicas (most: ${peak})`,
      colour: '#1f5f8b',
      points: samples.map((one) => [one.at, one.replicas]),
      isStep: true,
    },
  );
  writeFileSync(values.out, svg);
  console.log(`backlog up to ${backlog}, replicas ${rule.min} to ${peak} and back to ${last}; drawn in ${values.out}`);
  const holds = [
    confirmed === placed || `only ${confirmed} of ${placed} orders are confirmed`,
    audit.green || `the books are red: ${audit.violations.map(({ check }) => check).join(', ')}`,
    audit.orders === placed || `the audit read ${audit.orders} orders`,
    peak > rule.min || 'nothing was scaled up',
    last === rule.min || 'nothing was scaled down',
  ].filter((problem) => problem !== true);
  for (const problem of holds) console.log(`✗ ${problem}`);
  if (holds.length === 0)
    console.log('✓ nothing was lost or doubled: every order is confirmed, and the books are green');
  return holds.length === 0;
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1_000).toFixed(1);
}

async function setLatency({ addresses }: Stack, ms: number): Promise<void> {
  const body = JSON.stringify({ latency: ms });
  await fetch(`${addresses.stripe}/_control`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body });
}
