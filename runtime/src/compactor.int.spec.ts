import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { type Clock, eventually, movableClock, startWorkerFixture, type WorkerFixture } from '../testing/index.ts';
import { type Compactor, startCompactor } from './compactor.ts';

const DAY_MS = 86_400_000;

let workers: WorkerFixture;
let clock: Clock;
const running: Compactor[] = [];
beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
});
afterAll(() => workers?.close());
beforeEach(async () => {
  clock = movableClock();
  for (const name of ['lamps', 'compactions']) await workers.database.collection(name).deleteMany({});
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

function replica(over: { perSecond?: number; lookEveryMs?: number } = {}): Compactor {
  const given = {
    database: workers.database,
    worker: 'lamps',
    collection: 'lamps',
    log: workers.log,
    metrics: workers.metrics,
  };
  const pace = { afterDays: 180, perSecond: 10_000, lookEveryMs: DAY_MS };
  const one = startCompactor({ ...given, ...pace, now: clock.now, ...over });
  running.push(one);
  return one;
}

const lampsChanged = (...daysAgo: readonly number[]) =>
  workers.database.collection<{ _id: string }>('lamps').insertMany(
    daysAgo.map((days) => ({
      ...{ _id: uuidv7(), revision: 1, handled: { [uuidv7()]: [] }, hops: {} },
      changedAt: new Date(clock.now().getTime() - days * DAY_MS),
    })),
  );
const compacted = () => workers.database.collection('lamps').countDocuments({ compacted: { $exists: true } });

test('the first walk is a day after the first start, since others may still run the version before', async () => {
  await lampsChanged(200, 181, 178);
  const one = replica();
  expect(await one.walk()).toBe(0);
  clock.advance(DAY_MS);
  expect(await one.walk()).toBe(2);
  expect(await compacted()).toBe(2);
});

test('of several replicas one walks at a time; the next walk is an hour later and begins where that one ended', async () => {
  const [one, other] = [replica(), replica()];
  await one.walk();
  clock.advance(DAY_MS);
  await lampsChanged(...Array.from({ length: 200 }, () => 190));
  const counts = await Promise.all([one.walk(), other.walk()]);
  expect(counts.toSorted((a, b) => a - b)).toEqual([0, 200]);

  await lampsChanged(185);
  expect(await other.walk()).toBe(0);
  clock.advance(3_600_001);
  await lampsChanged(300);
  expect(await other.walk()).toBe(1);
});

test('a walk that is broken off is gone on with by another at once, or when its time is up', async () => {
  const [slow, other] = [replica({ perSecond: 50 }), replica()];
  await slow.walk();
  clock.advance(DAY_MS);
  await lampsChanged(...Array.from({ length: 120 }, (_, n) => 300 - n / 10));
  const walk = slow.walk();
  await eventually('the first step is done', async () => (await compacted()) >= 50);
  expect(await other.walk()).toBe(0);
  await slow.close();
  await walk;
  const done = await compacted();
  clock.advance(1);
  expect(done + (await other.walk())).toBe(120);
});

test('it walks by itself, and says how many', async () => {
  await replica().walk();
  clock.advance(DAY_MS);
  await lampsChanged(200);
  const counted = async () =>
    (await workers.metrics.compacted.get()).values.find(({ labels }) => labels.worker === 'lamps')?.value ?? 0;
  const before = await counted();
  replica({ lookEveryMs: 20 });
  await eventually('it is compacted', async () => (await compacted()) === 1);
  // The store has it a moment before whoever wrote it knows.
  await eventually('it is counted', async () => (await counted()) === before + 1);
});
