import { Decimal128, Double, Int32, Long } from 'bson';
import { double, isInt32 } from './codec.ts';
import { typeOf } from './types.ts';

/** A finite number without rounding: `coefficient * 10 ** exponent`. */
interface Exact {
  coefficient: bigint;
  exponent: number;
}

const digits34 = 10n ** 34n;
const longMin = -(2n ** 63n);
const longMax = 2n ** 63n - 1n;

/** The nearest double of any BSON number. */
export function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value instanceof Double || value instanceof Int32) return value.value;
  if (value instanceof Long) return value.toNumber();
  if (value instanceof Decimal128) return Number(value.toString());
  return typeof value === 'bigint' ? Number(value) : Number.NaN;
}

/** A whole number from a command's option, `undefined` if it is none. */
export function toInteger(value: unknown): number | undefined {
  const number = toNumber(value);
  return Number.isInteger(number) ? number : undefined;
}

/** Orders numbers by value whatever their types; NaN equals NaN and sorts first. */
export function compareNumbers(a: unknown, b: unknown): number {
  const x = toNumber(a);
  const y = toNumber(b);
  if (x < y) return -1;
  if (x > y) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(y)) - Number(Number.isNaN(x));
  if ((typeof a === 'number' && typeof b === 'number') || !Number.isFinite(x)) return 0;
  return sign(subtractExact(exact(a), exact(b)).coefficient);
}

/** What is left of a number once its nearest double is taken away, itself as a double: orders what a double can't tell apart. */
export function remainder(value: unknown): number {
  const near = toNumber(value);
  if (typeof value === 'number' || value instanceof Double || !Number.isFinite(near)) return 0;
  const rest = subtractExact(exact(value), exact(near));
  return Number(`${rest.coefficient}e${rest.exponent}`);
}

export function add(a: unknown, b: unknown): unknown {
  return calculate(
    a,
    b,
    (x, y) => x + y,
    (x, y) => x + y,
    addExact,
  );
}

export function multiply(a: unknown, b: unknown): unknown {
  return calculate(
    a,
    b,
    (x, y) => x * y,
    (x, y) => x * y,
    (x, y) => ({
      coefficient: x.coefficient * y.coefficient,
      exponent: x.exponent + y.exponent,
    }),
  );
}

/** The wider type wins: int < long < double < decimal; an int that overflows becomes a long, a long that does, `undefined`. */
function calculate(
  a: unknown,
  b: unknown,
  doubles: (x: number, y: number) => number,
  longs: (x: bigint, y: bigint) => bigint,
  decimals: (x: Exact, y: Exact) => Exact,
): unknown {
  const kinds = [typeOf(a), typeOf(b)];
  const x = toNumber(a);
  const y = toNumber(b);
  if (kinds.includes('decimal')) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return Decimal128.fromString(decimalText(doubles(x, y)));
    return fromExact(decimals(decimalOperand(a), decimalOperand(b)));
  }
  if (kinds.includes('double')) return double(doubles(x, y));
  const whole = longs(toBigInt(a), toBigInt(b));
  if (whole < longMin || whole > longMax) return undefined;
  const number = Number(whole);
  return kinds.includes('long') || !isInt32(number) ? Long.fromBigInt(whole) : number;
}

export function bitwise(a: unknown, b: unknown, operation: (x: bigint, y: bigint) => bigint): unknown {
  const result = BigInt.asIntN(64, operation(toBigInt(a), toBigInt(b)));
  return typeOf(a) === 'long' || typeOf(b) === 'long' ? Long.fromBigInt(result) : Number(BigInt.asIntN(32, result));
}

function toBigInt(value: unknown): bigint {
  return value instanceof Long ? value.toBigInt() : BigInt(toNumber(value));
}

function decimalText(value: number): string {
  return value === Infinity
    ? 'Infinity'
    : value === -Infinity
      ? '-Infinity'
      : Number.isNaN(value)
        ? 'NaN'
        : String(value);
}

/** In arithmetic MongoDB takes a double for what it prints as, in comparisons for what it is. */
function decimalOperand(value: unknown): Exact {
  return typeOf(value) === 'double' ? parse(String(Number(toNumber(value).toPrecision(15)))) : exact(value);
}

function exact(value: unknown): Exact {
  if (value instanceof Decimal128) return parse(value.toString());
  if (value instanceof Long) return { coefficient: value.toBigInt(), exponent: 0 };
  const number = toNumber(value);
  if (Number.isInteger(number)) return { coefficient: BigInt(number), exponent: 0 };
  // Each halving is one more binary digit after the point, and 2 ** -n is 5 ** n * 10 ** -n.
  let scale = 0;
  let scaled = number;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    scale++;
  }
  return { coefficient: BigInt(scaled) * 5n ** BigInt(scale), exponent: -scale };
}

function parse(text: string): Exact {
  const [mantissa = '0', power = '0'] = text.toLowerCase().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { coefficient: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

function addExact(a: Exact, b: Exact): Exact {
  const exponent = Math.min(a.exponent, b.exponent);
  return { coefficient: scale(a, exponent) + scale(b, exponent), exponent };
}

function subtractExact(a: Exact, b: Exact): Exact {
  return addExact(a, { coefficient: -b.coefficient, exponent: b.exponent });
}

function scale(value: Exact, exponent: number): bigint {
  return value.coefficient * 10n ** BigInt(value.exponent - exponent);
}

/** Rounds half to even at 34 digits, as IEEE 754 decimal128 does. */
function fromExact({ coefficient, exponent }: Exact): Decimal128 {
  let rest = coefficient < 0n ? -coefficient : coefficient;
  let dropped = 1n;
  let power = exponent;
  const original = rest;
  while (rest >= digits34) {
    rest /= 10n;
    dropped *= 10n;
    power++;
  }
  const twice = (original - rest * dropped) * 2n;
  if (twice > dropped || (twice === dropped && rest % 2n === 1n)) rest += 1n;
  return Decimal128.fromString(`${coefficient < 0n ? '-' : ''}${rest}E${power}`);
}

function sign(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}
