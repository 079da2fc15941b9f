import { type Doc, field, isDoc } from '../bson/codec.ts';

/** Whether an array at the end of a path stands for its elements, itself, or both. */
export type Leaf = 'both' | 'itself';

/**
 * Calls `visit` with every value that a dotted path means in a document, as MongoDB's matcher does: through arrays of
 * subdocuments, by array index, and at the end with an array's elements and then the array itself. A path that is not
 * there is visited once as `undefined`. Stops and says `true` as soon as `visit` does.
 */
export function visitPath(
  doc: Doc,
  path: readonly string[],
  leaf: Leaf,
  visit: (value: unknown, index?: number) => boolean,
): boolean {
  return visitDoc(doc, path, 0, leaf, visit, undefined);
}

type Visit = (value: unknown, index?: number) => boolean;

/** `index` is the place in the outermost array that led here: what the positional operator `$` stands for. */
function visitDoc(
  doc: Doc,
  path: readonly string[],
  at: number,
  leaf: Leaf,
  visit: Visit,
  index: number | undefined,
): boolean {
  const value = field(doc, path[at]!);
  if (at === path.length - 1) return visitLeaf(value, leaf, visit, index);
  if (Array.isArray(value)) return visitArray(value, path, at + 1, leaf, visit, index);
  if (isDoc(value)) return visitDoc(value, path, at + 1, leaf, visit, index);
  return visit(undefined, index);
}

function visitLeaf(value: unknown, leaf: Leaf, visit: Visit, index: number | undefined): boolean {
  if (leaf === 'both' && Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (visit(value[i], index ?? i)) return true;
  }
  return visit(value, index);
}

function visitArray(
  array: unknown[],
  path: readonly string[],
  at: number,
  leaf: Leaf,
  visit: Visit,
  index: number | undefined,
): boolean {
  const last = at === path.length - 1;
  for (let i = 0; i < array.length; i++) {
    const item = array[i];
    const place = index ?? i;
    if (isDoc(item) && visitDoc(item, path, at, leaf, visit, place)) return true;
    if (path[at] !== String(i)) continue;
    if (last) {
      if (visit(item, place)) return true;
    } else if (Array.isArray(item)) {
      if (visitArray(item, path, at + 1, leaf, visit, place)) return true;
    } else if (isDoc(item)) {
      if (visitDoc(item, path, at + 1, leaf, visit, place)) return true;
    }
  }
  return false;
}

/** Stands for a field that isn't there, where null would be mistaken for a value. */
export const absent = Symbol('absent');

/**
 * The values an index or a sort takes for a path: a field's value, or its elements if it is an array. A missing field
 * counts as `missing`, and an empty array as `undefined`, which sorts before null.
 */
export function keysAt(doc: Doc, path: readonly string[], missing: unknown = null): unknown[] {
  const top = field(doc, path[0]!);
  if (path.length === 1 && !Array.isArray(top)) return [top === undefined ? missing : top];
  const keys: unknown[] = [];
  collect(doc, path, 0, missing, keys);
  return keys;
}

function collect(value: unknown, path: readonly string[], at: number, missing: unknown, keys: unknown[]): void {
  if (at === path.length) {
    if (!Array.isArray(value)) keys.push(value === undefined ? missing : value);
    else if (value.length === 0) keys.push(undefined);
    else keys.push(...value);
  } else if (isDoc(value)) {
    collect(field(value, path[at]!), path, at + 1, missing, keys);
  } else if (Array.isArray(value) && value.length > 0) {
    const byIndex = /^\d+$/.test(path[at]!) && Number(path[at]) < value.length;
    if (byIndex) collect(value[Number(path[at])], path, at + 1, missing, keys);
    else
      for (const item of value)
        collect(isDoc(item) ? item : undefined, path, isDoc(item) ? at : path.length, missing, keys);
  } else {
    keys.push(missing);
  }
}

/** Where on a path the first array is: the path up to it, `undefined` if there is none. */
export function arrayOn(doc: Doc, path: readonly string[]): string | undefined {
  let value: unknown = doc;
  for (let i = 0; i < path.length; i++) {
    value = isDoc(value) ? field(value, path[i]!) : undefined;
    if (Array.isArray(value)) return path.slice(0, i + 1).join('.');
  }
  return undefined;
}
