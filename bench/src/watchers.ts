/**
 * What it costs a gateway that many people look at their orders' pages: memory and CPU with and without them, and how long a change
 * takes to reach its watcher.
 *   ./run bench watchers [--watchers 500] [--seconds 30] [--changes 50]
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { apiClient, type Client, startStack, temporaryDataDir } from '@orderflow/stack';
import { v7 as uuidv7 } from 'uuid';
import { flagsOf } from './flags.ts';
import { positive } from './statistics.ts';

const values = flagsOf({
  watchers: { type: 'string', default: '500' },
  seconds: { type: 'string', default: '30' },
  changes: { type: 'string', default: '50' },
});
const watchers = positive('watchers', values.watchers);
const seconds = positive('seconds', values.seconds);
const changes = positive('changes', values.changes);
const AT_ONCE = 10;
const CATALOGUE = join(import.meta.dirname, '../../gateway/seed/catalogue.json');
const products = JSON.parse(readFileSync(CATALOGUE, 'utf8')) as { sku: string; stock: unknown }[];
const skus = products.filter(({ stock }) => Number(stock) >= 60).map(({ sku }) => sku);

const data = await temporaryDataDir();
const stack = await startStack({
  dataDir: data.path,
  ephemeral: true,
  env: { LOG_LEVEL: 'warn' },
  envFor: {
    gateway: { RATE_LIMIT_PER_MINUTE: '10000000', TRUST_PROXY: '1' },
    // Orders that stay as they are until somebody cancels them.
    'order-process': { CANCEL_WINDOW_SECONDS: '3600' },
  },
});
const { api } = stack.addresses;
const gateway = stack.processes.find(({ name }) => name === 'gateway') as (typeof stack.processes)[number];
try {
  const orders = await placed(watchers);
  const alone = await cost('nobody watches');
  const streams = orders.map(watch);
  await Promise.all(streams.map(({ opened }) => opened));
  const watched = await cost(`${watchers} watch`);
  console.log(`a watcher: ${(((watched.mib - alone.mib) * 1_024) / watchers).toFixed(0)} KiB of the gateway's memory`);

  const took: number[] = [];
  for (const [nth, stream] of streams.slice(0, changes).entries()) {
    const told = stream.next();
    const from = performance.now();
    await stream.client.orders.cancel.mutate({ orderId: stream.orderId });
    await told;
    took[nth] = performance.now() - from;
  }
  took.sort((a, b) => a - b);
  const at = (share: number) => (took[Math.floor((took.length - 1) * share)] ?? Number.NaN).toFixed(0);
  console.log(`from the call that cancels to the watcher: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
  for (const stream of streams) stream.close();
} finally {
  await stack.close();
  data.delete();
}

interface Watched {
  readonly orderId: string;
  readonly client: Client;
}

/** Orders of a customer each. */
async function placed(count: number): Promise<Watched[]> {
  const all: Watched[] = [];
  for (let from = 0; from < count; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => from + index);
    all.push(...(await Promise.all(some.map(place))));
  }
  return all;
}

async function place(n: number): Promise<Watched> {
  const token = await stack.token({ customer: `watcher-${n}` });
  const client = apiClient(api, token, { 'x-forwarded-for': `10.0.${n >> 8}.${n & 255}` });
  const { order } = await client.orders.place.mutate({
    idempotencyKey: uuidv7(),
    lines: [{ sku: skus[n % skus.length] as string, quantity: 1 }],
    shippingMethod: 'standard',
    address: { name: 'Ada Lovelace', line1: `Torstraße ${n}`, postalCode: '10119', city: 'Berlin', country: 'DE' },
    contact: { email: `watcher.${n}@example.org` },
    paymentMethod: 'pm_card_visa',
    currency: 'EUR',
  });
  return { orderId: order.id, client };
}

function watch({ orderId, client }: Watched) {
  const { promise: opened, resolve, reject } = Promise.withResolvers<void>();
  let told = (): void => resolve();
  const { unsubscribe } = client.orders.watch.subscribe({ orderId }, { onData: () => told(), onError: reject });
  return {
    orderId,
    client,
    opened,
    close: unsubscribe,
    next: () =>
      new Promise<void>((done) => {
        told = done;
      }),
  };
}

async function cost(title: string): Promise<{ mib: number }> {
  await pause(2_000);
  const before = read();
  await pause(seconds * 1_000);
  const after = read();
  const cpu = ((after.cpu - before.cpu) / seconds) * 100;
  console.log(`${title}: ${after.mib.toFixed(0)} MiB, ${cpu.toFixed(1)} % of a core`);
  return after;
}

/** Linux's own count (proc(5)), its clock at 100 ticks a second. */
function read(): { mib: number; cpu: number } {
  const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))?.[1];
  const ticks = readFileSync(`/proc/${gateway.pid}/stat`, 'utf8').split(') ')[1]?.split(' ').slice(11, 13) ?? [];
  return { mib: Number(kib) / 1_024, cpu: (Number(ticks[0]) + Number(ticks[1])) / 100 };
}
