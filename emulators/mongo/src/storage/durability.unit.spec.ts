import { appendFileSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Doc } from '../bson/codec.ts';
import { silent } from '../logger.ts';
import { framed, readFrames } from './frame.ts';
import { Store } from './store.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'emulator-mongo-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = () => new Store(directory, silent);
const contents = (store: Store) =>
  Object.fromEntries(
    [...store.collections].map(([name, { documents }]) => [name, [...documents.values()].map(({ doc }) => doc)]),
  );
const files = () =>
  readdirSync(directory)
    .filter((name) => name !== 'lock')
    .sort();

async function put(store: Store, id: number, value: unknown): Promise<void> {
  const collection = store.getOrCreate('d.c');
  const before = [...collection.documents.values()].find(({ doc }) => doc._id === id);
  if (before) collection.replace(before, { _id: id, value });
  else collection.insert({ _id: id, value });
  await store.takePending();
}

describe('a torn tail', () => {
  test.each([
    ['half a header', () => framed(Buffer.from('x'))[0].subarray(0, 5)],
    ['half a frame', () => Buffer.concat(framed(Buffer.from('a whole payload'))).subarray(0, 12)],
    ['a frame with a wrong checksum', () => Buffer.concat([framed(Buffer.from('one'))[0], Buffer.from('two')])],
    ['a length beyond reason', () => Buffer.alloc(100, 0xff)],
  ])('%s is dropped, what was acknowledged stays, and the journal goes on', async (_what, tail) => {
    const store = open();
    await put(store, 1, 'kept');
    await store.close();
    appendFileSync(join(directory, 'journal-00000001'), tail());

    const again = open();
    expect(contents(again)).toEqual({ 'd.c': [{ _id: 1, value: 'kept' }] });
    await put(again, 2, 'later');
    await again.close();

    const last = open();
    expect(contents(last)).toEqual({
      'd.c': [
        { _id: 1, value: 'kept' },
        { _id: 2, value: 'later' },
      ],
    });
    await last.close();
  });

  test('zeros written ahead are no tail', () => {
    const path = join(directory, 'frames');
    writeFileSync(path, Buffer.concat([...framed(Buffer.from('one')), Buffer.alloc(1000)]));

    expect(readFrames(path, () => {})).toEqual({ end: 11, torn: false });
  });
});

describe('compaction', () => {
  test('keeps what is alive, with its indexes, and drops the old files', async () => {
    const store = open();
    for (let i = 0; i < 50; i++) await put(store, i % 5, i);
    store.addIndex(store.get('d.c')!, { v: 2, key: { value: 1 }, name: 'value_1', unique: true });
    await store.compact();
    await put(store, 9, 'after');
    const before = contents(store);
    expect(files()).toEqual(['journal-00000002', 'snapshot-00000002']);
    await store.close();

    const again = open();
    expect(contents(again)).toEqual(before);
    expect([...again.get('d.c')!.indexes.keys()]).toEqual(['value_1']);
    await again.close();
  });

  test.each([
    ['before the snapshot has its name', ['journal-00000001', 'journal-00000002'], true],
    ['before the old journal is removed', ['journal-00000001', 'journal-00000002', 'snapshot-00000002'], false],
  ])('a crash %s loses nothing', async (_when, survivors, draft) => {
    const store = open();
    for (let i = 0; i < 20; i++) await put(store, i % 5, i);
    const saved = join(directory, 'saved');
    copyFileSync(join(directory, 'journal-00000001'), saved);
    await store.compact();
    await put(store, 1, 'after');
    const before = contents(store);
    await store.close();

    copyFileSync(saved, join(directory, 'journal-00000001'));
    if (draft)
      writeFileSync(
        join(directory, 'snapshot-00000002.draft'),
        readFileSync(join(directory, 'snapshot-00000002')).subarray(0, 40),
      );
    for (const name of readdirSync(directory))
      if (!survivors.includes(name) && !name.endsWith('.draft')) rmSync(join(directory, name));

    const again = open();
    expect(contents(again)).toEqual(before);
    expect(files().some((name) => name.endsWith('.draft'))).toBe(false);
    await again.close();
  });

  test('a damaged snapshot stops the start instead of losing data silently', async () => {
    const store = open();
    await put(store, 1, 'x');
    await store.compact();
    await store.close();
    const path = join(directory, 'snapshot-00000002');
    const bytes = readFileSync(path);
    bytes[bytes.length - 3]! ^= 0xff;
    writeFileSync(path, bytes);

    expect(open).toThrow(/snapshot-00000002 is damaged/);
  });
});

test('random writes, compactions and restarts leave what a plain map would', async () => {
  const step = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('put' as const),
        id: fc.nat(9),
        value: fc.oneof(fc.integer(), fc.string(), fc.constant(null)),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('remove' as const), id: fc.nat(9) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom('compact' as const, 'restart' as const, 'drop' as const) }),
    },
  );
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const path = join(directory, String(run++));
      let store = new Store(path, silent);
      const model = new Map<number, unknown>();
      for (const action of steps) {
        const collection = store.getOrCreate('d.c');
        if (action.kind === 'put') {
          await put(store, action.id, action.value);
          model.set(action.id, action.value);
        } else if (action.kind === 'remove') {
          const stored = [...collection.documents.values()].find(({ doc }) => doc._id === action.id);
          if (stored) collection.remove(stored);
          model.delete(action.id);
        } else if (action.kind === 'drop') {
          store.drop('d.c');
          model.clear();
        } else if (action.kind === 'compact') await store.compact();
        else {
          await store.takePending();
          await store.close();
          store = new Store(path, silent);
        }
      }
      await store.takePending();
      const left = (contents(store)['d.c'] ?? []) as Doc[];
      expect(new Map(left.map(({ _id, value }) => [_id, value]))).toEqual(model);
      await store.close();
    }),
    { numRuns: 25 },
  );
});
