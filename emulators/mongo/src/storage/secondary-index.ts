import { type Doc, field } from '../bson/codec.ts';
import { equal } from '../bson/compare.ts';
import { invert, keyString } from '../bson/key-string.ts';
import { fail } from '../errors.ts';
import { compileFilter, type Filter } from '../query/filter.ts';
import { arrayOn, keysAt, visitPath } from '../query/path.ts';
import { SortedList } from './sorted-list.ts';

/** As createIndexes and listIndexes have it. */
export interface IndexSpec {
  v: number;
  key: Doc;
  name: string;
  unique?: boolean;
  sparse?: boolean;
  partialFilterExpression?: Doc;
  expireAfterSeconds?: number;
  [option: string]: unknown;
}

export interface IndexPart {
  name: string;
  path: string[];
  descending: boolean;
}

/** An index over one or more paths: entries sorted by the key strings of the values, then by `_id`. */
export class SecondaryIndex {
  readonly spec: IndexSpec;
  readonly parts: IndexPart[];
  /** Some document has several keys, so the index gives neither an order nor both ends of a range. */
  multikey = false;
  /** Key string and `_id` together; the value is the key string of `_id`, so an update that leaves the keys alone costs nothing. */
  readonly entries = new SortedList<string>();
  readonly #covers: Filter | undefined;
  /** The document's own fields that its keys come from; undefined: any. */
  readonly #fields: readonly string[] | undefined;

  constructor(spec: IndexSpec) {
    this.spec = spec;
    this.parts = Object.entries(spec.key).map(([name, direction]) => ({
      name,
      path: name.split('.'),
      descending: Number(direction) < 0,
    }));
    this.#covers = spec.partialFilterExpression && compileFilter(spec.partialFilterExpression);
    const names = [spec.key, spec.partialFilterExpression ?? {}].flatMap((paths) => Object.keys(paths));
    const isPath = names.every((name) => !name.startsWith('$'));
    this.#fields = isPath ? names.map((name) => name.split('.', 1)[0] as string) : undefined;
  }

  /** Whether the two surely have the same keys: an update shares with the old document what it leaves alone. */
  isUntouched(before: Doc, after: Doc): boolean {
    return this.#fields?.every((name) => field(before, name) === field(after, name)) ?? false;
  }

  add(keys: string[], id: string): void {
    for (const key of keys) this.entries.set(key + id, id);
  }

  remove(keys: string[], id: string): void {
    for (const key of keys) this.entries.delete(key + id);
  }

  /** The `_id` key of another document that has one of these keys, where the index is unique. */
  holder(keys: string[], self?: string): string | undefined {
    if (!this.spec.unique) return undefined;
    for (const key of keys) {
      for (const id of this.entries.range(key, key + last)) if (id !== self) return id;
    }
    return undefined;
  }

  /** The key strings of a document: one, or one for each element of an array; none where sparse or partial leaves it out. */
  keysOf(doc: Doc): string[] {
    if (this.#covers && !this.#covers(doc)) return [];
    if (this.spec.sparse && !this.parts.some((part) => visitPath(doc, part.path, 'itself', isThere))) return [];
    const values = this.parts.map((part) => keysAt(doc, part.path));
    const arrays = new Set(this.parts.map((part) => arrayOn(doc, part.path)).filter((path) => path !== undefined));
    if (arrays.size === 0) return [this.#join(values.map((list) => list[0]))];
    if (arrays.size > 1) fail('CannotIndexParallelArrays', `cannot index parallel arrays [${[...arrays].join('] [')}]`);
    this.multikey = true;
    const longest = Math.max(...values.map((list) => list.length));
    return [
      ...new Set(
        Array.from({ length: longest }, (_, i) => this.#join(values.map((list) => list[list.length === 1 ? 0 : i]))),
      ),
    ];
  }

  /** The key string of one value in this index's direction. */
  partKey(at: number, value: unknown): string {
    const key = keyString(value);
    return this.parts[at]!.descending ? invert(key) : key;
  }

  #join(values: unknown[]): string {
    let key = '';
    for (let i = 0; i < values.length; i++) key += this.partKey(i, values[i]);
    return key;
  }

  /** The offending key as MongoDB reports it: for an array the element that both documents have. */
  keyValue(doc: Doc, other: Doc): Doc {
    const keyValue: Doc = {};
    for (const { name, path } of this.parts) {
      const theirs = keysAt(other, path);
      const values = keysAt(doc, path);
      keyValue[name] = values.find((value) => theirs.some((their) => equal(value, their))) ?? values[0] ?? null;
    }
    return keyValue;
  }
}

const isThere = (value: unknown) => value !== undefined;

/** Sorts after every key string that starts with a given prefix, as key strings use characters up to U+FFFF only inside. */
export const last = '\uffff';

export function duplicateKey(namespace: string, name: string, keyPattern: Doc, keyValue: Doc): never {
  const shown = Object.entries(keyValue)
    .map(([key, value]) => `${key}: ${show(value)}`)
    .join(', ');
  return fail(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${namespace} index: ${name} dup key: { ${shown} }`,
    {
      keyPattern,
      keyValue,
    },
  );
}

/** A value in an error message, more or less as the server's shell would print it. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === undefined || value === null) return 'null';
  if (Array.isArray(value)) return `[ ${value.map(show).join(', ')} ]`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  const type = (value as { _bsontype?: string })._bsontype;
  if (type === 'ObjectId') return `ObjectId('${String(value)}')`;
  if (typeof value !== 'object' || type) return String(value);
  const fields = Object.keys(value).map((key) => `${key}: ${show(field(value as Doc, key))}`);
  return fields.length > 0 ? `{ ${fields.join(', ')} }` : '{}';
}
