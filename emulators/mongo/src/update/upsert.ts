import { ObjectId } from 'bson';
import { type Doc, isDoc } from '../bson/codec.ts';
import { typeOf } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { isOperators } from '../query/filter.ts';
import type { Update } from './compiled.ts';
import { modify } from './modify.ts';
import { isOperatorUpdate } from './update.ts';

/** The document that an upsert without a match inserts: what the filter says of it, then the update, then an `_id`. */
export function upserted(filter: Doc, update: unknown, apply: Update): Doc {
  const known = new Map<string, unknown>();
  gather(filter, known);
  const replacing = !Array.isArray(update) && !isOperatorUpdate(update);
  let doc: Doc = {};
  for (const [path, value] of known) {
    if (replacing && path !== '_id') continue;
    doc = modify(doc, path.split('.'), { create: true, arrayFilters: new Map() }, () => value);
  }
  const { _id: id, ...rest } = apply(doc, { inserting: true });
  return { _id: id === undefined ? new ObjectId() : id, ...rest };
}

/** Equality conditions, at the top and within `$and`, `$or` of one, `$in` of one and `$all` of one. */
function gather(filter: Doc, known: Map<string, unknown>): void {
  for (const [key, value] of Object.entries(filter)) {
    if (key === '$and' && Array.isArray(value)) for (const part of value) gather(part as Doc, known);
    else if (key === '$or' && Array.isArray(value) && value.length === 1) gather(value[0] as Doc, known);
    else if (key[0] !== '$') for (const equal of equalities(value)) note(known, key, equal);
  }
}

function equalities(value: unknown): unknown[] {
  if (typeOf(value) === 'regex') return [];
  if (!isOperators(value)) return [value];
  return Object.entries(value).flatMap(([operator, argument]) => {
    if (operator === '$eq') return [argument];
    const single = (operator === '$in' || operator === '$all') && Array.isArray(argument) && argument.length === 1;
    return single && typeOf(argument[0]) !== 'regex' && !(isDoc(argument[0]) && '$elemMatch' in argument[0])
      ? argument
      : [];
  });
}

function note(known: Map<string, unknown>, path: string, value: unknown): void {
  for (const other of known.keys()) {
    if (other === path || other.startsWith(`${path}.`) || path.startsWith(`${other}.`)) {
      const shorter = other.length < path.length ? other : path;
      fail('NotSingleValueField', `cannot infer query fields to set, path '${shorter}' is matched twice`);
    }
  }
  known.set(path, value);
}
