import {
  apiClient,
  type Client,
  type Stack,
  startStack,
  type TemporaryDataDir,
  temporaryDataDir,
} from '@orderflow/stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chaos } from './config.ts';
import { booksAgree, mixedOrders, type Placed, placeStubbornly } from './ledger.ts';

const PATIENCE_MS = 600_000;
const CLIENTS = 10;
const ORDERS_BETWEEN_KILLS = 6;

let data: TemporaryDataDir;
let stack: Stack;
let api: Client;
/** Everything that was placed so far, whatever was broken meanwhile. */
const books: Placed[] = [];

beforeAll(async () => {
  data = await temporaryDataDir();
  stack = await startStack({
    dataDir: data.path,
    ephemeral: true,
    given: {},
    retryDelaysMs: [200, 1_000, 2_000],
    restart: true,
    emulators: { carrierSpeed: 200_000 },
    env: { LOG_LEVEL: 'info', MAX_ATTEMPTS: '60' },
    envFor: { gateway: { CANCEL_WINDOW_SECONDS: '0', RATE_LIMIT_PER_MINUTE: '1000000' } },
  });
  api = apiClient(stack.addresses.api, await stack.token({ customer: 'chaos' }));
});

afterAll(async () => {
  await stack?.close();
  data?.delete();
});

/** Several clients at once place all orders and write them into the books. */
async function placeAll(count: number, onPlaced: (placed: number) => void = () => {}) {
  const waiting = mixedOrders(count);
  let placed = 0;
  const client = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      books.push({ ...next, order: await placeStubbornly(api, next.input) });
      placed += 1;
      onPlaced(placed);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

describe('nothing is lost, oversold, charged twice or sent twice', () => {
  test('when every process is killed with -9 again and again', { timeout: PATIENCE_MS }, async () => {
    const kills: Promise<void>[] = [];

    await placeAll(chaos.CHAOS_ORDERS, (count) => {
      const victim = stack.processes[kills.length % stack.processes.length];
      if (count % ORDERS_BETWEEN_KILLS === 0 && victim) kills.push(victim.kill('SIGKILL'));
    });
    await Promise.all(kills);
    await stack.ready();

    expect(kills.length).toBeGreaterThanOrEqual(stack.processes.length);
    await booksAgree(stack, api, books);
  });

  test('when the broker stops in the middle and comes back, then the cache', { timeout: PATIENCE_MS }, async () => {
    let outages = Promise.resolve();
    const outageOf = (server: Stack['broker']) => async () => {
      await server.stop();
      await new Promise((resolve) => setTimeout(resolve, chaos.CHAOS_OUTAGE_MS));
      await server.start();
    };

    await placeAll(chaos.CHAOS_ORDERS, (count) => {
      if (count === Math.floor(chaos.CHAOS_ORDERS / 4)) outages = outages.then(outageOf(stack.broker));
      if (count === Math.floor(chaos.CHAOS_ORDERS / 2)) outages = outages.then(outageOf(stack.cache));
    });
    await outages;
    await stack.ready();

    await booksAgree(stack, api, books);
  });
});
