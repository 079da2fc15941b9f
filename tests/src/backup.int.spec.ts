import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { backfill } from '@orderflow/auditor';
import { type BrokerState, backUp, discoverDefinitions, restore } from '@orderflow/stack';
import type { mongo } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { externalProblems } from './simulation/external-checks.ts';
import { runSimulation } from './simulation/play.ts';
import { quiesce } from './simulation/quiesce.ts';
import type { Simulation } from './simulation/simulation.ts';
import { type System, startSystem } from './simulation/system.ts';

const { mongodbUri } = inject('infrastructure');
let system: System;
let folder: string;
const made: string[] = [];
beforeAll(async () => {
  system = await startSystem(mongodbUri);
});
afterAll(async () => {
  await system?.close();
  for (const one of made) rmSync(one, { recursive: true });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderflow-backup-'));
  made.push(folder);
});

/** The simulated broker as the management API would show it. */
const queuesOf = ({ broker }: Simulation): BrokerState => ({
  queued: async () => ({ underWay: broker.waiting().length, deadLettered: broker.deadLettered.length }),
  definitions: async () => ({ policies: [{ name: 'of the shop' }] }),
  reset: async () => {
    for (const message of broker.waiting()) broker.take(message);
  },
});
const given = (simulation: Simulation) => ({
  mongodbUri,
  prefix: system.prefix,
  broker: queuesOf(simulation),
  pauseMs: 1,
});

async function everything(): Promise<Record<string, mongo.Document[]>> {
  const all: Record<string, mongo.Document[]> = {};
  for (const [name, database] of Object.entries(system.databases))
    for (const { collection, schema } of Object.values(database.models)) {
      // The store's clock is not the simulation's: what it forgets by itself may be gone at any time.
      const isForgotten = schema.indexes().some(([, { expireAfterSeconds }]) => expireAfterSeconds !== undefined);
      if (!isForgotten) all[`${name} ${collection.name}`] = await collection.find({}, { sort: { _id: 1 } }).toArray();
    }
  return all;
}

/** All databases, also those that nobody has a model for. */
async function lose(): Promise<void> {
  const client = system.store.getClient();
  const { databases } = await client.db().admin().listDatabases({ nameOnly: true });
  for (const { name } of databases) if (name.startsWith(system.prefix)) await client.db(name).dropDatabase();
}

async function delivered(simulation: Simulation): Promise<void> {
  await simulation.place();
  await quiesce(simulation);
}

describe('a shop that is at rest', () => {
  test('is as it was once it is backed up, lost and restored, and its books agree', async () => {
    await runSimulation(system, async (simulation) => {
      await delivered(simulation);
      for (const worker of simulation.workers.slice(0, 2)) await simulation.compact(worker);
      simulation.clock.advance(40 * 86_400_000);
      for (const worker of simulation.workers.slice(1, 3)) await simulation.archive(worker);
      expect(simulation.archived()).toBe(2);
      const before = await everything();
      const manifest = await backUp(folder, given(simulation));
      const names = manifest.collections
        .filter(({ database }) => database === 'payment')
        .map(({ collection }) => collection);
      expect(names.indexOf('archive_payments')).toBeGreaterThan(names.indexOf('payments'));
      expect(manifest).toMatchObject({ settled: true, broker: { deadLettered: 0 } });
      expect(manifest.secrets).toEqual(expect.arrayContaining(['TOKEN_SECRET', 'STRIPE_API_KEY']));
      await lose();
      expect(await everything()).not.toEqual(before);

      await restore(folder, given(simulation));

      expect(await everything()).toEqual(before);
      expect(await simulation.audit()).toEqual([]);
    });
  });

  test('that was paid after its backup has that money named by the audit', async () => {
    await runSimulation(system, async (simulation) => {
      await delivered(simulation);
      await backUp(folder, given(simulation));
      await simulation.place();
      await quiesce(simulation);
      const [, lost] = simulation.orders;
      await lose();
      await restore(folder, given(simulation));
      const named = new RegExp(
        `money.one-live-authorisation: ${lost} pi_\\w+ is succeeded, and our books do not know it`,
      );
      expect(await simulation.audit()).toEqual([expect.stringMatching(named)]);
      // The money is there, and its order is not: nothing that the other checks would take.
      await simulation.forget();
    });
  });

  test('keeps numbers, dates and texts as exactly what they are', async () => {
    await runSimulation(system, async (simulation) => {
      const things = system.databases.gateway.collection<{ _id: string }>('things');
      const { Double, Long } = system.store.base.mongo;
      await things.insertOne({
        _id: 'odd',
        text: 'a\u2028b\r\nc',
        at: new Date(1),
        one: new Double(1),
        big: Long.MAX_VALUE,
      } as never);
      const read = () => things.findOne({ _id: 'odd' }, { promoteValues: false });
      const before = await read();
      await backUp(folder, given(simulation));
      await lose();
      await restore(folder, given(simulation));
      expect(await read()).toEqual(before);
      await things.drop();
    });
  });
});

describe('a shop that is backed up while messages are under way', () => {
  test.each([3, 9, 14, 20, 26])(
    'ends well once what its workers lack is replayed, here after %i steps',
    async (steps) => {
      await runSimulation(system, async (simulation) => {
        await simulation.place();
        for (let n = 0; n < steps; n++) {
          const [message] = simulation.broker.ready(simulation.clock.now());
          if (message) await simulation.deliver(message);
          else await simulation.receive(simulation.webhooks.shift());
        }
        const manifest = await backUp(folder, { ...given(simulation), tries: 1 });
        const waiting = simulation.broker.waiting().length;
        expect(manifest.settled).toBe(waiting === 0);
        await lose();
        await restore(folder, given(simulation));
        expect(simulation.broker.waiting()).toEqual([]);

        const choreography = await discoverDefinitions();
        let replayed = 0;
        for (const { name } of simulation.workers) {
          const replay = async (event: Parameters<typeof simulation.broker.enqueue>[1]) => {
            replayed += 1;
            simulation.broker.enqueue(name, event);
          };
          await backfill(system.store, { worker: name, choreography, prefix: system.prefix, rate: 10_000, replay });
        }
        if (waiting > 0) expect(replayed).toBeGreaterThan(0);
        await quiesce(simulation);
        expect(await externalProblems(simulation)).toEqual([]);
        expect(await simulation.audit()).toEqual([]);
      });
    },
  );

  test('says that it was not of one moment', async () => {
    await runSimulation(system, async (simulation) => {
      await simulation.place();
      const manifest = await backUp(folder, given(simulation));
      expect(manifest).toMatchObject({
        settled: false,
        unsettled: expect.stringMatching(/^\d+ messages were under way$/),
      });
    });
  });

  test('says which collection changed while it was read', async () => {
    await runSimulation(system, async (simulation) => {
      await delivered(simulation);
      const orders = system.databases.gateway.collection('orders');
      let isRead = false;
      const writing = (async () => {
        for (let n = 0; !isRead; n++) await orders.updateOne({}, { $set: { traceparent: `00-${n}` } });
      })();
      const manifest = await backUp(folder, { ...given(simulation), tries: 2 });
      isRead = true;
      await writing;
      expect(manifest).toMatchObject({ settled: false, unsettled: 'gateway.orders changed while it was read' });
    });
  });
});

describe('a restore refuses', () => {
  let simulation: Simulation;
  const refused = (over: object = {}) => restore(folder, { ...given(simulation), ...over });
  /** Once there is a backup, and the shop is empty. */
  const withBackup = (work: () => Promise<void>) =>
    runSimulation(system, async (one) => {
      simulation = one;
      await delivered(one);
      await backUp(folder, given(one));
      await work();
      // What was tampered with is nothing for the checks that follow every simulation.
      await one.forget();
    });
  const file = 'store/payment.payments.jsonl.gz';

  test('a shop that has documents, unless it is forced', async () => {
    await withBackup(async () => {
      await expect(refused()).rejects.toThrow(
        /has documents: --force replaces all databases that begin with simulation_/,
      );
      await expect(refused({ force: true })).resolves.toMatchObject({ settled: true });
    });
  });

  test('what is no backup, or was broken off', async () => {
    await withBackup(async () => {
      rmSync(join(folder, 'manifest.json'));
      await expect(refused()).rejects.toThrow('has no manifest.json: it is no backup, or one that was broken off');
    });
  });

  test('a backup of a version that it does not know', async () => {
    await withBackup(async () => {
      const path = join(folder, 'manifest.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"version": 1', '"version": 2'));
      await expect(refused()).rejects.toThrow('is a backup of format 2, and this version reads format 1');
    });
  });

  test.each<[string, (path: string) => void, RegExp]>([
    [
      'was changed',
      (path) =>
        writeFileSync(path, gzipSync(gunzipSync(readFileSync(path)).toString().replace('captured', 'refunded'))),
      /payments.jsonl.gz is not what was backed up: its SHA-256 is/,
    ],
    [
      'is cut off',
      (path) => writeFileSync(path, readFileSync(path).subarray(0, 100)),
      /payments.jsonl.gz is damaged: unexpected end of file/,
    ],
    ['is missing', (path) => rmSync(path), /payments.jsonl.gz is missing: the backup is not whole/],
  ])('a backup of which a file %s, before it touches anything', async (_, damage, message) => {
    await withBackup(async () => {
      damage(join(folder, file));
      const before = await everything();
      await expect(refused({ force: true })).rejects.toThrow(message);
      expect(await everything()).toEqual(before);
    });
  });
});

test('a backup goes into a folder of its own', async () => {
  writeFileSync(join(folder, 'mine.txt'), '');
  await expect(backUp(folder, { mongodbUri, prefix: system.prefix })).rejects.toThrow(
    'is not empty: name a folder for this backup alone',
  );
});

test('a shop that is not there cannot be backed up', async () => {
  await expect(backUp(folder, { mongodbUri, prefix: 'nobody_' })).rejects.toThrow(
    'There is no database whose name begins with nobody_',
  );
});
