import type { OrderflowEvent } from '@orderflow/contracts';
import { newId } from '@orderflow/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { startWorkerFixture, type WorkerFixture } from '../testing/index.ts';
import { type Archive, type Archived, archiveOf } from './archive.ts';
import { archiving, tidy } from './archiving.ts';
import { compacting } from './compaction.ts';
import type { Erasure } from './erasure.ts';
import { aggregateModel, mongooseAggregates, PermanentError, unarchived } from './index.ts';

interface Lamp {
  readonly status: 'lit' | 'dark';
  readonly owner?: string;
}
type StoredLamp = { _id: string; revision: number; status: string; changedAt: Date; handled: object };

const DAY_MS = 86_400_000;
const LONG_AGO = new Date(Date.now() - 400 * DAY_MS);
const BEFORE = new Date(Date.now() - 365 * DAY_MS);

let workers: WorkerFixture;
let lamps: ReturnType<typeof lampsOf>;
let archive: Archive;
beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  lamps = lampsOf();
});
afterAll(() => workers?.close());
beforeEach(async () => {
  for (const name of ['lamps', 'archive_lamps']) await workers.database.collection(name).deleteMany({});
});

function lampsOf() {
  const model = aggregateModel<Lamp>(workers.database, 'lamps', { status: String, owner: String });
  archive = archiveOf(model as never, {
    kept: ({ owner }) => ({ owner }),
    indexes: [{ owner: 1 }],
    only: { owner: { $ne: 'nobody' } },
  });
  return mongooseAggregates<Lamp>(model);
}
const hot = () => workers.database.collection<StoredLamp>('lamps');
const archived = () => workers.database.collection<Archived & { _id: string }>('archive_lamps');

const said = (id: string) =>
  ({ id, type: 'lamp.lit', data: { by: 'Zaphod', share: 0.5 } }) as unknown as OrderflowEvent;
const record = { type: 'lamp.asked', at: LONG_AGO, ms: 2, attempt: 1 };
const MARKS = {
  handled: { 'event-1': [said('said-1')], 'event-2': [] },
  hops: { 'event-1': record, 'event-2': { ...record, ignored: 'it is lit' } },
  relayed: [said('said-0')],
};
const now = () => ({ ...record, at: new Date() });

async function stored(over: object = {}): Promise<string> {
  const _id = newId(LONG_AGO);
  const state = { status: 'lit', owner: 'Zaphod', revision: 3, changedAt: LONG_AGO };
  await hot().insertOne({ _id, ...state, ...MARKS, ...over } as never);
  return _id;
}
const move = (given: Archive = archive) =>
  Array.fromAsync(archiving(given, { from: new Date(0), before: BEFORE, now: new Date() }));
const isHere = async (_id: string) => (await hot().findOne({ _id })) !== null;
const isArchived = async (_id: string) => (await archived().findOne({ _id })) !== null;
const placesOf = async (_id: string) => ({ here: await isHere(_id), archived: await isArchived(_id) });
const HERE = { here: true, archived: false };
const ARCHIVED = { here: false, archived: true };

async function darken(id: string, eventId = 'event-3') {
  const from = await lamps.load(id, eventId);
  return lamps.commit({
    id,
    from,
    to: { ...from?.state, status: 'dark' },
    eventId,
    say: [said('said-3')],
    record: now(),
  });
}
const erasure = (over: Partial<Erasure<Lamp>> = {}): Erasure<Lamp> => ({
  eventId: 'erase-1',
  state: ({ status }) => ({ status }),
  fact: (event) => ({ ...event, data: {} }) as OrderflowEvent,
  record: now(),
  ...over,
});

describe('a document to which nobody has written for very long', () => {
  test('is moved to the archive of its collection, whole, with what it is searched by', async () => {
    const _id = await stored();
    const before = await hot().findOne({ _id });
    expect(await move()).toEqual([{ upTo: LONG_AGO, read: 1, done: 1, left: [] }]);

    expect(await placesOf(_id)).toEqual(ARCHIVED);
    const found = (await archived().findOne({ _id })) as unknown as Archived & { owner: string };
    expect(unarchived(found)).toEqual(before);
    expect(found).toMatchObject({ owner: 'Zaphod', revision: 3 });
    expect(found.movingAt).toBeUndefined();
    expect(await archive.search({ owner: 'Zaphod' }, 10)).toEqual([before]);
  });

  test('is moved whole where its marks are compacted', async () => {
    const _id = await stored();
    const before = await hot().findOne({ _id });
    for await (const step of compacting(workers.database.collection('lamps'), {
      from: new Date(0),
      before: BEFORE,
      now: new Date(),
    }))
      expect(step.done).toBe(1);
    await move();
    expect(await archive.find(_id)).toEqual(before);
  });

  test('still answers whether an event was handled, and with which facts, and stays where it is', async () => {
    const _id = await stored();
    await move();
    const state = { status: 'lit', owner: 'Zaphod' };
    expect(await lamps.load(_id, 'event-1')).toEqual({ revision: 3, state, said: [said('said-1')] });
    expect((await lamps.load(_id, 'event-2'))?.said).toEqual([]);
    expect(await lamps.load(_id, 'event-3')).toEqual({ revision: 3, state, said: undefined });
    expect(await placesOf(_id)).toEqual(ARCHIVED);
  });

  const writes: Record<string, (id: string) => Promise<unknown>> = {
    'an event that changes it': (id) => darken(id),
    'an event that changes nothing': async (id) => {
      const from = (await lamps.load(id, 'event-3')) as NonNullable<Awaited<ReturnType<typeof lamps.load>>>;
      return lamps.ignore({ id, from, eventId: 'event-3', record: now() });
    },
    'an intent': async (id) => {
      const from = await lamps.load(id, 'event-3');
      await lamps.checkpoint({ id, from, to: { status: 'dark' }, at: new Date() });
      return true;
    },
    'a command': async (id) => {
      const from = (await lamps.load(id)) as NonNullable<Awaited<ReturnType<typeof lamps.load>>>;
      return lamps.amend({ id, from, to: { status: 'dark' }, say: [said('said-3')], at: new Date() });
    },
  };
  test.each(Object.entries(writes))('comes back for %s, with all its marks', async (_, write) => {
    const _id = await stored();
    await move();
    expect(await write(_id)).toBe(true);
    expect(await placesOf(_id)).toEqual(HERE);
    const found = (await hot().findOne({ _id })) as StoredLamp & typeof MARKS;
    expect(found).toMatchObject({ relayed: MARKS.relayed, handled: MARKS.handled, hops: MARKS.hops });
    expect(found.changedAt.getTime()).toBeGreaterThan(BEFORE.getTime());
    expect((await lamps.load(_id, 'event-1'))?.said).toEqual([said('said-1')]);
  });

  test('is not put beside: whoever would add it finds that it is there', async () => {
    const _id = await stored();
    await move();
    const commit = { id: _id, from: null, to: { status: 'dark' } as const, eventId: 'event-3', say: [], record: now() };
    expect(await lamps.commit(commit)).toBe(false);
    expect(await placesOf(_id)).toEqual(ARCHIVED);
    expect(await lamps.commit({ ...commit, id: newId(LONG_AGO) })).toBe(true);
  });

  test('that came back is moved again when it is old again', async () => {
    const _id = await stored();
    await move();
    await darken(_id);
    expect(await move()).toEqual([]);
    await hot().updateOne({ _id }, { $set: { changedAt: LONG_AGO } });
    expect(await move()).toMatchObject([{ done: 1 }]);
    expect(await placesOf(_id)).toEqual(ARCHIVED);
    expect((await lamps.load(_id, 'event-3'))?.said).toEqual([said('said-3')]);
  });

  test('stays while it waits for a deadline or its outbox, is younger, is wanted, or would not come back as it is', async () => {
    const staying = [
      await stored({ due: new Date(Date.now() + DAY_MS) }),
      await stored({ outbox: [said('said-9')], outboxAt: LONG_AGO }),
      await stored({ changedAt: BEFORE }),
      await stored({ owner: 'nobody' }),
    ];
    const young = newId(new Date(Date.now() - 29.5 * DAY_MS));
    await hot().insertOne({ _id: young, status: 'lit', revision: 1, changedAt: LONG_AGO, ...MARKS } as never);
    const damaged = await stored({ compacted: { at: LONG_AGO, marks: Buffer.from('no gzip') } });
    const left = (await move()).flatMap((step) => step.left);
    expect(left).toEqual([damaged]);
    for (const one of [...staying, young, damaged]) expect(await placesOf(one), one).toEqual(HERE);
  });
});

describe('an erasure', () => {
  test('brings an archived document back and leaves nothing of a person in either place', async () => {
    const _id = await stored();
    await move();
    expect(await lamps.erase(_id, erasure())).toMatchObject({ revision: 4 });
    expect(await placesOf(_id)).toEqual(HERE);
    const left = JSON.stringify(await hot().findOne({ _id }));
    expect(left).not.toContain('Zaphod');
    expect(left).toContain('said-1');
  });

  test('takes away the copy that a move left that broke off', async () => {
    const _id = await stored();
    await brokenOff(_id, 'deleted');
    expect(await placesOf(_id)).toEqual({ here: true, archived: true });
    await lamps.erase(_id, erasure());
    expect(await placesOf(_id)).toEqual(HERE);
  });

  test('that comes while it is moved leaves nothing of a person behind', async () => {
    const _id = await stored();
    expect(await move(between('bulkWrite', 1, () => lamps.erase(_id, erasure())))).toMatchObject([{ done: 0 }]);
    expect(await placesOf(_id)).toEqual(HERE);
    expect(JSON.stringify(await hot().findOne({ _id }))).not.toContain('Zaphod');
  });
});

/** The archive, where something happens before the nth of these operations on either collection. */
function between(operation: 'bulkWrite' | 'find', nth: number, happens: () => Promise<unknown>): Archive {
  let count = 0;
  const watched = (collection: Archive['hot']) =>
    new Proxy(collection, {
      get: (target, name) => {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        if (name !== operation) return value.bind(target);
        if (operation === 'bulkWrite')
          return async (...args: unknown[]) => {
            if (count++ === nth) await happens();
            return value.apply(target, args);
          };
        return (...args: unknown[]) => ({
          toArray: async () => {
            if (count++ === nth) await happens();
            return value.apply(target, args).toArray();
          },
        });
      },
    });
  return { ...archive, hot: watched(archive.hot), collection: watched(archive.collection as never) as never };
}

/** A process dies before it writes this. */
async function brokenOff(_id: string, before: 'copied' | 'deleted' | 'noted'): Promise<void> {
  const nth = ['copied', 'deleted', 'noted'].indexOf(before);
  const dies = () => Promise.reject(new Error('it dies'));
  await expect(move(between('bulkWrite', nth, dies))).rejects.toThrow('it dies');
}

const lastTidied = () => tidy(archive, {});

describe('when a move is broken off', () => {
  test.each([
    ['copied', HERE],
    ['deleted', ARCHIVED],
    ['noted', ARCHIVED],
  ] as const)('before it is %s, it answers from one place, and is in one once that is tidied', async (at, tidied) => {
    const _id = await stored();
    const before = await hot().findOne({ _id });
    await brokenOff(_id, at);
    expect(await lamps.load(_id, 'event-1')).toMatchObject({ said: [said('said-1')] });
    const seen = [...(await archive.search({ owner: 'Zaphod' }, 10)), await hot().findOne({ _id })];
    expect(seen.filter((one) => one !== null)).toEqual([before]);

    await lastTidied();
    expect(await placesOf(_id)).toEqual(tidied);
    expect((await archived().findOne({ _id }))?.movingAt).toBeUndefined();
    await move();
    expect(await placesOf(_id)).toEqual(ARCHIVED);
    expect(await archive.find(_id)).toEqual(before);
  });

  test.each(['copied', 'deleted', 'noted'] as const)(
    'before it is %s, an event that comes then is handled once, and counts',
    async (at) => {
      const _id = await stored();
      await brokenOff(_id, at);
      expect(await darken(_id)).toBe(true);
      await lastTidied();
      expect(await placesOf(_id)).toEqual(HERE);
      expect(await lamps.load(_id, 'event-3')).toMatchObject({ state: { status: 'dark' }, said: [said('said-3')] });
      expect((await lamps.load(_id, 'event-1'))?.said).toEqual([said('said-1')]);
    },
  );
});

describe('an event that comes while a document is moved wins:', () => {
  test.each([
    ['before it is copied', 'bulkWrite', 0, HERE],
    ['before it is deleted', 'bulkWrite', 1, HERE],
    ['before that is noted', 'bulkWrite', 2, HERE],
    ['before the archive is looked at', 'find', 1, HERE],
    ['before the collection is looked at', 'find', 2, HERE],
  ] as const)('%s', async (_, operation, nth, places) => {
    const _id = await stored();
    await move(between(operation, nth, () => darken(_id)));
    expect(await lamps.load(_id, 'event-3')).toMatchObject({ state: { status: 'dark' }, said: [said('said-3')] });
    expect((await lamps.load(_id, 'event-1'))?.said).toEqual([said('said-1')]);
    await lastTidied();
    expect(await placesOf(_id)).toEqual(places);
    expect(await lamps.load(_id, 'event-3')).toMatchObject({ state: { status: 'dark' }, revision: 4 });
  });

  test('two that come for an archived document at once are both handled', async () => {
    const _id = await stored();
    await move();
    const [one, other] = await Promise.all([darken(_id, 'event-3'), darken(_id, 'event-4')]);
    expect([one, other]).toContain(true);
    if (!one) expect(await darken(_id, 'event-3')).toBe(true);
    if (!other) expect(await darken(_id, 'event-4')).toBe(true);
    for (const event of ['event-1', 'event-2', 'event-3', 'event-4'])
      expect((await lamps.load(_id, event))?.said, event).toBeDefined();
    await lastTidied();
    expect(await placesOf(_id)).toEqual(HERE);
  });

  test('a process that fell asleep over its copy undoes nothing', async () => {
    const _id = await stored();
    const meanwhile = async () => {
      await move();
      await darken(_id);
    };
    await move(between('bulkWrite', 0, meanwhile));
    expect(await placesOf(_id)).toEqual(HERE);
    expect(await lamps.load(_id, 'event-3')).toMatchObject({ state: { status: 'dark' }, revision: 4 });
  });

  test('a process that fell asleep before it deletes loses nothing that was archived and came back', async () => {
    const _id = await stored();
    const meanwhile = async () => {
      await lastTidied();
      expect(await placesOf(_id)).toEqual(ARCHIVED);
      await archive.restore(_id);
    };
    await move(between('bulkWrite', 1, meanwhile));
    expect(await placesOf(_id)).toEqual(HERE);
    expect((await lamps.load(_id, 'event-1'))?.said).toEqual([said('said-1')]);
  });

  test('a document that comes back while it is looked for is found', async () => {
    const _id = await stored();
    await move();
    const { findOne } = archive.collection;
    const look = vi.spyOn(archive.collection, 'findOne').mockImplementationOnce((async (filter: object) => {
      await archive.restore(_id);
      return findOne.call(archive.collection, filter as never);
    }) as never);
    expect((await lamps.load(_id, 'event-1'))?.said).toEqual([said('said-1')]);
    look.mockRestore();
  });

  test('what another process tidies meanwhile is not lost', async () => {
    const _id = await stored();
    await move(between('bulkWrite', 1, lastTidied));
    expect(await placesOf(_id)).toEqual(ARCHIVED);
    expect((await lamps.load(_id, 'event-1'))?.said).toEqual([said('said-1')]);
  });
});

test('an id that is younger than anything archived is looked for in one place', async () => {
  const looks = vi.spyOn(archive.collection, 'findOne');
  await lamps.load(newId(new Date(Date.now() - 28 * DAY_MS)), 'event-1');
  expect(looks).not.toHaveBeenCalled();
  await lamps.load(newId(LONG_AGO), 'event-1');
  expect(looks).toHaveBeenCalledOnce();
  looks.mockRestore();
});

test('an archived document that is damaged is a permanent error, and no reason to take an event for unhandled', async () => {
  const _id = await stored();
  await move();
  await archived().updateOne({ _id }, { $set: { packed: Buffer.from('no gzip') as never } });
  await expect(lamps.load(_id, 'event-1')).rejects.toThrow(PermanentError);
  await expect(lamps.load(_id, 'event-1')).rejects.toThrow('An archived document cannot be read');
});
