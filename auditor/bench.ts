/**
 * Full and changed audits of many consistent orders, written directly to a store; broker and Stripe are stubs:
 *   node auditor/bench.ts <mongodb uri> [orders] [of them holding stock]
 */
import { randomBytes } from 'node:crypto';
import { loadavg } from 'node:os';
import mongoose from 'mongoose';
import { audit } from './src/audit.ts';
import { createMemory } from './src/memory.ts';
import { collectionsOf } from './src/sources.ts';
import type { IntentView, StripeReader } from './src/stripe-reader.ts';
import { ENDINGS, type Ending, intentOf, storeHistories, stubBroker, stubStripe } from './testing/audit-fixture.ts';
import { choreographyOfTree } from './testing/choreography.ts';
import { OrderHistoryBuilder } from './testing/order-history-builder.ts';

const BATCH = 500;
const HOUR_MS = 3_600_000;
/** The endings of twenty orders. */
const MIX: readonly Ending[] = [
  ...Array.from({ length: 14 }, () => 'delivered' as const),
  ...(['cancelled', 'cancelled', 'rejected', 'declined', 'expired', 'cancelled'] as const),
];

const [uri, count = '100000', holding = '10000'] = process.argv.slice(2);
if (!uri) throw new Error('Usage: node auditor/bench.ts <mongodb uri> [orders] [of them holding stock]');
const orders = Number(count);
const held = Math.min(Number(holding), orders);
const connection = await mongoose.createConnection(uri).asPromise();
const prefix = `bench_auditor_${randomBytes(4).toString('hex')}_`;
const choreography = await choreographyOfTree();
const collections = collectionsOf(connection, prefix, choreography);
const since = (started: number) => `${((performance.now() - started) / 1_000).toFixed(1)} s`;

const intents = new Map<string, IntentView>();
let asked = 0;
const stripe: StripeReader = {
  ...stubStripe(intents),
  intent: async (id) => {
    asked += 1;
    return intents.get(id) ?? null;
  },
};

try {
  let started = performance.now();
  for (const collection of [
    collections.orders,
    collections.reservations,
    collections.payments,
    collections.shipments,
    collections.notifications,
  ]) {
    await (collection as typeof collections.orders).createIndexes([
      { key: { changedAt: 1 } },
      { key: { due: 1 }, sparse: true },
      { key: { outboxAt: 1 }, sparse: true },
    ]);
  }
  for (let done = 0; done < orders; done += BATCH) {
    const histories = Array.from({ length: Math.min(BATCH, orders - done) }, (_, index) => {
      const at = new Date(Date.now() - HOUR_MS + done + index);
      const ending = done + index < held ? 'confirmed' : (MIX[(done + index) % MIX.length] as Ending);
      return ENDINGS[ending](new OrderHistoryBuilder(choreography, at));
    });
    await storeHistories(collections, histories);
    for (const intent of histories.flatMap(intentOf)) intents.set(intent.id, intent);
  }
  console.log(`${orders} orders, ${held} of them holding stock, stored in ${since(started)}`);

  const memory = createMemory();
  for (const scope of ['full', 'changed', 'changed'] as const) {
    started = performance.now();
    asked = 0;
    const before = process.cpuUsage();
    const report = await audit({ collections, broker: stubBroker(), stripe }, { scope, choreography, memory });
    const { user, system } = process.cpuUsage(before);
    const cpu = `${((user + system) / 1_000_000).toFixed(1)} s of CPU, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`;
    console.log(
      `${report.scope}: ${report.orders} orders in ${since(started)} (${cpu}), ${report.violations.length} violations, asked Stripe ${asked} times one by one, load ${loadavg()[0]?.toFixed(1)}`,
    );
    if (report.violations.length > 0) console.log(report.violations.slice(0, 3));
    // What an ordinary minute brings: a thousand orders that moved.
    const moved = await collections.orders
      .find({}, { projection: { _id: 1 } })
      .limit(1_000)
      .toArray();
    const ids = moved.map(({ _id }) => _id);
    await collections.orders.updateMany({ _id: { $in: ids } }, { $set: { changedAt: new Date() } });
  }
} finally {
  for (const service of new Set(choreography.map(({ database }) => database))) {
    await connection.useDb(`${prefix}${service}`).dropDatabase();
  }
  await connection.close();
}
