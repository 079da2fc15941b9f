import { expect, test } from 'vitest';
import { encode } from '../bson/codec.ts';
import { Stored } from './stored.ts';

test('a document is kept in bytes of its own, not as a part of a larger buffer', () => {
  const large = Buffer.alloc(64 * 1024);
  const bytes = encode({ _id: 'a' });
  large.set(bytes);

  const stored = new Stored('a', large.subarray(0, bytes.length));

  expect(stored.bytes.buffer.byteLength).toBe(bytes.length);
  expect(stored.doc).toEqual({ _id: 'a' });
});

test('what is used is decoded once, and again after much else was used', () => {
  const text = 'x'.repeat(4 * 1024 * 1024);
  const all = Array.from({ length: 40 }, (_, n) => new Stored(`${n}`, encode({ _id: n, text })));
  const [first] = all as [Stored];

  const decoded = first.doc;
  expect(first.doc).toBe(decoded);
  for (const stored of all.slice(1)) expect(stored.doc._id).toBe(Number(stored.id));

  expect(first.doc).not.toBe(decoded);
  expect(first.doc).toEqual(decoded);
});
