import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { OrderStatus } from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import {
  apiClient,
  type Client,
  inMemory,
  type Stack,
  startStack,
  type TemporaryDataDir,
  temporaryDataDir,
  wellStocked,
} from '@orderflow/stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BrokerProbe, openProbe } from './broker-probe.ts';
import { chaos } from './config.ts';
import { expectConsistency, type Placed, placeUntilAnswered } from './consistency.ts';
import { type Breakable, brokenBy } from './given-broker.ts';
import { outsideOf } from './outside.ts';
import { type Actors, mixedScenarios, type Scenario } from './scenarios.ts';
import { buyThroughStoreOutages } from './store-outage.ts';
import { FROM_ONE_ADDRESS } from './system.ts';

const PATIENCE_MS = 3_600_000;
const CLIENTS = 10;
/** At most; of few orders, so many that every process is killed. */
const ORDERS_BETWEEN_KILLS = 5;
const PROVIDER_FAILURES = 0.1;
const WEBHOOK_MISCHIEF = 0.1;

let data: TemporaryDataDir;
let stack: Stack;
let api: Client;
let actors: Actors;
let broker: Breakable;
let probe: BrokerProbe | undefined;
let seed: string;
/** Everything that was placed so far, whatever was broken meanwhile. */
const placedOrders: Placed[] = [];

beforeAll(async () => {
  data = await temporaryDataDir(inMemory());
  ({ file: seed } = wellStocked(data.path, 'PRINT-HARBOUR-LTD'));
  stack = await startStack({
    dataDir: data.path,
    ephemeral: true,
    given: chaos.broker ?? {},
    // Others may use a broker that is given.
    ...(chaos.broker && { vhost: `chaos-${randomUUID()}` }),
    retryDelaysMs: [200, 1_000, 2_000],
    restart: true,
    emulators: { carrierSpeed: 200_000 },
    // Nobody expires here: what ends an order is decided by what people do, not by how slow the machine is.
    env: {
      LOG_LEVEL: 'info',
      MAX_ATTEMPTS: '60',
      CATALOGUE_SEED: seed,
      PAYMENT_ATTEMPTS: '2',
      HOLD_SECONDS: '3600',
      GRACE_SECONDS: '10',
      SEND_SETTLE_MS: '5000',
    },
    envFor: { gateway: { CANCEL_WINDOW_SECONDS: '0', RATE_LIMIT_PER_MINUTE: '1000000', ...FROM_ONE_ADDRESS } },
  });
  api = apiClient(stack.addresses.api, await stack.token({ customer: 'chaos' }));
  const staff = apiClient(stack.addresses.api, await stack.token({ staff: 'chaos' }));
  actors = { api, staff, outside: outsideOf(stack.addresses) };
  broker = chaos.broker ? brokenBy(chaos.broker) : stack.broker;
  if (chaos.broker?.recoveryMs) probe = await openProbe(stack, () => ordinaryOrder(['delivered']));
}, 300_000);

afterAll(async () => {
  await probe?.close();
  await stack?.close();
  data?.delete();
});

/** Concurrent clients place all orders, record them and act out their scenarios. */
async function liveThrough(count: number, onPlaced: (placed: number) => void = () => {}): Promise<void> {
  const waiting = mixedScenarios(count);
  let placed = 0;
  const scenarios: Promise<void>[] = [];
  const client = async () => {
    for (let next: Scenario | undefined = waiting.shift(); next; next = waiting.shift()) {
      const order = await placeUntilAnswered(api, next.input);
      placedOrders.push({ ...next, order });
      placed += 1;
      onPlaced(placed);
      const scenario = next.perform?.(actors, order);
      if (scenario) scenarios.push(awaitedLater(scenario));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  await Promise.all(scenarios);
}

/** An ordinary order, from placing it until it has one of these statuses. @returns its id */
async function ordinaryOrder(until: readonly OrderStatus[]): Promise<string> {
  const [ordinary] = mixedScenarios(1) as [Scenario];
  const order = await placeUntilAnswered(api, ordinary.input);
  placedOrders.push({ ...ordinary, order });
  const status = async () => (await api.orders.get.query({ orderId: order.id })).status;
  await eventually(
    `order ${order.id} is ${until.join(' or ')}`,
    async () => until.includes(await status()),
    PATIENCE_MS,
  );
  return order.id;
}

/** The broker stops for so long, and until what stays of it has confirmed again, where that is asked for. */
async function outage(ms: number): Promise<void> {
  await broker.stop();
  try {
    await Promise.all([pause(ms), recovery()]);
  } finally {
    await broker.start();
  }
}

async function recovery(): Promise<void> {
  if (!probe) return;
  const stopped = performance.now();
  const since = () => Math.round(performance.now() - stopped);
  const [confirmsMs, orderMs] = await Promise.all([
    probe.confirmed().then(since),
    ordinaryOrder(['confirmed', 'shipped', 'delivered']).then(since),
  ]);
  console.info(
    `with the broker stopped: confirms back after ${confirmsMs} ms, a new order confirmed after ${orderMs} ms`,
  );
  expect(confirmsMs, 'ms until confirms are back').toBeLessThanOrEqual(chaos.broker?.recoveryMs as number);
}

/** A promise that is awaited later: until then its failure is not an unhandled rejection. */
function awaitedLater(work: Promise<void>): Promise<void> {
  work.catch(() => {});
  return work;
}

/** Every provider refuses a share of the calls, and webhooks come twice, late or in another order. */
async function makeTheOutsideUnreliable(): Promise<void> {
  const failRate = PROVIDER_FAILURES;
  const webhooks = { duplicate: WEBHOOK_MISCHIEF, reorder: WEBHOOK_MISCHIEF };
  for (const service of ['stripe', 'carrier'] as const) await actors.outside.control(service, { failRate, webhooks });
  for (const service of ['twilio', 'mailbox'] as const) await actors.outside.control(service, { failRate });
}

async function makeTheOutsideReliable(): Promise<void> {
  for (const service of ['stripe', 'carrier', 'twilio', 'mailbox'] as const) {
    await actors.outside.control(service, { failRate: 0 });
  }
}

describe('nothing is lost, oversold, charged twice or sent twice', () => {
  test('when every process is killed with -9, the outside fails and the broker restarts', {
    timeout: PATIENCE_MS,
  }, async () => {
    const kills: Promise<void>[] = [];
    let restarted = Promise.resolve();
    await makeTheOutsideUnreliable();

    const between = Math.min(ORDERS_BETWEEN_KILLS, Math.floor(chaos.orders / stack.processes.length)) || 1;
    await liveThrough(chaos.orders, (count) => {
      const victim = stack.processes[kills.length % stack.processes.length];
      if (count % between === 0 && victim) kills.push(victim.kill('SIGKILL'));
      if (count === Math.floor(chaos.orders / 2)) restarted = awaitedLater(outage(0));
    });
    await Promise.all([...kills, restarted]);
    await stack.ready();

    expect(kills.length).toBeGreaterThanOrEqual(stack.processes.length);
    await makeTheOutsideReliable();
    await expectConsistency(stack, api, placedOrders, seed);
  });

  test('when the broker stops in the middle and comes back, then the cache', { timeout: PATIENCE_MS }, async () => {
    let outages = Promise.resolve();
    const cacheOutage = async () => {
      await stack.cache.stop();
      await pause(chaos.outageMs);
      await stack.cache.start();
    };

    // Where the spec before has failed, the outside may still.
    await makeTheOutsideReliable();
    await liveThrough(chaos.orders, (count) => {
      if (count === Math.floor(chaos.orders / 4)) outages = awaitedLater(outage(chaos.outageMs));
      if (count === Math.floor(chaos.orders / 2)) outages = awaitedLater(outages.then(cacheOutage));
    });
    await outages;
    await stack.ready();

    await expectConsistency(stack, api, placedOrders, seed);
  });

  test('while the store has no primary a caller waits within a bound, is answered 503, and repeats: nothing is lost', {
    timeout: PATIENCE_MS,
  }, async () => {
    await makeTheOutsideReliable();
    placedOrders.push(...(await buyThroughStoreOutages(stack, 'chaos')));
    await expectConsistency(stack, api, placedOrders, seed);
  });
});
