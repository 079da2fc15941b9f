import { Decimal128, Long, Timestamp } from 'bson';
import { field, isDoc } from '../bson/codec.ts';
import { compare, equal, identical } from '../bson/compare.ts';
import { add, bitwise, multiply, toInteger, toNumber } from '../bson/numbers.ts';
import { isNumeric, typeOf } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { compileFilter, elementFilter, isOperators } from '../query/filter.ts';
import { show } from '../storage/secondary-index.ts';
import { type Change, remove } from './modify.ts';
import { push } from './push.ts';

export interface UpdateOperator {
  /** Whether it builds a path that isn't there. */
  create: boolean;
  /** Checks the argument once, and gives the change to make. */
  prepare(argument: unknown, path: string, now: Date): Change;
}

const set: UpdateOperator = {
  create: true,
  prepare: (argument) => (value) =>
    value !== undefined && identical(value, argument) ? value : argument === undefined ? null : argument,
};

/** Every update operator but `$rename`, which is two paths' affair. */
export const updateOperators: Record<string, UpdateOperator> = {
  $set: set,
  $setOnInsert: set,
  $unset: { create: false, prepare: () => () => remove },
  $inc: { create: true, prepare: (argument, path) => arithmetic('$inc', 'increment', argument, path, add) },
  $mul: { create: true, prepare: (argument, path) => arithmetic('$mul', 'multiply', argument, path, multiply) },
  $min: {
    create: true,
    prepare: (argument) => (value) => (value === undefined || compare(argument, value) < 0 ? argument : value),
  },
  $max: {
    create: true,
    prepare: (argument) => (value) => (value === undefined || compare(argument, value) > 0 ? argument : value),
  },
  $currentDate: { create: true, prepare: currentDate },
  $bit: { create: true, prepare: bit },
  $push: { create: true, prepare: push },
  $addToSet: { create: true, prepare: addToSet },
  $pop: { create: false, prepare: pop },
  $pull: { create: false, prepare: pull },
  $pullAll: { create: false, prepare: pullAll },
};

function arithmetic(
  operator: string,
  verb: string,
  argument: unknown,
  path: string,
  calculate: (a: unknown, b: unknown) => unknown,
): Change {
  if (!isNumeric(argument))
    fail('TypeMismatch', `Cannot ${verb} with non-numeric argument: {${path}: ${show(argument)}}`);
  return (value, place) => {
    if (value === undefined) return operator === '$inc' ? argument : calculate(argument, zeroLike(argument));
    if (!isNumeric(value)) {
      fail(
        'TypeMismatch',
        `Cannot apply ${operator} to a value of non-numeric type. {${place.path}} has the field '${lastPart(place.path)}' of non-numeric type ${typeOf(value)}`,
      );
    }
    const result = calculate(value, argument);
    if (result === undefined)
      fail('BadValue', `Failed to apply ${operator} operations to current value (${String(value)}) for document`);
    return identical(result, value) ? value : result;
  };
}

function zeroLike(value: unknown): unknown {
  return typeOf(value) === 'decimal' ? Decimal128.fromString('0') : typeOf(value) === 'long' ? Long.ZERO : 0;
}

let lastStamp = 0;

function currentDate(argument: unknown, _path: string, now: Date): Change {
  const type = isDoc(argument) ? argument.$type : 'date';
  if (typeof argument !== 'boolean' && !isDoc(argument)) {
    fail(
      'BadValue',
      `${typeOf(argument)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    );
  }
  const extra = isDoc(argument) && Object.keys(argument).find((key) => key !== '$type');
  if (extra) fail('BadValue', `Unrecognized $currentDate option: ${extra}`);
  if (type === 'date') return () => now;
  if (type === 'timestamp') return () => new Timestamp({ t: Math.floor(now.getTime() / 1000), i: ++lastStamp });
  return fail(
    'BadValue',
    `The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}`,
  );
}

function bit(argument: unknown, path: string): Change {
  if (!isDoc(argument)) {
    fail(
      'BadValue',
      `The $bit modifier is not compatible with a ${typeOf(argument)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    );
  }
  const steps = Object.entries(argument).map(([name, operand]) => {
    if (!['and', 'or', 'xor'].includes(name))
      fail(
        'BadValue',
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: {${name}: ${show(operand)}}`,
      );
    if (!['int', 'long'].includes(typeOf(operand)))
      fail(
        'BadValue',
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeOf(operand)}' is not supported here: {${name}: ${show(operand)}}`,
      );
    return { name, operand };
  });
  if (steps.length === 0)
    fail('BadValue', `You must pass in at least one bitwise operation. The format is: {$bit: {field: {and/or/xor: #}}`);
  return (value) => {
    if (value !== undefined && !['int', 'long'].includes(typeOf(value))) {
      fail(
        'BadValue',
        `Cannot apply $bit to a value of non-integral type.${path} has the field ${lastPart(path)} of non-integer type ${typeOf(value)}`,
      );
    }
    const result = steps.reduce<unknown>((current, { name, operand }) => {
      return bitwise(current, operand, (x, y) => (name === 'and' ? x & y : name === 'or' ? x | y : x ^ y));
    }, value ?? 0);
    return value !== undefined && identical(result, value) ? value : result;
  };
}

function addToSet(argument: unknown): Change {
  const each = isDoc(argument) && Object.keys(argument)[0] === '$each';
  const extra = each && Object.keys(argument).find((key) => key !== '$each');
  if (extra) fail('BadValue', `Found unexpected fields after $each in $addToSet: ${show(argument)}`);
  const items = each ? field(argument, '$each') : [argument];
  if (!Array.isArray(items))
    fail('TypeMismatch', `The argument to $each in $addToSet must be an array but it was of type ${typeOf(items)}`);
  return (value, place) => {
    if (value !== undefined && !Array.isArray(value)) {
      fail(
        'BadValue',
        `Cannot apply $addToSet to non-array field. Field named '${lastPart(place.path)}' has non-array type ${typeOf(value)}`,
      );
    }
    const result = value ? [...value] : [];
    for (const item of items) if (!result.some((known) => equal(known, item))) result.push(item);
    return value && result.length === value.length ? value : result;
  };
}

function pop(argument: unknown, path: string): Change {
  const end = toInteger(argument);
  if (!isNumeric(argument)) fail('FailedToParse', `Expected a number in: ${path}: ${show(argument)}`);
  if (end !== 1 && end !== -1) fail('FailedToParse', `$pop expects 1 or -1, found: ${String(toNumber(argument))}`);
  return (value, place) => {
    if (value === undefined) return value;
    if (!Array.isArray(value))
      fail('TypeMismatch', `Path '${place.path}' contains an element of non-array type '${typeOf(value)}'`);
    return value.length === 0 ? value : end === 1 ? value.slice(0, -1) : value.slice(1);
  };
}

function pull(argument: unknown): Change {
  const matches = pullTest(argument);
  return (value) => {
    if (value === undefined) return value;
    if (!Array.isArray(value)) fail('BadValue', 'Cannot apply $pull to a non-array value');
    const left = value.filter((item) => !matches(item));
    return left.length === value.length ? value : left;
  };
}

/** A document of operators tests the elements; a plain one is a query on elements that are documents; other values are compared. */
function pullTest(argument: unknown): (item: unknown) => boolean {
  if (isOperators(argument)) return elementFilter(argument, {});
  if (isDoc(argument)) {
    const matches = compileFilter(argument);
    return (item) => isDoc(item) && matches(item);
  }
  if (typeOf(argument) === 'regex') {
    const matches = compileFilter({ item: argument });
    return (item) => matches({ item });
  }
  return (item) => equal(item, argument);
}

function pullAll(argument: unknown): Change {
  if (!Array.isArray(argument))
    fail('BadValue', `$pullAll requires an array argument but was given a ${typeOf(argument)}`);
  return (value) => {
    if (value === undefined) return value;
    if (!Array.isArray(value)) fail('BadValue', 'Cannot apply $pull to a non-array value');
    const left = value.filter((item) => !argument.some((unwanted) => equal(item, unwanted)));
    return left.length === value.length ? value : left;
  };
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
