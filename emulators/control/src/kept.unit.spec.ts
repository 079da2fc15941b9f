import { expect, test } from 'vitest';
import { Kept } from './kept.ts';

test('a document is what was put until it is written, and the same object while somebody holds it', () => {
  const document = { status: 'created' };
  const kept = new Kept({ document });
  document.status = 'changed before it was written';

  expect(kept.written()).toBe('{"status":"changed before it was written"}');
  expect(kept.document).toBe(document);
});

test('a document that comes from a journal is read when it is asked for, once for all who hold it', () => {
  const kept = new Kept<{ a: number }>({ json: '{"a":1}' });

  const first = kept.document;

  expect(first).toEqual({ a: 1 });
  expect(kept.document).toBe(first);
});

test('a document that is put again is written anew', () => {
  const kept = new Kept<unknown>({ json: '1' });

  kept.document = { a: 2 };

  expect(kept.written()).toBe('{"a":2}');
});
