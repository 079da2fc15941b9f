import type { Binary, BSONRegExp, Code, Long, ObjectId } from 'bson';
import type { Doc } from './codec.ts';
import { compareNumbers } from './numbers.ts';
import { orderOf, typeOf } from './types.ts';

/** How strings compare: by code point, or as a collation says. */
export type StringOrder = (a: string, b: string) => number;

/**
 * BSON's total order over all values: first by type, then by value; numbers of all types compare as numbers.
 * Negative, zero or positive, as for Array.prototype.sort.
 */
export function compare(a: unknown, b: unknown, strings: StringOrder = compareStrings): number {
  if (a === b) return 0;
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : compareNumbers(a, b);
  if (typeof a === 'string' && typeof b === 'string') return strings(a, b);
  const byType = orderOf(a) - orderOf(b);
  return byType !== 0 ? byType : compareSameType(a, b, strings);
}

export function equal(a: unknown, b: unknown, strings?: StringOrder): boolean {
  return compare(a, b, strings) === 0;
}

/** Equal in value and in type all the way down: what makes an update a no-op. */
export function identical(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a === 'string' && typeof b === 'string') return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => identical(item, b[i]));
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  if (type !== 'object') return compare(a, b) === 0 && (type !== 'double' || Object.is(Number(a), Number(b)));
  const keys = Object.keys(a as Doc);
  const others = Object.keys(b as Doc);
  return (
    keys.length === others.length &&
    keys.every((key, i) => key === others[i] && identical((a as Doc)[key], (b as Doc)[key]))
  );
}

function compareSameType(a: unknown, b: unknown, strings: StringOrder): number {
  switch (typeOf(a)) {
    case 'int':
    case 'long':
    case 'double':
    case 'decimal':
      return compareNumbers(a, b);
    case 'string':
    case 'symbol':
      return strings(String(a), String(b));
    case 'object':
      return compareDocs(a as Doc, b as Doc, strings);
    case 'array':
      return compareArrays(a as unknown[], b as unknown[], strings);
    case 'bool':
    case 'date':
      return Number(a) - Number(b);
    case 'objectId':
      return compareBytes((a as ObjectId).id, (b as ObjectId).id);
    case 'binData':
      return compareBinary(a as Binary, b as Binary);
    case 'timestamp':
      return (a as Long).compare(b as Long);
    case 'regex':
      return compareStrings(regexText(a), regexText(b));
    case 'javascript':
    case 'javascriptWithScope':
      return (
        compareStrings((a as Code).code, (b as Code).code) ||
        compareDocs((a as Code).scope ?? {}, (b as Code).scope ?? {}, strings)
      );
    default:
      return 0;
  }
}

function compareDocs(a: Doc, b: Doc, strings: StringOrder): number {
  const keys = Object.keys(a);
  const others = Object.keys(b);
  for (let i = 0; i < keys.length && i < others.length; i++) {
    const x = a[keys[i]!];
    const y = b[others[i]!];
    const order = orderOf(x) - orderOf(y) || compareStrings(keys[i]!, others[i]!) || compare(x, y, strings);
    if (order !== 0) return order;
  }
  return keys.length - others.length;
}

function compareArrays(a: unknown[], b: unknown[], strings: StringOrder): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compare(a[i], b[i], strings);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** By length, then subtype, then bytes. */
function compareBinary(a: Binary | Uint8Array, b: Binary | Uint8Array): number {
  const [x, y] = [bytesOf(a), bytesOf(b)];
  return x.length - y.length || subtypeOf(a) - subtypeOf(b) || compareBytes(x, y);
}

export function bytesOf(value: Binary | Uint8Array): Uint8Array {
  return value instanceof Uint8Array ? value : value.buffer.subarray(0, value.position);
}

export function subtypeOf(value: Binary | Uint8Array): number {
  return value instanceof Uint8Array ? 0 : value.sub_type;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

const highUnits = /[\ud800-\uffff]/;

/** By code point, as UTF-8 sorts: UTF-16 differs only where surrogates meet U+E000 and above. */
function compareStrings(a: string, b: string): number {
  const order = a < b ? -1 : a > b ? 1 : 0;
  if (order === 0 || !highUnits.test(a) || !highUnits.test(b)) return order;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointRank(x) - codePointRank(y);
  }
  return a.length - b.length;
}

/** A code unit's rank such that surrogates (code points above U+FFFF) come last. */
export function codePointRank(unit: number): number {
  return unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function regexText(value: unknown): string {
  if (value instanceof RegExp) return `${value.source}\0${value.flags}`;
  return `${(value as BSONRegExp).pattern}\0${(value as BSONRegExp).options}`;
}
