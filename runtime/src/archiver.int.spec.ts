import { newId } from '@orderflow/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { type Clock, movableClock, startWorkerFixture, type WorkerFixture } from '../testing/index.ts';
import { type Archived, archiveOf } from './archive.ts';
import { archiveAfterDays, startArchiver } from './archiver.ts';
import { aggregateModel } from './index.ts';
import type { Walker } from './walker.ts';

const DAY_MS = 86_400_000;

let workers: WorkerFixture;
let clock: Clock;
const running: Walker[] = [];
beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
});
afterAll(() => workers?.close());
beforeEach(async () => {
  clock = movableClock();
  for (const name of ['lamps', 'archive_lamps', 'archivings']) await workers.database.collection(name).deleteMany({});
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

const archive = () =>
  archiveOf((workers.database.models.lamps ?? aggregateModel(workers.database, 'lamps', {})) as never);
function replica(afterDays: number | undefined): Walker {
  const { database, log, metrics } = workers;
  const given = { database, worker: 'lamps', collection: 'lamps', log, metrics, now: clock.now };
  const one = startArchiver({ ...given, archive: archive(), afterDays, perSecond: 10_000, lookEveryMs: DAY_MS });
  running.push(one);
  return one;
}
const lampsChanged = (...daysAgo: readonly number[]) =>
  workers.database.collection<{ _id: string }>('lamps').insertMany(
    daysAgo.map((days) => {
      const changedAt = new Date(clock.now().getTime() - days * DAY_MS);
      return { _id: newId(changedAt), revision: 1, handled: { [newId()]: [] }, hops: {}, changedAt };
    }),
  );
const archived = () => workers.database.collection<Archived>('archive_lamps');
const counted = async () =>
  (await workers.metrics.archived.get()).values.find(({ labels }) => labels.worker === 'lamps')?.value ?? 0;

test('what nobody has written to for so many days is archived, from a day after the first start, and counted', async () => {
  await lampsChanged(800, 731, 728);
  const one = replica(730);
  const before = await counted();
  expect(await one.walk()).toBe(0);
  clock.advance(DAY_MS);
  expect(await one.walk()).toBe(2);
  expect(await archived().countDocuments({})).toBe(2);
  expect((await counted()) - before).toBe(2);
});

test('nothing is where it is off, but a move that broke off is ended once nobody can be at it', async () => {
  await lampsChanged(800);
  await replica(730).walk();
  clock.advance(DAY_MS);
  await replica(730).walk();
  const movedAt = clock.now();
  await archived().updateMany({}, { $set: { movingAt: movedAt } });
  await lampsChanged(800);
  const one = replica(undefined);
  clock.advance(3_600_001);
  expect(await one.walk()).toBe(0);
  expect(await archived().countDocuments({})).toBe(1);
  expect(await archived().countDocuments({ movingAt: { $exists: true } })).toBe(0);

  await archived().updateMany({}, { $set: { movingAt: new Date(clock.now().getTime() + 3_600_000) } });
  clock.advance(3_600_001);
  await one.walk();
  expect(await archived().countDocuments({ movingAt: { $exists: true } })).toBe(1);
});

describe('ARCHIVE_AFTER_DAYS', () => {
  test('is never by default, or any time after documents are compacted and thirty days old', () => {
    expect(archiveAfterDays({ ARCHIVE_AFTER_DAYS: 0, COMPACT_AFTER_DAYS: 180 })).toBeUndefined();
    expect(archiveAfterDays({ ARCHIVE_AFTER_DAYS: 181, COMPACT_AFTER_DAYS: 180 })).toBe(181);
    expect(archiveAfterDays({ ARCHIVE_AFTER_DAYS: 31, COMPACT_AFTER_DAYS: 1 })).toBe(31);
  });

  test.each([
    [180, 180, 181],
    [30, 1, 31],
  ])(
    '%i with %i days before documents are compacted stops the start, and says what it wants',
    (days, compact, least) => {
      const given = { ARCHIVE_AFTER_DAYS: days, COMPACT_AFTER_DAYS: compact };
      expect(() => archiveAfterDays(given)).toThrow(
        `ARCHIVE_AFTER_DAYS is ${days}; it must be 0 (never), or ${least} and more`,
      );
    },
  );
});
