import { Binary, Long } from 'bson';
import { bytesOf } from '../bson/compare.ts';
import { toInteger, toNumber } from '../bson/numbers.ts';
import { isNumeric } from '../bson/types.ts';
import { fail } from '../errors.ts';

/** `$bitsAllSet` and its three siblings on whole numbers and binary data. */
export function bitTest(operator: string, argument: unknown): (value: unknown) => boolean {
  const positions = bitPositions(operator, argument);
  return (value) => {
    const bits = bitReader(value);
    if (!bits) return false;
    switch (operator) {
      case '$bitsAllSet':
        return positions.every(bits);
      case '$bitsAnySet':
        return positions.some(bits);
      case '$bitsAllClear':
        return !positions.some(bits);
      default:
        return !positions.every(bits);
    }
  };
}

function bitPositions(operator: string, argument: unknown): number[] {
  if (Array.isArray(argument)) {
    return argument.map((item) => {
      const position = toInteger(item);
      if (position === undefined || position < 0)
        fail('BadValue', `bit positions must be non-negative integers in ${operator}`);
      return position;
    });
  }
  const bits = isNumeric(argument) && toNumber(argument) < 0 ? undefined : bitReader(argument);
  if (!bits)
    fail('BadValue', `${operator} takes an Array, a number, or a BinData but received: ${JSON.stringify(argument)}`);
  const length = argument instanceof Binary ? argument.position * 8 : 64;
  return Array.from({ length }, (_, i) => i).filter(bits);
}

/** Tells whether a bit is set; negative numbers are two's complement. `undefined` for values that have no bits. */
function bitReader(value: unknown): ((position: number) => boolean) | undefined {
  if (value instanceof Binary) {
    const bytes = bytesOf(value);
    return (position) => (((bytes[position >> 3] ?? 0) >> (position & 7)) & 1) === 1;
  }
  if (!isNumeric(value) || !Number.isInteger(toNumber(value))) return undefined;
  const number = value instanceof Long ? value.toBigInt() : BigInt(toNumber(value));
  return (position) => ((number >> BigInt(Math.min(position, 64))) & 1n) === 1n;
}
