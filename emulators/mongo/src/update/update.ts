import { type Doc, isDoc } from '../bson/codec.ts';
import { identical } from '../bson/compare.ts';
import { typeOf } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { compileFilter, type Filter } from '../query/filter.ts';
import { show } from '../storage/secondary-index.ts';
import type { Update, UpdateOptions } from './compiled.ts';
import { type Change, isPositional, modify, type PathOptions } from './modify.ts';
import { updateOperators } from './operators.ts';
import { refuseBadPath, refusePathConflicts } from './paths.ts';
import { pipelineUpdate } from './pipeline.ts';
import { renameTo, takenFrom } from './rename.ts';
import { replacement } from './replacement.ts';

/** Compiles an update of any form: operators, replacement document or pipeline. Throws for what MongoDB refuses at parsing. */
export function compileUpdate(update: unknown, options: UpdateOptions): Update {
  if (Array.isArray(update)) {
    if (options.arrayFilters?.length)
      fail('FailedToParse', 'arrayFilters may not be specified for pipeline-syle updates');
    return pipelineUpdate(update as Doc[], options);
  }
  if (!isDoc(update)) fail('FailedToParse', 'Update argument must be either an object or an array');
  if (!isOperatorUpdate(update)) {
    if (options.arrayFilters?.length)
      fail('FailedToParse', 'arrayFilters may not be specified for replacement-style updates');
    return replacement(update);
  }
  return operatorUpdate(update, options);
}

export function isOperatorUpdate(update: unknown): boolean {
  return isDoc(update) && Object.keys(update)[0]?.[0] === '$';
}

interface Step {
  path: string[];
  create: boolean;
  onInsertOnly: boolean;
  change: Change;
}

function operatorUpdate(update: Doc, options: UpdateOptions): Update {
  const arrayFilters = compileArrayFilters(options.arrayFilters ?? []);
  const steps: Step[] = [];
  const renames: { from: string[]; to: string[] }[] = [];
  for (const [operator, fields] of Object.entries(update)) {
    if (operator !== '$rename' && !Object.hasOwn(updateOperators, operator)) {
      fail(
        'FailedToParse',
        `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
    }
    if (!isDoc(fields)) {
      fail(
        'FailedToParse',
        `Modifiers operate on fields but we found type ${typeOf(fields)} instead. For example: {$mod: {<field>: ...}} not {${operator}: ${show(fields)}}`,
      );
    }
    for (const [path, argument] of Object.entries(fields)) {
      refuseBadPath(path);
      if (operator === '$rename') renames.push(renameTo(path, argument));
      else steps.push(prepare(operator, path, argument, options.now));
    }
  }
  refusePathConflicts([...steps.map((step) => step.path), ...renames.flatMap(({ from, to }) => [from, to])]);
  refuseUnknownIdentifiers(steps, arrayFilters);
  steps.sort((a, b) => comparePaths(a.path, b.path));
  const usesPosition = steps.some((step) => step.path.includes('$'));

  return (doc, { position, inserting = false }) => {
    if (usesPosition && position === undefined) {
      fail('BadValue', 'The positional operator did not find the match needed from the query.');
    }
    let result = doc;
    for (const { from, to } of renames) {
      const moved = takenFrom(result, from, to);
      if (!moved) continue;
      result = modify(moved.rest, to, { create: true, arrayFilters }, () => moved.value);
    }
    for (const step of steps) {
      if (step.onInsertOnly && !inserting) continue;
      const path = usesPosition ? step.path.map((part) => (part === '$' ? String(position) : part)) : step.path;
      const pathOptions: PathOptions = { create: step.create, arrayFilters };
      result = modify(result, path, pathOptions, step.change);
    }
    refuseChangedId(doc, result);
    return result;
  };
}

function prepare(operator: string, path: string, argument: unknown, now: Date): Step {
  const { create, prepare } = updateOperators[operator]!;
  return {
    path: path.split('.'),
    create,
    onInsertOnly: operator === '$setOnInsert',
    change: prepare(argument, path, now),
  };
}

/** A document being inserted may get its first `_id`; any other may not lose or change it. */
function refuseChangedId(before: Doc, after: Doc): void {
  if (before === after || before._id === undefined || identical(before._id, after._id)) return;
  fail('ImmutableField', `Performing an update on the path '_id' would modify the immutable field '_id'`);
}

function compileArrayFilters(filters: Doc[]): Map<string, (item: unknown) => boolean> {
  const compiled = new Map<string, (item: unknown) => boolean>();
  for (const filter of filters) {
    if (!isDoc(filter))
      fail(
        'TypeMismatch',
        `BSON field 'update.updates.arrayFilters.0' is the wrong type '${typeOf(filter)}', expected type 'object'`,
      );
    const names = new Set(identifiers(filter));
    if (names.size === 0)
      fail('FailedToParse', 'Cannot use an expression without a top-level field name in arrayFilters');
    if (names.size > 1)
      fail(
        'FailedToParse',
        `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${[...names].slice(0, 2).join("' and '")}'`,
      );
    const [name] = names as Set<string> & Iterable<string>;
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name!))
      fail(
        'BadValue',
        `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${name}'`,
      );
    if (compiled.has(name!))
      fail('FailedToParse', `Found multiple array filters with the same top-level field name ${name}`);
    const matches: Filter = compileFilter(filter);
    compiled.set(name!, (item) => matches({ [name!]: item }));
  }
  return compiled;
}

function identifiers(filter: Doc): string[] {
  return Object.entries(filter).flatMap(([key, value]) => {
    if (key[0] !== '$') return [key.split('.')[0]!];
    return Array.isArray(value) ? value.filter(isDoc).flatMap(identifiers) : [];
  });
}

function refuseUnknownIdentifiers(steps: Step[], filters: Map<string, unknown>): void {
  const used = new Set(steps.flatMap((step) => step.path.filter(isPositional)).map((part) => part.slice(2, -1)));
  for (const name of used) {
    if (name === '' || filters.has(name)) continue;
    const path = steps.find((step) => step.path.includes(`$[${name}]`))?.path.join('.');
    fail('BadValue', `No array filter found for identifier '${name}' in path '${path}'`);
  }
  for (const name of filters.keys()) {
    if (!used.has(name)) fail('FailedToParse', `The array filter for identifier '${name}' was not used in the update`);
  }
}

/** New fields are added in the order of their paths, numbers by value. */
function comparePaths(a: string[], b: string[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a[i] === b[i]) continue;
    const [x, y] = [Number(a[i]), Number(b[i])];
    if (Number.isInteger(x) && Number.isInteger(y)) return x - y;
    return a[i]! < b[i]! ? -1 : 1;
  }
  return a.length - b.length;
}
