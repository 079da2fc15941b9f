import { BSONRegExp, type DBRef, type DeserializeOptions, Double, deserialize, Int32, Long, serialize } from 'bson';

export type Doc = Record<string, unknown>;

const options: DeserializeOptions = { promoteValues: false, bsonRegExp: true, validation: { utf8: false } };

/**
 * Decodes one document so that encoding it again gives the same types: an int32 is a number, a double is a number
 * unless it would be taken for an int32 (then `Double`), the other types are the classes of `bson`.
 */
export function decode(bytes: Uint8Array): Doc {
  return simplify(deserialize(bytes, options)) as Doc;
}

export function encode(doc: Doc): Uint8Array {
  return serialize(doc, { ignoreUndefined: false });
}

function simplify(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = simplify(value[i]);
    return value;
  }
  switch ((value as { _bsontype?: string })._bsontype) {
    case undefined:
      if (value instanceof Date) return value;
      break;
    case 'Int32':
      return (value as Int32).value;
    case 'Double':
      return double((value as Double).value);
    case 'DBRef':
      return simplify((value as DBRef).toJSON());
    default:
      return value;
  }
  const doc = value as Doc;
  for (const key of Object.keys(doc)) {
    const before = doc[key];
    const after = simplify(before);
    if (after !== before) put(doc, key, after);
  }
  return doc;
}

/** A double that stays one: a whole number in int32's range would be encoded as int32, so it keeps its wrapper. */
export function double(value: number): number | Double {
  return isInt32(value) ? new Double(value) : value;
}

export function isInt32(value: number): boolean {
  return (value | 0) === value && !Object.is(value, -0);
}

/** Sets a field, also one called `__proto__`. */
export function put(doc: Doc, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(doc, key, { value, writable: true, enumerable: true, configurable: true });
  else doc[key] = value;
}

/** A field of the document itself, never one inherited from Object. */
export function field(doc: Doc, key: string): unknown {
  const value = doc[key];
  return value === undefined || key in Object.prototype === false || Object.hasOwn(doc, key) ? value : undefined;
}

/** A subdocument: neither an array, nor a date, nor one of BSON's own types. */
export function isDoc(value: unknown): value is Doc {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    (value as { _bsontype?: unknown })._bsontype === undefined
  );
}

/**
 * Values as mingo's expressions understand them: whole doubles and safe longs as numbers, patterns as RegExp.
 * Always a deep copy, as some of mingo's stages write into their input.
 */
export function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Double) return value.value;
  if (value instanceof Int32) return value.value;
  if (value instanceof Long && (value as { _bsontype: string })._bsontype === 'Long') {
    const number = value.toNumber();
    return Number.isSafeInteger(number) ? number : value;
  }
  if (value instanceof BSONRegExp) return toRegExp(value);
  if (!isDoc(value)) return value;
  const copy: Doc = {};
  for (const key of Object.keys(value)) put(copy, key, plain(value[key]));
  return copy;
}

export function toRegExp(pattern: BSONRegExp | RegExp): RegExp {
  if (pattern instanceof RegExp) return pattern;
  return compileRegExp(pattern.pattern, pattern.options);
}

/** MongoDB's options i, m, s, u are JavaScript's; x (extended) is unfolded by dropping blanks and comments. */
export function compileRegExp(source: string, flags: string): RegExp {
  const extended = flags.includes('x');
  const body = extended
    ? source.replace(/\\.|\[(?:\\.|[^\]])*\]|\s+|#.*$/gm, (part) => (/^[\s#]/.test(part) ? '' : part))
    : source;
  const known = [...new Set(flags)].filter((flag) => 'imsu'.includes(flag)).join('');
  const inline = /^\(\?([ims]+)\)/.exec(body);
  if (!inline) return new RegExp(body, known);
  return new RegExp(body.slice(inline[0].length), [...new Set(known + inline[1])].join(''));
}
