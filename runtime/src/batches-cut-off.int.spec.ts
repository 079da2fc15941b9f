import { defineEvent, defineWorker, type EventOf } from '@orderflow/contracts';
import mongoose, { type Connection } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { eventFor, eventually, silentAtFirst, startWorkerFixture, type WorkerFixture } from '../testing/index.ts';
import { aggregateModel, change, mongooseAggregates } from './index.ts';

const Asked = defineEvent('tally.asked', { version: 1, summary: '', saidBy: ['test'], data: z.object({}) });
const Tallied = defineEvent('tally.tallied', {
  version: 1,
  summary: '',
  saidBy: ['tally'],
  data: z.object({ total: z.int() }),
});
const tally = defineWorker({
  name: 'tally',
  summary: 'Counts.',
  hears: [Asked],
  says: [Tallied],
  collection: 'tallies',
});
interface Tally {
  readonly total: number;
}
interface StoredTally extends Tally {
  readonly _id: string;
  readonly handled: Readonly<Record<string, readonly EventOf<typeof Tallied>[]>>;
}

let workers: WorkerFixture;
let way: Awaited<ReturnType<typeof silentAtFirst>>;
let database: Connection;
beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  const uri = new URL(inject('infrastructure').mongodbUri);
  way = await silentAtFirst({ host: uri.hostname, port: Number(uri.port) }, 0);
  uri.port = String(way.port);
  const options = { dbName: workers.databaseName, serverSelectionTimeoutMS: 1_000 };
  database = await mongoose.createConnection(uri.href, options).asPromise();
});
afterAll(async () => {
  await workers?.close();
  await database?.close(true);
  await way?.close();
});

test('connections that break while batches are under way: every event is counted once, and said as it was counted', async () => {
  const aggregates = mongooseAggregates<Tally>(aggregateModel<Tally>(database, 'tallies', { total: Number }));
  let commits = 0;
  const breaking: typeof aggregates = {
    ...aggregates,
    commit: (commit) => {
      commits += 1;
      // The batch that this one goes with leaves in the next turn of the event loop.
      if (commits % 20 === 5) setImmediate(() => setImmediate(way.cut));
      return aggregates.commit(commit);
    },
  };
  const handlers = {
    'tally.asked': (_: object, __: unknown, state: Tally | null) => {
      const total = (state?.total ?? 0) + 1;
      return change({ total }, [Tallied.of({ total })]);
    },
  };
  await workers.run(
    tally,
    { deps: {}, aggregates: breaking, handlers },
    { retry: { delaysMs: [20, 100], maxAttempts: 50 } },
  );
  const subjects = Array.from({ length: 12 }, () => uuidv7());
  const asked = subjects.flatMap((subject) => Array.from({ length: 5 }, () => eventFor(Asked, subject, {})));

  await workers.publisher.publish(asked);

  const stored = () => workers.database.collection<StoredTally>('tallies').find().toArray();
  await eventually('all are counted', async () => {
    const handled = (await stored()).flatMap((one) => Object.keys(one.handled));
    return handled.length === asked.length;
  });
  const all = await stored();
  expect(all.map(({ total }) => total)).toEqual(subjects.map(() => 5));
  const facts = all.flatMap((one) => Object.values(one.handled).flat());
  await eventually('all are said', () => facts.every(({ id }) => workers.heard.some((event) => event.id === id)));
  const said = workers.heard.filter(({ type }) => type === Tallied.type);
  expect(new Set(said.map(({ id }) => id))).toEqual(new Set(facts.map(({ id }) => id)));
}, 60_000);
