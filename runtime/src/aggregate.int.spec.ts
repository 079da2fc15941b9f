import type { EventDefinition, OrderflowEvent } from '@orderflow/contracts';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startWorkerFixture, type WorkerFixture } from '../testing/index.ts';
import type { Erasure } from './erasure.ts';
import { aggregateModel, erasing, type HandlerContext, mongooseAggregates, TransientError } from './index.ts';

interface Lamp {
  readonly status: 'lit' | 'dark';
  readonly until?: string;
  readonly room: string;
}

let workers: WorkerFixture;
beforeAll(async () => {
  workers = await startWorkerFixture(inject('infrastructure'));
});
afterAll(() => workers?.close());

let made: ReturnType<typeof makeLamps> | undefined;
const lamps = () => {
  made ??= makeLamps();
  return made;
};

/** Lamps of which an earlier version stored `burning` for `lit`. */
function makeLamps() {
  const model = aggregateModel<Lamp>(workers.database, 'lamps', { status: String, until: String, room: String });
  const aggregates = mongooseAggregates<Lamp>(model, {
    deadlineOf: (lamp) => (lamp.status === 'lit' && lamp.until ? { name: 'out', at: new Date(lamp.until) } : null),
    upcast: (stored) => ((stored.status as string) === 'burning' ? { ...stored, status: 'lit' } : stored),
  });
  const documents = workers.database.collection<{ _id: string; status: string; due?: Date }>('lamps');
  return { aggregates, documents };
}

test('a state of an earlier version is read as this one knows it, and written as it is changed', async () => {
  const { aggregates, documents } = lamps();
  const [id, until] = [uuidv7(), '2026-01-01T12:00:00.000Z'];
  const stored = { _id: id, status: 'burning', until, room: 'hall', revision: 1, handled: {}, hops: {} };
  await documents.insertOne({ ...stored, due: new Date(until) });

  const loaded = await aggregates.load(id);
  expect(loaded).toMatchObject({ revision: 1, state: { status: 'lit', room: 'hall' } });
  const due = await aggregates.claimDue(new Date('2026-01-01T12:00:01.000Z'), 1_000);
  expect(due).toMatchObject({ id, deadline: { name: 'out' } });

  if (!loaded) throw new Error('It is there');
  const at = new Date();
  expect(await aggregates.amend({ id, from: loaded, to: { ...loaded.state, room: 'attic' }, say: [], at })).toBe(true);
  expect(await documents.findOne({ _id: id })).toMatchObject({ status: 'burning', room: 'attic' });
  const moved = await aggregates.load(id);
  if (!moved) throw new Error('It is there');
  expect(await aggregates.amend({ id, from: moved, to: { ...moved.state, status: 'dark' }, say: [], at })).toBe(true);
  expect(await documents.findOne({ _id: id })).toMatchObject({ status: 'dark', room: 'attic' });
});

test('a field that follows from the state is written when it changes, and never loaded', async () => {
  interface Book {
    readonly title: string;
    readonly lent: boolean;
  }
  const model = aggregateModel<Book>(workers.database, 'books', { title: String, lent: Boolean, words: [String] });
  let made = 0;
  const aggregates = mongooseAggregates<Book>(model, {
    derived: {
      names: ['words'],
      of: (before, { title }) => {
        if (before?.title === title) return {};
        made += 1;
        return { words: title.toLowerCase().split(' ') };
      },
    },
  });
  const [id, at] = [uuidv7(), new Date()];
  const stored = () => model.collection.findOne({ _id: id } as never);
  const record = { type: 'x', at, ms: 1, attempt: 1 };
  const commit = async (to: Book) => {
    const from = await aggregates.load(id);
    expect(await aggregates.commit({ id, from, to, eventId: uuidv7(), say: [], record })).toBe(true);
  };

  await commit({ title: 'Far From', lent: false });
  expect(await stored()).toMatchObject({ words: ['far', 'from'] });
  expect((await aggregates.load(id))?.state).toEqual({ title: 'Far From', lent: false });
  await commit({ title: 'Far From', lent: true });
  expect(await stored()).toMatchObject({ lent: true, words: ['far', 'from'] });
  await commit({ title: 'Far Away', lent: true });
  expect(await stored()).toMatchObject({ words: ['far', 'away'] });
  expect(made).toBe(2);
});

describe('a document that is erased', () => {
  const said = { id: 'said-1', type: 'lamp.lit', data: { by: 'Zaphod' } } as unknown as OrderflowEvent;
  const at = new Date('2026-01-01T12:00:00.000Z');
  const erasure: Erasure<Lamp> = {
    eventId: 'erase-1',
    state: (lamp) => ({ ...lamp, room: 'erased' }),
    fact: (event) => ({ ...event, data: {} }),
    record: { type: 'lamp.erased', at, ms: 0, attempt: 1 },
  };
  /** Of Zaphod, in every field that the runtime keeps. */
  const stored = async (over: object = {}) => {
    const { aggregates, documents } = lamps();
    const _id = uuidv7();
    const failed = {
      at: at.toISOString(),
      error: 'no Zaphod',
      calls: [{ to: 'x', operation: 'y', at, ms: 1, error: 'Zaphod' }],
    };
    const hops = { 'event-1': { type: 'lamp.asked', at, ms: 1, attempt: 2, failures: [failed] } };
    const marks = { revision: 1, handled: { 'event-1': [said] }, hops, relayed: [said], changedAt: at };
    await documents.insertOne({ _id, status: 'lit', room: 'Zaphod’s', ...marks, ...over } as never);
    return { _id, aggregates, find: () => documents.findOne({ _id }) };
  };

  test('has nothing of it in its state, its facts or what its calls said, and its marks', async () => {
    const { _id, aggregates, find } = await stored();

    expect(await aggregates.erase(_id, erasure)).toMatchObject({
      revision: 2,
      state: { status: 'lit', room: 'erased' },
    });

    const document = await find();
    expect(JSON.stringify(document)).not.toContain('Zaphod');
    expect(document).toMatchObject({
      handled: { 'event-1': [{ id: 'said-1', type: 'lamp.lit' }], 'erase-1': [] },
      hops: { 'event-1': { attempt: 2, failures: [{ error: 'erased' }] }, 'erase-1': { type: 'lamp.erased' } },
      relayed: [{ id: 'said-1' }],
    });
    await aggregates.erase(_id, erasure);
    expect(await find()).toEqual({ ...document, revision: 3 });
  });

  test('waits for what it has to publish first, since that would be on record as it was said', async () => {
    const { _id, aggregates } = await stored({ outbox: [said], outboxAt: at });
    await expect(aggregates.erase(_id, erasure)).rejects.toThrow(TransientError);
  });

  test('keeps what was published, or handled, while it was erased', async () => {
    const { _id, aggregates, find } = await stored();
    const documents = workers.database.collection<{ _id: string }>('lamps');
    let isFirst = true;
    const slow: Erasure<Lamp> = {
      ...erasure,
      state: (lamp) => erasure.state(lamp),
      fact: (event) => {
        // The write is not awaited: the erasure's own comes after it on the same connection.
        if (isFirst) void documents.updateOne({ _id }, { $push: { relayed: { ...said, id: 'said-2' } } as never });
        isFirst = false;
        return erasure.fact(event);
      },
    };
    await aggregates.erase(_id, slow);
    const found = (await find()) as unknown as { relayed: { id: string }[] };
    expect(found.relayed.map(({ id }) => id)).toEqual(['said-1', 'said-2']);
    expect(JSON.stringify(found)).not.toContain('Zaphod');
  });

  test('keeps the mark of an event that changed nothing while it was erased', async () => {
    const { _id, aggregates, find } = await stored();
    const documents = workers.database.collection<{ _id: string }>('lamps');
    let isFirst = true;
    const slow: Erasure<Lamp> = {
      ...erasure,
      state: (lamp) => {
        // The write is not awaited: the erasure's own comes after it on the same connection.
        if (isFirst) void documents.updateOne({ _id }, { $set: { 'handled.late': [] }, $inc: { ignored: 1 } } as never);
        isFirst = false;
        return erasure.state(lamp);
      },
    };
    await aggregates.erase(_id, slow);
    expect(await find()).toMatchObject({ handled: { 'event-1': [{ id: 'said-1' }], 'erase-1': [], late: [] } });
  });

  describe('before an event that it has overtaken is handled', () => {
    const event = { id: 'erase-1', type: 'lamp.erased', subject: '' };
    const context = { now: at, attempt: 1 } as HandlerContext;
    const LitBy = { type: 'lamp.lit', erased: () => ({ by: 'nobody' }) } as unknown as EventDefinition;
    const options = { says: [LitBy], erased: (lamp: Lamp) => ({ ...lamp, room: 'erased' }) };
    const record = { type: 'lamp.asked', at, ms: 1, attempt: 1, failures: [{ at: '', error: 'no Zaphod' }] };

    test('stays erased: what that event brings is not stored, and not on record', async () => {
      const { _id, aggregates: documents, find } = await stored();
      const { aggregates, erase } = erasing(documents, options);
      await erase({ ...event, subject: _id }, context);

      const from = await aggregates.load(_id);
      if (!from) throw new Error('It is there');
      const to = { ...from.state, room: 'Zaphod’s' };
      await aggregates.checkpoint({ id: _id, from, to, at });
      const next = await aggregates.load(_id);
      expect(await aggregates.commit({ id: _id, from: next, to, eventId: 'late', say: [said], record })).toBe(true);
      const last = await aggregates.load(_id);
      if (!last) throw new Error('It is there');
      expect(await aggregates.ignore({ id: _id, from: last, eventId: 'later', record })).toBe(true);

      const document = await find();
      expect(JSON.stringify(document)).not.toContain('Zaphod');
      expect(document).toMatchObject({
        room: 'erased',
        handled: { late: [{ id: 'said-1', data: { by: 'nobody' } }], later: [] },
      });
    });

    test('is there already, where nothing was heard of it before', async () => {
      const { aggregates: documents } = lamps();
      const subject = uuidv7();
      const waits = erasing(documents, options);
      await expect(waits.erase({ ...event, subject }, context)).rejects.toThrow('not been heard of');

      const { aggregates, erase } = erasing(documents, { ...options, absent: { status: 'dark', room: 'erased' } });
      await erase({ ...event, subject }, context);
      expect(await aggregates.load(subject, 'erase-1')).toMatchObject({ erased: true, said: [] });
    });
  });

  test('is none where there is none', async () => {
    const { aggregates } = await stored();
    expect(await aggregates.erase(uuidv7(), erasure)).toBeNull();
  });
});
