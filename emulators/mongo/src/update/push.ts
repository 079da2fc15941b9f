import { type Doc, isDoc } from '../bson/codec.ts';
import { compare, identical } from '../bson/compare.ts';
import { toInteger } from '../bson/numbers.ts';
import { isNumeric, typeOf } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { parseSort, sortDocs } from '../query/sort.ts';
import { show } from '../storage/secondary-index.ts';
import type { Change } from './modify.ts';

const modifiers = ['$each', '$position', '$slice', '$sort'];

/** `$push` with its modifiers: put in at the position, then sort, then slice. */
export function push(argument: unknown): Change {
  const options = isDoc(argument) && '$each' in argument ? argument : { $each: [argument] };
  const extra = Object.keys(options).find((key) => !modifiers.includes(key));
  if (extra) fail('BadValue', `Unrecognized clause in $push: ${extra}`);
  const items = options.$each;
  if (!Array.isArray(items))
    fail('BadValue', `The argument to $each in $push must be an array but it was of type: ${typeOf(items)}`);
  const position = wholeNumber(options, '$position');
  const slice = wholeNumber(options, '$slice');
  const sort = '$sort' in options ? arraySort(options.$sort) : undefined;
  return (value, place) => {
    if (value !== undefined && !Array.isArray(value)) {
      fail('BadValue', `The field '${place.path}' must be an array but is of type ${typeOf(value)} in document`);
    }
    const result = value ? [...value] : [];
    result.splice(
      position === undefined ? result.length : position < 0 ? Math.max(0, result.length + position) : position,
      0,
      ...items,
    );
    const sorted = sort ? sort(result) : result;
    const sliced =
      slice === undefined ? sorted : slice === 0 ? [] : slice < 0 ? sorted.slice(slice) : sorted.slice(0, slice);
    return value && identical(value, sliced) ? value : sliced;
  };
}

function wholeNumber(options: Doc, name: string): number | undefined {
  if (!(name in options)) return undefined;
  const value = toInteger(options[name]);
  if (!isNumeric(options[name]) || value === undefined)
    fail('BadValue', `The value for ${name} must be an integer value but was given type: ${typeOf(options[name])}`);
  return value;
}

function arraySort(sort: unknown): (items: unknown[]) => unknown[] {
  if (isDoc(sort)) {
    if (Object.keys(sort).length === 0)
      fail('BadValue', 'The $sort pattern is empty when it should be a set of fields.');
    const parts = parseSort(sort);
    return (items) => sortDocs(items, parts, (item) => (isDoc(item) ? item : {}));
  }
  const direction = toInteger(sort);
  if (direction !== 1 && direction !== -1) {
    fail(
      'BadValue',
      `The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields: ${show(sort)}`,
    );
  }
  return (items) => [...items].sort((a, b) => compare(a, b) * direction);
}
