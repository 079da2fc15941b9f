import fc from 'fast-check';

/** A value as it stands in JSON; `JSON.parse` makes keys of it that a literal would not. */
const json = (text: string): unknown => JSON.parse(text);

const TEXTS = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202e',
  'é'.repeat(300),
  'x'.repeat(5_000),
  '-1',
  '1e400',
  '0x10',
  'NaN',
  'null',
  'true',
  '[]',
  '{}',
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'prototype',
  "' OR 1=1 --",
  '{"$gt":""}',
  '../../../../etc/passwd',
  '%2e%2e%2f%00',
  '<script>alert(1)</script>',
  '{{7*7}}',
  '\r\nset-cookie: a=b',
  '0001-01-01T00:00:00Z',
  '1970-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59-14:00',
  '+275760-09-13T00:00:00.000Z',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
];

const NUMBERS = [0, -0, -1, 1, 1.5, 99, 100, 1e21, 1e308, -1e308, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 5e-324];

const OBJECTS = [
  '{}',
  '[]',
  '[[[[]]]]',
  '[null]',
  '{"toString":"x"}',
  '{"toString":null,"valueOf":null}',
  '{"toJSON":"x","then":"x"}',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"_bsontype":"ObjectId","id":"x"}',
  '{"_bsontype":"Long","low":1,"high":1}',
  '{"$gt":""}',
  '{"$where":"sleep(1000)"}',
  '{"$ne":null,"a.b":1,"":2}',
  '{"length":1e9}',
  '{"0":"a","length":1}',
];

const deep = (levels: number): unknown => json(`${'['.repeat(levels)}${']'.repeat(levels)}`);

/** What nobody means to send. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.uuid() },
);

export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  { weight: 3, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false) },
  { weight: 5, arbitrary: fc.constantFrom(...OBJECTS).map(json) },
  { weight: 1, arbitrary: fc.constantFrom(20, 200, 1_000).map(deep) },
  { weight: 1, arbitrary: fc.nat({ max: 300 }).map((length) => new Array(length).fill('x')) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

const KEYS = ['__proto__', 'constructor', 'toString', '_bsontype', '$where', 'a.b', '', 'id', 'role', '\u0000', 'then'];

/** One thing that is done to a value: something in it is replaced or left out, or something is added. */
interface Cut {
  readonly how: 'replace' | 'remove' | 'add';
  /** Which of all places in it. */
  readonly at: number;
  readonly key: string;
  readonly value: unknown;
}

const cuts = fc.array(
  fc.record<Cut>({
    how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add'),
    at: fc.nat(),
    key: fc.constantFrom(...KEYS),
    value: hostile,
  }),
  { maxLength: 3 },
);

/** The value as it is, or with up to three things in it gone wrong. */
export const damaged = (base: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.tuple(base, cuts).map(([value, all]) => all.reduce(damage, value));

function damage(value: unknown, cut: Cut): unknown {
  // What is nested deeply is more than `structuredClone` can take.
  const copy: { all: unknown } = { all: json(JSON.stringify(value) ?? 'null') };
  const places = placesIn(copy, 'all');
  const [holder, name] = places[cut.at % places.length] as [Record<string, unknown>, string];
  const there = holder[name];
  if (cut.how === 'remove' && holder !== copy) delete holder[name];
  else if (cut.how === 'add' && there !== null && typeof there === 'object') define(there, cut.key, cut.value);
  else define(holder, name, cut.value);
  return copy.all;
}

const define = (holder: object, name: string, value: unknown) =>
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });

function placesIn(holder: object, name: string): [object, string][] {
  const value = (holder as Record<string, unknown>)[name];
  const inside = value !== null && typeof value === 'object' ? Object.keys(value) : [];
  return [[holder, name], ...inside.flatMap((key) => placesIn(value as object, key))];
}
