import { type Doc, field, isDoc, put } from '../bson/codec.ts';
import { fail } from '../errors.ts';
import { show } from '../storage/secondary-index.ts';

/** What an operator makes of the value at a path; `value` is `undefined` where there is none. */
export type Change = (value: unknown, place: Place) => unknown;

interface Place {
  /** The full path, with array indexes for positional parts. */
  path: string;
  /** The path runs into or through an array. */
  inArray: boolean;
}

/** Returned by a Change: take the field away. */
export const remove = Symbol('remove');

export interface PathOptions {
  /** Build what is missing on the way, as $set does; else a path that isn't there is left alone, as $unset does. */
  create: boolean;
  /** The test for `$[name]`, by name. */
  arrayFilters: Map<string, (item: unknown) => boolean>;
}

/**
 * Changes the value at a path and returns the document with it: a new one that shares all it can with the old, or the
 * old one itself if nothing changed.
 */
export function modify(doc: Doc, path: string[], options: PathOptions, change: Change): Doc {
  return inDoc(doc, path, 0, { path: '', inArray: false }, options, change);
}

function inDoc(doc: Doc, path: string[], at: number, place: Place, options: PathOptions, change: Change): Doc {
  const key = path[at]!;
  if (isPositional(key))
    fail('BadValue', `Cannot apply array updates to non-array element ${lastName(place)}: ${show(doc)}`);
  const before = field(doc, key);
  const after = step(
    before,
    path,
    at + 1,
    { path: place.path ? `${place.path}.${key}` : key, inArray: place.inArray },
    options,
    change,
  );
  if (after === before && (after !== undefined || !Object.hasOwn(doc, key))) return doc;
  const copy = { ...doc };
  if (after === remove) delete copy[key];
  else put(copy, key, after);
  return copy;
}

/** The value at a place: changed itself where the path ends, else what lies further down. */
function step(value: unknown, path: string[], at: number, place: Place, options: PathOptions, change: Change): unknown {
  if (at === path.length) {
    const after = change(value, place);
    return after === remove && value === undefined ? undefined : after;
  }
  if (Array.isArray(value)) return inArray(value, path, at, { ...place, inArray: true }, options, change);
  if (isDoc(value)) return inDoc(value, path, at, place, options, change);
  if (isPositional(path[at]!)) {
    if (value === undefined)
      fail('BadValue', `The path '${place.path}' must exist in the document in order to apply array updates.`);
    fail('BadValue', `Cannot apply array updates to non-array element ${lastName(place)}: ${show(value)}`);
  }
  if (!options.create) return value;
  if (value === undefined) {
    const built = inDoc({}, path, at, place, options, change);
    return Object.keys(built).length > 0 ? built : undefined;
  }
  return fail('PathNotViable', `Cannot create field '${path[at]}' in element {${lastName(place)}: ${show(value)}}`);
}

function inArray(
  array: unknown[],
  path: string[],
  at: number,
  place: Place,
  options: PathOptions,
  change: Change,
): unknown[] {
  let copy = array;
  for (const index of targets(array, path[at]!, place, options)) {
    const before = array[index];
    const after = step(before, path, at + 1, { path: `${place.path}.${index}`, inArray: true }, options, change);
    if (after === before) continue;
    if (copy === array) copy = [...array];
    while (copy.length < index) copy.push(null);
    // Taking an element away would move the ones behind it, so it becomes null.
    copy[index] = after === remove ? null : after;
  }
  return copy;
}

function targets(array: unknown[], part: string, place: Place, options: PathOptions): number[] {
  if (part === '$[]') return [...array.keys()];
  if (isPositional(part)) {
    const matches = options.arrayFilters.get(part.slice(2, -1))!;
    return [...array.keys()].filter((index) => matches(array[index]));
  }
  if (/^(0|[1-9]\d*)$/.test(part)) {
    const index = Number(part);
    if (index < array.length) return [index];
    if (!options.create) return [];
    if (index - array.length > 1_500_000) fail('BadValue', `can't backfill more than 1500000 elements`);
    return [index];
  }
  if (!options.create) return [];
  return fail('PathNotViable', `Cannot create field '${part}' in element {${lastName(place)}: ${show(array)}}`);
}

export function isPositional(part: string): boolean {
  return part.startsWith('$[') && part.endsWith(']');
}

function lastName(place: Place): string {
  return place.path.slice(place.path.lastIndexOf('.') + 1);
}
