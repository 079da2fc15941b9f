import { Binary, Decimal128, Double, Long, ObjectId } from 'bson';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileProjection } from '../query/projection.ts';
import { type Doc, decode, encode } from './codec.ts';
import { encodeAfter, pick } from './splice.ts';

const scalar = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: false }),
  fc.string({ unit: 'binary' }),
  fc.boolean(),
  fc.date({ noInvalidDate: true }),
  fc.constantFrom(
    null,
    -0,
    new Double(3),
    Long.fromString('9007199254740993'),
    Decimal128.fromString('1.10'),
    new ObjectId('0123456789abcdef01234567'),
    new Binary(Buffer.from('x'), 4),
  ),
);
const name = fc.constantFrom('a', 'b', 'ä', '7', '10', 'toString', '__proto__', 'long name');
const { values } = fc.letrec<{ values: unknown; doc: Doc }>((tie) => ({
  values: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie('values'), { maxLength: 4 }), tie('doc')),
  doc: fc.dictionary(name, tie('values'), { maxKeys: 5 }),
}));
const docs = fc.dictionary(name, values, { maxKeys: 6 });
const asStored = (doc: Doc) => decode(encode(doc));

test('an update is encoded as if none of its bytes were at hand', () => {
  fc.assert(
    fc.property(docs, docs, fc.infiniteStream(fc.boolean()), (one, other, keeps) => {
      const before = asStored(one);
      const mixed = (then: unknown, now: unknown): unknown => {
        if (keeps.next().value === true) return then;
        if (Array.isArray(then) && Array.isArray(now)) return now.map((item, n) => mixed(then[n] ?? item, item));
        return now;
      };
      const after: Doc = {};
      for (const key of Object.keys({ ...one, ...other })) {
        const value = mixed(before[key], other[key]);
        if (value === undefined) continue;
        Object.defineProperty(after, key, { value, writable: true, enumerable: true, configurable: true });
      }

      expect(Buffer.from(encodeAfter(after, before, encode(before)))).toEqual(Buffer.from(encode(after)));
    }),
    { numRuns: 500 },
  );
});

test('a list that has grown, and a field that was set within a field, are found in the bytes', () => {
  const before = asStored({ _id: 'one', list: [{ n: 1 }, { n: 2 }], marks: { a: [1], b: { c: 'x' } }, last: 1.5 });
  const { list, marks } = before as { list: unknown[]; marks: Doc };
  const after = { ...before, list: [...list, { n: 3 }], marks: { ...marks, d: [] }, last: new Double(2) };

  expect(decode(encodeAfter(after, before, encode(before)))).toEqual({
    _id: 'one',
    list: [{ n: 1 }, { n: 2 }, { n: 3 }],
    marks: { a: [1], b: { c: 'x' }, d: [] },
    last: new Double(2),
  });
});

test('fields that are picked are what the projection says', () => {
  const projection = { a: 1, 'b.a': 1, 'b.7': 1, ä: 1, 'toString.b': 1, _id: 0 };
  const project = compileProjection(projection);
  fc.assert(
    fc.property(docs, (one) => {
      const doc = asStored(one);
      const picked = pick(project?.fields ?? {}, encode(doc));

      if (picked) expect(decode(picked)).toEqual(project?.(doc));
      else expect([doc.b, doc.toString].some(Array.isArray)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['an expression', { a: { $add: [1, 2] } }],
  ['an exclusion', { a: 0 }],
  ['a part of a list', { a: 1, list: { $slice: 1 } }],
])('%s is no list of fields', (_what, projection) => {
  expect(compileProjection(projection)?.fields).toBeUndefined();
});
