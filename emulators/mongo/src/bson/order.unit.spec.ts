import { Decimal128, Double, Long, MaxKey, MinKey, ObjectId } from 'bson';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Doc, decode, encode } from './codec.ts';
import { compare } from './compare.ts';
import { keyString } from './key-string.ts';
import { add, multiply } from './numbers.ts';

const scalar = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.double().map((value) => new Double(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc
    .tuple(fc.integer(), fc.integer({ min: -30, max: 30 }))
    .map(([digits, power]) => Decimal128.fromString(`${digits}E${power}`)),
  fc.string({ unit: 'binary' }),
  fc.boolean(),
  fc.constantFrom(null, new MinKey(), new MaxKey()),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
);
const name = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\u{1F600}', '\uFFFD'), maxLength: 3 });
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
}));

test('comparing key strings compares the values', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [x, y] = [keyString(a), keyString(b)];
      expect(Math.sign(compare(a, b))).toBe(x < y ? -1 : x > y ? 1 : 0);
    }),
    { numRuns: 800 },
  );
});

test('no key string is the beginning of another one, so they can be put end to end', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [x, y] = [keyString(a), keyString(b)];
      expect(x !== y && x.startsWith(y)).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test('what is decoded encodes to the same bytes', () => {
  fc.assert(
    fc.property(value, (a) => {
      const bytes = encode({ a } as Doc);
      expect(Buffer.compare(encode(decode(bytes)), bytes)).toBe(0);
    }),
    { numRuns: 500 },
  );
});

describe('arithmetic keeps the wider type', () => {
  test.each<[unknown, unknown, unknown]>([
    [1, 2, 3],
    [2147483647, 1, Long.fromNumber(2147483648)],
    [1, Long.fromNumber(2), Long.fromNumber(3)],
    [0.5, 0.5, new Double(1)],
    [Long.fromNumber(1), 0.5, 1.5],
    [Decimal128.fromString('0.1'), Decimal128.fromString('0.2'), Decimal128.fromString('0.3')],
    [
      Decimal128.fromString('9999999999999999999999999999999999'),
      1,
      Decimal128.fromString('1.000000000000000000000000000000000E+34'),
    ],
    [Long.MAX_VALUE, 1, undefined],
  ])('%s + %s', (a, b, sum) => {
    expect(add(a, b)).toEqual(sum);
  });

  test('a product of longs that is too big is none', () => {
    expect(multiply(Long.MAX_VALUE, 2)).toBeUndefined();
    expect(multiply(3, 4)).toBe(12);
  });
});
