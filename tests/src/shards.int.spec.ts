import { readFileSync } from 'node:fs';
import { encodeEvent } from '@orderflow/contracts';
import { discoverDefinitions } from '@orderflow/stack';
import mongoose, { type mongo } from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { runSimulation } from './simulation/play.ts';
import { drainQueues } from './simulation/quiesce.ts';
import type { Simulation } from './simulation/simulation.ts';
import { type System, startSystem } from './simulation/system.ts';

/** Collections that grow with the orders, by database: these are for sharding by hashed `_id`. */
const HOT = [
  'gateway.orders',
  'gateway.orderkeys',
  'inventory.reservations',
  'payment.payments',
  'delivery.shipments',
  'notification.notifications',
  'notification.sends',
] as const;

/** Where their documents move after years. */
const ARCHIVES = [
  'gateway.archive_orders',
  'inventory.archive_reservations',
  'payment.archive_payments',
  'delivery.archive_shipments',
  'notification.archive_notifications',
] as const;
const FORTY_DAYS_MS = 40 * 86_400_000;

const { BSON } = mongoose.mongo;

/** The outbox sweeper and the watch over deadlines ask by the clock, whether orders come or not. */
const BY_A_CLOCK = /: (outboxAt|due)$/;

let system: System;
/** Every command of the main road that names documents, as `database.collection`, with its filter. */
const asked: { readonly where: string; readonly filter: Readonly<Record<string, unknown>> }[] = [];
/** What one order took. */
const cost = {
  facts: 0,
  deliveries: 0,
  'message bytes': 0,
  writes: 0,
  reads: 0,
  'stored bytes': 0,
  'compacted bytes': 0,
  'archived bytes': 0,
};

beforeAll(async () => {
  system = await startSystem(inject('infrastructure').mongodbUri, { monitorCommands: true });
  await runSimulation(system, async (simulation) => {
    const stop = record();
    await delivered(simulation);
    stop();
    await measure(simulation);
  });
});
afterAll(() => system?.close());

/** Placed, held, paid, shipped, charged, delivered and written about. */
async function delivered(simulation: Simulation): Promise<void> {
  await simulation.place();
  await drainQueues(simulation);
  for (const status of ['picked_up', 'delivered']) {
    for (const { id } of await simulation.providers.shipments()) await simulation.scan(id, status);
    await drainQueues(simulation);
  }
}

function record(): () => void {
  const listen = ({ databaseName, command }: mongo.CommandStartedEvent) => {
    const [name, collection] = Object.entries(command)[0] as [string, unknown];
    if (!databaseName.startsWith(system.prefix)) return;
    const where = `${databaseName.slice(system.prefix.length)}.${collection}`;
    for (const filter of filtersOf(name, command)) asked.push({ where, filter });
    if (name === 'find') cost.reads += 1;
    else cost.writes += filtersOf(name, command).length;
  };
  const client = system.store.getClient();
  client.on('commandStarted', listen);
  return () => void client.off('commandStarted', listen);
}

async function measure({ broker, workers, clock, compact, archive, archived }: Simulation): Promise<void> {
  const definitions = await discoverDefinitions();
  cost.facts = broker.published.length;
  for (const event of broker.published) {
    const hearers = definitions.filter(({ hears }) => hears.some(({ type }) => type === event.type)).length;
    cost.deliveries += hearers;
    cost['message bytes'] += hearers * encodeEvent(event).length;
  }
  cost['stored bytes'] = await storedBytes();
  for (const worker of workers) await compact(worker);
  cost['compacted bytes'] = await storedBytes();
  clock.advance(FORTY_DAYS_MS);
  for (const worker of workers) await archive(worker);
  expect(archived()).toBe(workers.length);
  cost['archived bytes'] = await storedBytes();
}

async function storedBytes(): Promise<number> {
  let bytes = 0;
  for (const where of [...HOT, ...ARCHIVES]) {
    const [database, collection] = where.split('.') as [string, string];
    const documents = await system.store.useDb(`${system.prefix}${database}`).collection(collection).find().toArray();
    for (const document of documents) bytes += BSON.calculateObjectSize(document);
  }
  return bytes;
}

type Document = Readonly<Record<string, unknown>>;

function filtersOf(name: string, command: Document): Document[] {
  const listed = (field: string) => sequence<{ q: Document }>(command[field]);
  switch (name) {
    case 'insert':
      return sequence<Document>(command.documents).map(({ _id }) => ({ _id }));
    case 'find':
      return [command.filter as Document];
    case 'findAndModify':
    case 'count':
      return [command.query as Document];
    case 'update':
      return listed('updates').map(({ q }) => q);
    case 'delete':
      return listed('deletes').map(({ q }) => q);
    case 'aggregate':
      return [((command.pipeline as Document[])[0]?.$match as Document | undefined) ?? {}];
    default:
      return [];
  }
}

/** The driver may send them beside the command. */
function sequence<T>(list: unknown): readonly T[] {
  return Array.isArray(list) ? list : (list as { documents: T[] }).documents;
}

/** One document, or some, each of which one shard has. */
function isById({ _id }: Document): boolean {
  return typeof _id === 'string' || (typeof _id === 'object' && _id !== null && Array.isArray((_id as Document).$in));
}

describe('the collections that grow with the orders can be sharded by hashed _id:', () => {
  test('each is used on the main road', () => {
    expect([...new Set(asked.map(({ where }) => where))]).toEqual(expect.arrayContaining([...HOT]));
  });

  test('whatever the main road asks of them names documents by id, but for what docs/scale.md says', () => {
    const others = asked
      .filter(({ where, filter }) => (HOT as readonly string[]).includes(where) && !isById(filter))
      .map(({ where, filter }) => `${where}: ${Object.keys(filter).toSorted().join(' ')}`)
      .filter((one) => !BY_A_CLOCK.test(one));
    expect([...new Set(others)].toSorted()).toEqual([
      'gateway.orders: buyer status',
      'gateway.orders: declinedAt declinedBy',
    ]);
  });

  test('no archive is asked for anything on the way of a new order', () => {
    expect(asked.filter(({ where }) => (ARCHIVES as readonly string[]).includes(where))).toEqual([]);
  });

  test('no index of theirs is unique but that of _id', async () => {
    const unique: string[] = [];
    for (const where of [...HOT, ...ARCHIVES]) {
      const [database, collection] = where.split('.') as [string, string];
      const connection = system.store.useDb(`${system.prefix}${database}`);
      const indexes = await connection.collection(collection).indexes();
      expect(indexes.length, where).toBeGreaterThan(0);
      for (const index of indexes) if (index.unique && index.name !== '_id_') unique.push(`${where}: ${index.name}`);
    }
    expect(unique).toEqual([]);
  });
});

test('an order costs about what docs/scale.md computes with', () => {
  const said = readFileSync(new URL('../../docs/scale.md', import.meta.url), 'utf8');
  for (const [what, measured] of Object.entries(cost)) {
    const [, figure] = new RegExp(`^\\| ${what} +\\| ([\\d,]+) `, 'm').exec(said) ?? [];
    const expected = Number(figure?.replaceAll(',', ''));
    expect(Math.abs(measured - expected) / expected, `${what} of ${JSON.stringify(cost)}`).toBeLessThan(0.2);
  }
});
