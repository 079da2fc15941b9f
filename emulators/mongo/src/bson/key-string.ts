import { type Binary, BSONRegExp, type Code, type ObjectId, type Timestamp } from 'bson';
import type { Doc } from './codec.ts';
import { bytesOf, codePointRank, subtypeOf } from './compare.ts';
import { remainder, toNumber } from './numbers.ts';
import { orderOf, typeOf } from './types.ts';

const scratch = new DataView(new ArrayBuffer(8));

/**
 * A string for a value such that comparing strings with `<` compares the values in BSON's order, and equal values (also
 * 1, 1.0 and Long 1) have equal strings. Self-delimiting, so that strings of several values can be put end to end.
 */
export function keyString(value: unknown): string {
  const type = String.fromCharCode(orderOf(value));
  switch (typeOf(value)) {
    case 'int':
    case 'long':
    case 'double':
    case 'decimal':
      return type + numberKey(value);
    case 'string':
    case 'symbol':
      return type + stringKey(String(value));
    case 'object':
      return type + docKey(value as Doc);
    case 'array':
      return `${type}${(value as unknown[]).map(keyString).join('')}\0`;
    case 'objectId':
      return type + latin1((value as ObjectId).id);
    case 'bool':
      return type + (value ? '\x02' : '\x01');
    case 'date':
      return type + doubleKey((value as Date).getTime());
    case 'timestamp':
      return type + doubleKey((value as Timestamp).t) + doubleKey((value as Timestamp).i);
    case 'binData': {
      const bytes = bytesOf(value as Binary);
      return type + doubleKey(bytes.length) + String.fromCharCode(subtypeOf(value as Binary)) + latin1(bytes);
    }
    case 'regex': {
      const regex =
        value instanceof BSONRegExp
          ? [value.pattern, value.options]
          : [(value as RegExp).source, (value as RegExp).flags];
      return type + regex.map((part) => stringKey(part ?? '')).join('');
    }
    case 'javascript':
    case 'javascriptWithScope':
      return type + stringKey((value as Code).code) + docKey((value as Code).scope ?? {});
    default:
      return type;
  }
}

/** Turns an ascending key into a descending one. */
export function invert(key: string): string {
  let inverted = '';
  for (let i = 0; i < key.length; i++) inverted += String.fromCharCode(0xffff - key.charCodeAt(i));
  return inverted;
}

function numberKey(value: unknown): string {
  const near = toNumber(value);
  const rest = typeof value === 'number' ? 0 : remainder(value);
  return doubleKey(near) + (rest === 0 ? '\x80' : rest > 0 ? `\x81${doubleKey(rest)}` : `\x7f${doubleKey(rest)}`);
}

/** The bits of a double, turned so that they sort as unsigned bytes: NaN first, negatives inverted. */
function doubleKey(value: number): string {
  if (Number.isNaN(value)) return '\0'.repeat(8);
  scratch.setFloat64(0, value === 0 ? 0 : value);
  const high = scratch.getInt32(0);
  scratch.setInt32(0, high < 0 ? ~high : high ^ 0x80000000);
  if (high < 0) scratch.setInt32(4, ~scratch.getInt32(4));
  const b = scratch;
  return String.fromCharCode(
    b.getUint8(0),
    b.getUint8(1),
    b.getUint8(2),
    b.getUint8(3),
    b.getUint8(4),
    b.getUint8(5),
    b.getUint8(6),
    b.getUint8(7),
  );
}

const special = /[\0\ud800-\uffff]/;

function stringKey(text: string): string {
  if (!special.test(text)) return `${text}\0`;
  let key = '';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    key += unit === 0 ? '\0\xff' : String.fromCharCode(codePointRank(unit));
  }
  return `${key}\0`;
}

function docKey(doc: Doc): string {
  let key = '';
  for (const name of Object.keys(doc))
    key += String.fromCharCode(orderOf(doc[name])) + stringKey(name) + keyString(doc[name]);
  return `${key}\0`;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
