import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Doc } from '../bson/codec.ts';
import { planQuery } from '../planner/plan.ts';
import { select } from '../planner/select.ts';
import { parseSort } from '../query/sort.ts';
import { Collection } from './collection.ts';
import { SortedList } from './sorted-list.ts';

const collection = (indexes: Doc[] = []) => {
  const made = new Collection('d.c', {}, () => {});
  for (const { key, ...options } of indexes) {
    made.addIndex({ v: 2, key: key as Doc, name: Object.keys(key as Doc).join('_'), ...options });
  }
  return made;
};

test('a sorted list is a sorted map', () => {
  const step = fc.record({ add: fc.boolean(), key: fc.integer({ min: 0, max: 3000 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 3000 }), fc.integer({ max: 3000 }), (steps, from) => {
      const list = new SortedList<number>();
      const model = new Map<string, number>();
      for (const { add, key } of steps) {
        const text = String(key).padStart(5, '0');
        if (add) list.set(text, key);
        else list.delete(text);
        if (add) model.set(text, key);
        else model.delete(text);
      }
      const start = String(from).padStart(5, '0');
      const expected = [...model]
        .filter(([key]) => key >= start)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, value]) => value);
      expect([...list.range(start)]).toEqual(expected);
      expect([...list.range(start, undefined, true)]).toEqual(expected.toReversed());
      expect(list.size).toBe(model.size);
    }),
    { numRuns: 30 },
  );
});

describe('an index never changes what a query finds', () => {
  const leaf = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom(null, 'x', 'y'));
  const content = fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }));
  const doc = fc.record(
    { a: content, b: content, c: fc.array(fc.record({ d: leaf }, { requiredKeys: [] }), { maxLength: 2 }) },
    { requiredKeys: [] },
  );
  const condition = fc.oneof(
    leaf,
    fc.record({ $in: fc.array(leaf, { maxLength: 3 }) }),
    fc.record({ $gt: leaf, $lte: leaf }, { requiredKeys: ['$gt'] }),
    fc.record({ $lt: leaf }),
    fc.record({ $exists: fc.boolean() }),
    fc.record({ $ne: leaf }),
  );
  const clause = fc.record({ a: condition, b: condition, 'c.d': condition }, { requiredKeys: [] });
  const filter = fc.oneof(
    clause,
    fc.record({ $or: fc.array(clause, { minLength: 1, maxLength: 2 }) }),
    fc.record({ $and: fc.tuple(clause, clause) }),
  );
  const direction = fc.constantFrom(1, -1);
  const indexes = fc.array(
    fc.record({
      key: fc.dictionary(fc.constantFrom('a', 'b', 'c.d'), direction, { minKeys: 1, maxKeys: 2 }),
      sparse: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  );
  const sort = fc.dictionary(fc.constantFrom('a', 'b', '_id'), direction, { maxKeys: 2 });

  test('for random documents, filters, orders and indexes', () => {
    fc.assert(
      fc.property(
        fc.array(doc, { maxLength: 12 }),
        filter,
        indexes,
        sort,
        fc.integer({ min: 0, max: 5 }),
        (docs, query, specs, order, limit) => {
          const [plain, indexed] = [collection(), collection(specs)];
          const insertable: Doc[] = [];
          for (const [i, content] of docs.entries()) {
            try {
              indexed.insert({ _id: i, ...content });
              insertable.push({ _id: i, ...content });
            } catch (error) {
              expect(error).toMatchObject({ codeName: 'CannotIndexParallelArrays' });
            }
          }
          for (const content of insertable) plain.insert(content);
          const wanted = { filter: query as Doc, sort: { ...order, _id: order._id ?? 1 }, limit };
          const ids = (from: Collection) => select(from, wanted).map((stored) => stored.doc._id);
          expect(ids(indexed)).toEqual(ids(plain));
        },
      ),
      { numRuns: 700 },
    );
  });
});

describe('the index used', () => {
  const orders = collection([
    { key: { customerId: 1 } },
    { key: { status: 1, deadline: 1 } },
    { key: { outboxAt: 1 }, sparse: true },
    { key: { state: 1 }, partialFilterExpression: { state: 'open' } },
  ]);
  for (let i = 0; i < 300; i++) {
    orders.insert({
      _id: i,
      customerId: i % 10,
      status: i % 2 ? 'a' : 'b',
      deadline: i,
      state: i < 5 ? 'open' : 'done',
      ...(i === 7 && { outboxAt: 7 }),
    });
  }

  test.each<[string, Doc, Doc, string | undefined, boolean, number]>([
    ['_id', { _id: 5, customerId: 1 }, {}, '_id_', true, 1],
    ['several _ids', { _id: { $in: [5, 6, 999] } }, {}, '_id_', false, 2],
    ['a range of _id', { _id: { $gte: 290 } }, {}, '_id_', true, 10],
    ['equality', { customerId: 3 }, {}, 'customerId', true, 30],
    ['equality, newest first', { customerId: 3 }, { _id: -1 }, 'customerId', true, 30],
    ['a prefix of a compound index', { status: 'a' }, {}, 'status_deadline', true, 150],
    ['a prefix and a range', { status: 'a', deadline: { $lt: 20 } }, {}, 'status_deadline', true, 10],
    ['the order of a compound index', { status: 'a' }, { deadline: -1 }, 'status_deadline', true, 150],
    ['a range on a sparse index', { outboxAt: { $lt: 100 } }, {}, 'outboxAt', true, 1],
    ['presence on a sparse index', { outboxAt: { $exists: true } }, {}, 'outboxAt', true, 1],
    ['absence, which a sparse index cannot tell', { outboxAt: null }, {}, undefined, true, 300],
    ['what a partial index has', { state: 'open' }, {}, 'state', true, 5],
    ['what a partial index lacks', { state: 'done' }, {}, undefined, true, 300],
    ['either of two', { $or: [{ customerId: 3 }, { outboxAt: { $gt: 1 } }] }, {}, 'customerId,outboxAt', true, 31],
    [
      'either of two, although another has the order',
      { status: 'a', $or: [{ customerId: 3 }, { outboxAt: { $gt: 1 } }] },
      { deadline: -1 },
      'customerId,outboxAt',
      false,
      31,
    ],
  ])('%s', (_what, filter, sort, index, sorted, read) => {
    const plan = planQuery(orders, filter, parseSort(sort));

    expect(plan.index).toBe(index);
    expect(plan.sorted).toBe(sorted);
    expect([...plan.candidates]).toHaveLength(read);
  });
});

test('an index that has the order is used where either of two may be almost everything', () => {
  const orders = collection([{ key: { customerId: 1 } }, { key: { status: 1 } }]);
  for (let i = 0; i < 1_100; i++) orders.insert({ _id: i, customerId: 1, status: 'a' });
  const filter = { status: 'a', $or: [{ customerId: 1 }, { customerId: 2 }] };
  const plan = planQuery(orders, filter, parseSort({ _id: -1 }));
  expect([plan.index, plan.sorted]).toEqual(['status', true]);
});

test('a change that a unique index refuses changes no index', () => {
  const goods = collection([{ key: { a: 1 } }, { key: { b: 1 }, unique: true }]);
  goods.insert({ _id: 1, a: 1, b: 1 });
  const two = goods.insert({ _id: 2, a: 2, b: 2 });

  expect(() => goods.replace(two, { _id: 2, a: 1, b: 1 })).toThrow(/E11000.*index: b dup key: \{ b: 1 \}/);

  expect(select(goods, { filter: { a: 1 } })).toHaveLength(1);
  expect(select(goods, { filter: { a: 2 } })).toEqual([two]);
});
