import { type Doc, isDoc } from '../bson/codec.ts';
import { compare, type StringOrder } from '../bson/compare.ts';
import { toNumber } from '../bson/numbers.ts';
import { isNumeric } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { keysAt } from './path.ts';

export interface SortPart {
  path: string[];
  direction: 1 | -1;
}

export function parseSort(sort: Doc): SortPart[] {
  return Object.entries(sort).map(([key, value]) => {
    if (isDoc(value)) fail('BadValue', `$meta sorts are not supported by this stand-in: ${key}`);
    if (!isNumeric(value)) fail(15974, `Illegal key in $sort specification: ${key}: ${JSON.stringify(value)}`);
    const direction = toNumber(value);
    if (direction !== 1 && direction !== -1)
      fail(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    if (key === '' || key.split('.').includes('')) fail(15998, 'FieldPath field names may not be empty strings.');
    return { path: key.split('.'), direction };
  });
}

/** Sorts without changing the input; equal keys keep their order. */
export function sortDocs<T>(items: T[], parts: SortPart[], docOf: (item: T) => Doc, strings?: StringOrder): T[] {
  const keyed = items.map((item) => ({ item, keys: parts.map((part) => sortKey(docOf(item), part, strings)) }));
  keyed.sort((a, b) => {
    for (let i = 0; i < parts.length; i++) {
      const order = compare(a.keys[i], b.keys[i], strings);
      if (order !== 0) return order * parts[i]!.direction;
    }
    return 0;
  });
  return keyed.map(({ item }) => item);
}

/** Of an array its smallest element when ascending, its largest when descending. */
function sortKey(doc: Doc, { path, direction }: SortPart, strings?: StringOrder): unknown {
  const keys = keysAt(doc, path);
  return keys.reduce((best, key) => (compare(key, best, strings) * direction < 0 ? key : best));
}
