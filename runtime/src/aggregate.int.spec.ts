import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type TestBed, testBed } from '../testing/index.ts';
import { aggregateModel, mongooseAggregates } from './index.ts';

interface Lamp {
  readonly status: 'lit' | 'dark';
  readonly until?: string;
  readonly room: string;
}

let bed: TestBed;
beforeAll(async () => {
  bed = await testBed(inject('infrastructure'));
});
afterAll(() => bed?.close());

/** Lamps of which an earlier version stored `burning` for `lit`. */
function lamps() {
  const model = aggregateModel<Lamp>(bed.database, 'lamps', { status: String, until: String, room: String });
  const aggregates = mongooseAggregates<Lamp>(model, {
    deadlineOf: (lamp) => (lamp.status === 'lit' && lamp.until ? { name: 'out', at: new Date(lamp.until) } : null),
    upcast: (stored) => ((stored.status as string) === 'burning' ? { ...stored, status: 'lit' } : stored),
  });
  const documents = bed.database.collection<{ _id: string; status: string; due?: Date }>('lamps');
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
