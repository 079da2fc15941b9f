import { type Doc, field, isDoc } from '../bson/codec.ts';
import { typeOf } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { show } from '../storage/secondary-index.ts';
import { modify, remove } from './modify.ts';
import { refuseBadPath } from './paths.ts';

export function renameTo(path: string, target: unknown): { from: string[]; to: string[] } {
  if (typeof target !== 'string')
    fail('BadValue', `The 'to' field for $rename must be a string: ${path}: ${show(target)}`);
  refuseBadPath(target);
  if (target === path)
    fail('BadValue', `The source and target field for $rename must differ: ${path}: ${show(target)}`);
  for (const [which, name] of [
    ['source', path],
    ['destination', target],
  ]) {
    if (name!.split('.').some((part) => part[0] === '$'))
      fail('BadValue', `The ${which} field for $rename may not be dynamic: ${name}`);
  }
  return { from: path.split('.'), to: target.split('.') };
}

/** The field to be renamed, and the document without it; `undefined` where there is none. */
export function takenFrom(doc: Doc, from: string[], to: string[]): { value: unknown; rest: Doc } | undefined {
  refuseArray(doc, from, 'source');
  refuseArray(doc, to, 'destination');
  let value: unknown = doc;
  for (const part of from) value = isDoc(value) ? field(value, part) : undefined;
  if (value === undefined) return undefined;
  return { value, rest: modify(doc, from, { create: false, arrayFilters: new Map() }, () => remove) };
}

function refuseArray(doc: Doc, path: string[], which: string): void {
  let value: unknown = doc;
  for (const part of path.slice(0, -1)) {
    value = isDoc(value) ? field(value, part) : undefined;
    if (!Array.isArray(value)) continue;
    fail(
      'BadValue',
      `The ${which} field cannot be an array element, '${path.join('.')}' in doc with ${show(doc._id)} has an array field called '${part}' (${typeOf(value)})`,
    );
  }
}
