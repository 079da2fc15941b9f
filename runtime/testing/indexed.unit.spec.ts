import { expect, test } from 'vitest';
import { isIndexed } from './indexed.ts';

const INDEXES = [
  { key: { _id: 1 } },
  { key: { status: 1, _id: -1 } },
  { key: { attention: 1 }, sparse: true },
  { key: { seller: 1, serial: 1 }, partialFilterExpression: { serial: { $exists: true } } },
] as const;
const asked = (filter: object, sort?: object, limit = 0) =>
  isIndexed({ filter: filter as never, sort: sort as never, limit }, INDEXES as never);

test.each([
  ['one document', { _id: 'a' }],
  ['the first field of an index', { status: 'open' }],
  ['… within $and', { $and: [{ total: 5 }, { status: { $in: ['open'] } }] }],
  ['a range of it', { _id: { $lt: 'b' } }],
  ['a beginning', { _id: { $regex: '^a' } }],
  ['what a sparse index has', { attention: { $exists: true } }],
  ['what a partial index has', { seller: 'Ada', serial: { $exists: true } }],
  ['ways that each have one', { $or: [{ status: 'open' }, { _id: 'a' }] }],
])('an index answers %s', (_, filter) => {
  expect(asked(filter)).toBe(true);
});

test.each([
  ['everything', {}],
  ['a field without one', { total: 5 }],
  ['the second field alone', { serial: 5 }],
  ['what is missing', { status: { $exists: false } }],
  ['what is different', { status: { $ne: 'open' } }],
  ['a part of a word', { status: { $regex: 'pen' } }],
  ['a beginning in any case', { status: { $regex: '^op', $options: 'i' } }],
  ['what a sparse index has not', { attention: null }],
  ['what a partial index has not', { seller: 'Ada' }],
  ['ways of which one has none', { $or: [{ status: 'open' }, { total: 5 }] }],
])('no index answers %s', (_, filter) => {
  expect(asked(filter)).toBe(false);
});

test('the first few in the order of an index are read alone, unless something else is asked of them', () => {
  expect(asked({}, { _id: -1 }, 20)).toBe(true);
  expect(asked({}, { _id: -1 })).toBe(false);
  expect(asked({}, { total: 1 }, 20)).toBe(false);
  expect(asked({}, { attention: 1 }, 20)).toBe(false);
  expect(asked({ total: 5 }, { _id: -1 }, 20)).toBe(false);
});
