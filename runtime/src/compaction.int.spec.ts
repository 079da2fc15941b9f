import type { OrderflowEvent } from '@orderflow/contracts';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { startWorkerFixture, type WorkerFixture } from '../testing/index.ts';
import { type Compacted, type CompactionStep, compacting } from './compaction.ts';
import { aggregateModel, mongooseAggregates, PermanentError, unpacked } from './index.ts';

interface Lamp {
  readonly status: 'lit' | 'dark';
  readonly until?: string;
}
type StoredLamp = { _id: string; handled: object; hops: object; relayed?: object[]; compacted?: Compacted };

const LONG_AGO = new Date('2026-01-01T12:00:00.000Z');
const BEFORE = new Date('2026-06-01T00:00:00.000Z');
const NOW = new Date('2026-12-01T00:00:00.000Z');

let workers: WorkerFixture;
let aggregates: ReturnType<typeof lampsOf>;
let model: ReturnType<typeof aggregateModel<Lamp>>;
beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
  aggregates = lampsOf();
});
afterAll(() => workers?.close());

function lampsOf() {
  model = aggregateModel<Lamp>(workers.database, 'lamps', { status: String, until: String });
  return mongooseAggregates<Lamp>(model);
}
const documents = () => workers.database.collection<StoredLamp>('lamps');
beforeEach(() => documents().deleteMany({}));

const lit = {
  id: 'said-1',
  type: 'lamp.lit',
  data: { by: 'Zaphod', times: 1, share: 0.5 },
} as unknown as OrderflowEvent;
const placed = { id: 'said-0', type: 'lamp.placed', data: {} } as unknown as OrderflowEvent;
const call = { to: 'mains', operation: 'on', at: LONG_AGO, ms: 1.5 };
const record = { type: 'lamp.asked', at: LONG_AGO, ms: 2, attempt: 2, calls: [call] };
const MARKS = {
  handled: { 'event-1': [lit], 'event-2': [] },
  hops: { 'event-1': record, 'event-2': { ...record, ignored: 'it is lit' } },
  relayed: [placed],
};

async function stored(over: object = {}): Promise<string> {
  const _id = uuidv7();
  await documents().insertOne({ _id, status: 'lit', revision: 3, changedAt: LONG_AGO, ...MARKS, ...over } as never);
  return _id;
}

async function compact(over: Partial<Parameters<typeof compacting>[1]> = {}): Promise<CompactionStep[]> {
  const given = { from: new Date(0), before: BEFORE, now: NOW, ...over };
  return Array.fromAsync(compacting(workers.database.collection('lamps'), given));
}
const find = async (_id: string) => (await documents().findOne({ _id })) as StoredLamp;
const record3 = { type: 'lamp.asked', at: NOW, ms: 1, attempt: 1 };
/** Handles the third event. False: somebody else was faster. */
const darkened = (id: string, from: Awaited<ReturnType<typeof aggregates.load>>) =>
  aggregates.commit({ id, from, to: { status: 'dark' }, eventId: 'event-3', say: [placed], record: record3 });

describe('a document to which nobody has written for long', () => {
  test('has its marks in one field, whole, and is otherwise as it was', async () => {
    const _id = await stored();
    const before = await find(_id);

    expect(await compact()).toEqual([{ upTo: LONG_AGO, read: 1, done: 1, left: [] }]);

    const after = await find(_id);
    expect(after).toMatchObject({ handled: {}, hops: {}, revision: 3, changedAt: LONG_AGO, compacted: { at: NOW } });
    expect(after.relayed).toBeUndefined();
    expect(unpacked(after)).toEqual(before);
  });

  test('still answers for each event whether it was handled, and with which facts', async () => {
    const _id = await stored();
    await compact();

    expect(await aggregates.load(_id, 'event-1')).toEqual({ revision: 3, state: { status: 'lit' }, said: [lit] });
    expect((await aggregates.load(_id, 'event-2'))?.said).toEqual([]);
    expect(await aggregates.load(_id, 'event-3')).toMatchObject({ said: undefined });
  });

  test('handles what comes later, which is compacted with the rest when it is old too', async () => {
    const _id = await stored();
    await compact();
    const from = await aggregates.load(_id, 'event-3');
    expect(await darkened(_id, from)).toBe(true);
    expect((await aggregates.load(_id, 'event-1'))?.said).toEqual([lit]);
    expect((await aggregates.load(_id, 'event-3'))?.said).toEqual([placed]);

    expect((await compact()).length).toBe(0);
    const later = new Date(NOW.getTime() + 1);
    expect(await compact({ before: later })).toMatchObject([{ done: 1 }]);
    const after = await find(_id);
    expect(after.handled).toEqual({});
    expect(Object.keys(unpacked(after).handled)).toEqual(['event-1', 'event-2', 'event-3']);
    expect((await aggregates.load(_id, 'event-1'))?.said).toEqual([lit]);
  });

  test('is written once: another walk finds nothing to do', async () => {
    const _id = await stored();
    await compact();
    const before = await find(_id);
    expect(await compact({ now: new Date() })).toMatchObject([{ read: 1, done: 0 }]);
    expect(await find(_id)).toEqual(before);
  });

  test('is found however many were last written in the same moment', async () => {
    for (let n = 0; n < 120; n++) await stored();
    expect((await compact()).map(({ done }) => done)).toEqual([50, 50, 20]);
  });

  test('is found once, wherever others of its moment are cut off from it', async () => {
    const moments = [...Array.from({ length: 45 }, (_, n) => n), ...Array(30).fill(100), ...Array(30).fill(101), 102];
    for (const ms of moments) await stored({ changedAt: new Date(LONG_AGO.getTime() + ms) });
    const steps = await compact();
    expect(steps.reduce((sum, { read }) => sum + read, 0)).toBe(106);
    expect(await documents().countDocuments({ compacted: { $exists: true } })).toBe(106);
    expect(await compact({ from: steps.at(-1)?.upTo as Date })).toMatchObject([{ read: 1, done: 0 }]);
  });

  test('is left alone while it waits for a deadline, as are those that were written a while ago only', async () => {
    const waiting = await stored({ due: new Date('2027-01-01T00:00:00Z') });
    const young = await stored({ changedAt: BEFORE });
    expect(await compact()).toEqual([]);
    for (const one of [waiting, young]) expect(await find(one)).toMatchObject(MARKS);
  });

  test('is left alone where its marks would not come back as they are', async () => {
    const odd = { 'event-1': [{ ...lit, data: { since: { $date: 'of old' } } }] };
    const _id = await stored({ handled: odd });
    expect(await compact()).toMatchObject([{ done: 0, left: [_id] }]);
    expect(await find(_id)).toMatchObject({ handled: odd });
  });
});

describe('whoever writes to a document while it is compacted wins:', () => {
  /** Both read the same document; the other one writes first. */
  async function overtaken(_id: string, write: () => Promise<unknown>): Promise<CompactionStep[]> {
    const collection = workers.database.collection('lamps');
    const between = {
      find: collection.find.bind(collection),
      bulkWrite: async (...args: Parameters<typeof collection.bulkWrite>) => {
        await write();
        return collection.bulkWrite(...args);
      },
    } as unknown as typeof collection;
    return Array.fromAsync(compacting(between, { from: new Date(0), before: BEFORE, now: NOW }));
  }

  test('an event that is handled meanwhile keeps its mark', async () => {
    const _id = await stored();
    const from = await aggregates.load(_id, 'event-3');
    expect(await overtaken(_id, () => darkened(_id, from))).toMatchObject([{ done: 0 }]);
    expect(Object.keys((await find(_id)).handled)).toEqual(['event-1', 'event-2', 'event-3']);
  });

  test('an event that changes nothing meanwhile keeps its mark', async () => {
    const _id = await stored();
    const from = await aggregates.load(_id, 'event-3');
    if (!from) throw new Error('It is there');
    const ignore = () => aggregates.ignore({ id: _id, from, eventId: 'event-3', record: record3 });
    expect(await overtaken(_id, ignore)).toMatchObject([{ done: 0 }]);
    expect(Object.keys((await find(_id)).handled)).toEqual(['event-1', 'event-2', 'event-3']);
  });

  test('a fact that leaves the outbox meanwhile stays on record', async () => {
    const _id = await stored();
    const relay = () => documents().updateOne({ _id }, { $push: { relayed: lit } as never });
    expect(await overtaken(_id, relay)).toMatchObject([{ done: 0 }]);
    expect((await find(_id)).relayed).toEqual([placed, lit]);
  });

  test('a handler that has read the document before commits all the same', async () => {
    const _id = await stored();
    const from = await aggregates.load(_id, 'event-3');
    await compact();
    expect(await darkened(_id, from)).toBe(true);
    expect(Object.keys(unpacked(await find(_id)).handled)).toEqual(['event-1', 'event-2', 'event-3']);
  });
});

test('an erasure takes a person out of compacted marks too', async () => {
  const _id = await stored();
  await compact();
  const fact = (event: OrderflowEvent) => ({ ...event, data: {} }) as OrderflowEvent;
  const erased = { ...record3, type: 'lamp.erased' };
  await aggregates.erase(_id, { eventId: 'erase-1', state: (lamp) => lamp, fact, record: erased });

  const after = await find(_id);
  expect(after.compacted).toBeUndefined();
  expect(JSON.stringify(after)).not.toContain('Zaphod');
  expect(after).toMatchObject({ handled: { 'event-1': [{ id: 'said-1' }], 'event-2': [], 'erase-1': [] } });
});

test('an erasure leaves nothing of marks that are compacted while it is under way', async () => {
  const _id = await stored();
  await documents().updateOne({ _id }, { $unset: { relayed: 1 } });
  const { collection } = model;
  const write = collection.updateOne;
  // It has read the document, and writes it next.
  collection.updateOne = (async (...args: Parameters<typeof write>) => {
    collection.updateOne = write;
    expect(await compact()).toMatchObject([{ done: 1 }]);
    return collection.updateOne(...args);
  }) as typeof write;
  const fact = (event: OrderflowEvent) => ({ ...event, data: {} }) as OrderflowEvent;
  const erased = { ...record3, type: 'lamp.erased' };
  await aggregates.erase(_id, { eventId: 'erase-1', state: (lamp) => lamp, fact, record: erased });

  const after = await find(_id);
  expect(after.compacted).toBeUndefined();
  expect(Object.keys(after.handled)).toEqual(['event-1', 'event-2', 'erase-1']);
});

test('marks that are damaged are a permanent error, and no reason to take an event for unhandled', async () => {
  const _id = await stored();
  await compact();
  await documents().updateOne({ _id }, { $set: { 'compacted.marks': Buffer.from('no gzip') } as never });
  await expect(aggregates.load(_id, 'event-1')).rejects.toThrow(PermanentError);
  await expect(aggregates.load(_id, 'event-1')).rejects.toThrow('Compacted marks cannot be read');
});
