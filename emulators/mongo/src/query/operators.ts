import { compileRegExp, type Doc, toRegExp } from '../bson/codec.ts';
import { compare, type StringOrder } from '../bson/compare.ts';
import { toInteger, toNumber } from '../bson/numbers.ts';
import { isNumeric, orderOf, type TypeName, typeNames, typeOf } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { bitTest } from './bits.ts';
import type { FilterOptions, Match } from './match.ts';
import { type Leaf, visitPath } from './path.ts';

export type Predicate = (doc: Doc, match?: Match) => boolean;
type ValueTest = (value: unknown) => boolean;

/** Lifts a test of one value to a document: true if any value the path means passes. */
export function pathPredicate(path: string[], leaf: Leaf, test: (value: unknown, match?: Match) => boolean): Predicate {
  return (doc, match) =>
    visitPath(doc, path, leaf, (value, index) => {
      if (!test(value, match)) return false;
      if (match && index !== undefined) match.position = index;
      return true;
    });
}

/** One operator on one path; `siblings` is the document it stands in, where `$regex` finds its `$options`. */
export function operatorPredicate(
  path: string[],
  operator: string,
  argument: unknown,
  siblings: Doc,
  options: FilterOptions,
): Predicate {
  const any = (test: ValueTest, leaf: Leaf = 'both') => pathPredicate(path, leaf, test);
  const none = (test: ValueTest, leaf: Leaf = 'both') => {
    const found = pathPredicate(path, leaf, test);
    return (doc: Doc) => !found(doc);
  };
  const strings = options.strings;
  switch (operator) {
    case '$eq':
      return any(equals(argument, strings));
    case '$ne':
      if (typeOf(argument) === 'regex') fail('BadValue', "Can't have regex as arg to $ne.");
      return none(equals(argument, strings));
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return any(inequality(operator, argument, strings));
    case '$in':
      return any(oneOf(operator, argument, strings));
    case '$nin':
      return none(oneOf(operator, argument, strings));
    case '$exists':
      return truthy(argument) ? any(isThere, 'itself') : none(isThere, 'itself');
    case '$type':
      return any(ofType(argument));
    case '$regex':
      return any(pattern(argument, siblings.$options));
    case '$options':
      return fail('BadValue', '$options needs a $regex');
    case '$mod':
      return any(modulo(argument));
    case '$size':
      return any(size(argument), 'itself');
    case '$bitsAllSet':
    case '$bitsAnySet':
    case '$bitsAllClear':
    case '$bitsAnyClear':
      return any(bitTest(operator, argument));
    case '$comment':
      return () => true;
    case '$near':
    case '$nearSphere':
    case '$geoWithin':
    case '$geoIntersects':
      return fail('NotImplemented', `${operator} is not supported by this stand-in`);
    default:
      return fail('BadValue', `unknown operator: ${operator}`);
  }
}

const isThere = (value: unknown) => value !== undefined;

function truthy(value: unknown): boolean {
  return isNumeric(value) ? toNumber(value) !== 0 : value !== false && value !== null && value !== undefined;
}

function equals(wanted: unknown, strings?: StringOrder): ValueTest {
  if (wanted === null || wanted === undefined) return (value) => value === null || value === undefined;
  if (typeof wanted === 'string' && !strings) return (value) => value === wanted;
  return (value) => value === wanted || compare(value, wanted, strings) === 0;
}

/** Values compare only with values of their own type, except that MinKey and MaxKey compare with all. */
function inequality(operator: string, bound: unknown, strings?: StringOrder): ValueTest {
  if (typeOf(bound) === 'regex') fail('BadValue', `Can't have RegEx as arg to predicate over field.`);
  const wanted = bound ?? null;
  const order = orderOf(wanted);
  const anyType = order < 0 || order === 1 || order === 127;
  const passes = {
    $gt: (sign: number) => sign > 0,
    $gte: (sign: number) => sign >= 0,
    $lt: (sign: number) => sign < 0,
    $lte: (sign: number) => sign <= 0,
  }[operator]!;
  return (value) => {
    const actual = value === undefined ? null : value;
    if (!anyType && orderOf(actual) !== order) return false;
    if (anyType && value === undefined) return passes(compare(null, wanted));
    const nan = order === 10 && Number(isNaNValue(actual)) + Number(isNaNValue(wanted));
    if (nan === 1) return false;
    return passes(compare(actual, wanted, strings));
  };
}

function isNaNValue(value: unknown): boolean {
  return Number.isNaN(toNumber(value));
}

function oneOf(operator: string, list: unknown, strings?: StringOrder): ValueTest {
  if (!Array.isArray(list)) fail('BadValue', `${operator} needs an array`);
  const simple = new Set<unknown>();
  const tests: ValueTest[] = [];
  for (const item of list) {
    const type = typeOf(item);
    if (type === 'object' && Object.keys(item as Doc)[0]?.startsWith('$') && !('$ref' in (item as Doc))) {
      fail('BadValue', `cannot nest $ under ${operator}`);
    }
    if (type === 'regex') tests.push(pattern(item, undefined));
    else if (type === 'string' && !strings) simple.add(item);
    else tests.push(equals(item, strings));
  }
  return (value) => simple.has(value) || tests.some((test) => test(value));
}

function ofType(argument: unknown): ValueTest {
  const wanted = new Set<TypeName>();
  for (const item of Array.isArray(argument) ? argument : [argument]) {
    const number = toInteger(item);
    if (typeof item !== 'string' && !isNumeric(item))
      fail('TypeMismatch', 'type must be represented as a number or a string');
    const names = typeNames(typeof item === 'string' ? item : (number ?? Number.NaN));
    if (!names)
      fail(
        'BadValue',
        typeof item === 'string' ? `Unknown type name alias: ${item}` : `Invalid numerical type code: ${String(item)}`,
      );
    for (const name of names) wanted.add(name);
  }
  if (wanted.size === 0) fail('FailedToParse', '$type must match at least one type');
  return (value) => value !== undefined && wanted.has(typeOf(value));
}

function pattern(argument: unknown, flags: unknown): ValueTest {
  if (flags !== undefined && typeof flags !== 'string') fail('BadValue', '$options has to be a string');
  const own = typeOf(argument) === 'regex' ? toRegExp(argument as RegExp) : undefined;
  if (!own && typeof argument !== 'string') fail('BadValue', '$regex has to be a string');
  if (own?.flags && flags) fail(51075, 'options set in both $regex and $options');
  if (flags && /[^imsxu]/.test(flags)) fail(51108, `invalid flag in regex options: ${/[^imsxu]/.exec(flags)?.[0]}`);
  let regex: RegExp;
  try {
    regex = own && !flags ? own : compileRegExp(own ? own.source : (argument as string), flags ?? '');
  } catch (error) {
    fail(51091, `Regular expression is invalid: ${(error as Error).message}`);
  }
  const same = own && equals(argument);
  return (value) =>
    typeof value === 'string' ? regex.test(value) : same !== undefined && typeOf(value) === 'regex' && same(value);
}

function modulo(argument: unknown): ValueTest {
  if (!Array.isArray(argument)) fail('BadValue', 'malformed mod, needs to be an array');
  if (argument.length < 2) fail('BadValue', 'malformed mod, not enough elements');
  if (argument.length > 2) fail('BadValue', 'malformed mod, too many elements');
  const [divisor, wanted] = argument.map((item) => {
    if (!isNumeric(item)) fail('BadValue', 'malformed mod, divisor not a number');
    return Math.trunc(toNumber(item));
  });
  if (divisor === 0) fail('BadValue', 'divisor cannot be 0');
  return (value) =>
    isNumeric(value) &&
    Number.isFinite(toNumber(value)) &&
    Math.trunc(toNumber(value)) % divisor! === (wanted! === 0 ? 0 : wanted!);
}

function size(argument: unknown): ValueTest {
  if (!isNumeric(argument))
    fail('FailedToParse', `Failed to parse $size. Expected a number in: $size: ${JSON.stringify(argument)}`);
  const wanted = toInteger(argument);
  if (wanted === undefined)
    fail('FailedToParse', `Failed to parse $size. Expected an integer: $size: ${String(argument)}`);
  if (wanted < 0) fail('BadValue', `Failed to parse $size. Expected a non-negative number in: $size: ${wanted}`);
  return (value) => Array.isArray(value) && value.length === wanted;
}
