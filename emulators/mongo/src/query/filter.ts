import { type Doc, isDoc, toRegExp } from '../bson/codec.ts';
import { typeOf } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { expressionPredicate } from './expression.ts';
import type { FilterOptions, Match } from './match.ts';
import { operatorPredicate, type Predicate, pathPredicate } from './operators.ts';

export type Filter = (doc: Doc, match?: Match) => boolean;

/** Compiles a query document; throws BadValue and its kin for what MongoDB refuses. */
export function compileFilter(filter: Doc, options: FilterOptions = {}): Filter {
  const predicates: Predicate[] = [];
  for (const [key, value] of Object.entries(filter)) predicates.push(clause(key, value, options));
  if (predicates.length === 0) return () => true;
  if (predicates.length === 1) return predicates[0]!;
  return all(predicates);
}

function all(predicates: Predicate[]): Predicate {
  return (doc, match) => {
    for (const predicate of predicates) if (!predicate(doc, match)) return false;
    return true;
  };
}

function clause(key: string, value: unknown, options: FilterOptions): Predicate {
  if (key[0] !== '$') return fieldPredicate(key, value, options);
  switch (key) {
    case '$and':
      return all(branches(key, value, options));
    case '$or': {
      const any = branches(key, value, options);
      return (doc, match) => any.some((branch) => branch(doc, match));
    }
    case '$nor': {
      const none = branches(key, value, options);
      return (doc) => !none.some((branch) => branch(doc));
    }
    case '$expr':
      return expressionPredicate(value, options.variables);
    case '$comment':
      return () => true;
    case '$alwaysTrue':
      return () => true;
    case '$alwaysFalse':
      return () => false;
    case '$where':
    case '$text':
    case '$jsonSchema':
      return fail('NotImplemented', `${key} is not supported by this stand-in`);
    default:
      return fail(
        'BadValue',
        `unknown top level operator: ${key}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

function branches(operator: string, value: unknown, options: FilterOptions): Filter[] {
  if (!Array.isArray(value)) fail('BadValue', `${operator} must be an array`);
  if (value.length === 0) fail('BadValue', '$and/$or/$nor must be a nonempty array');
  return value.map((entry) => {
    if (!isDoc(entry)) fail('BadValue', '$or/$and/$nor entries need to be full objects');
    return compileFilter(entry, options);
  });
}

function fieldPredicate(key: string, value: unknown, options: FilterOptions): Predicate {
  const path = key.split('.');
  if (typeOf(value) === 'regex') return operatorPredicate(path, '$regex', toRegExp(value as RegExp), {}, options);
  if (!isOperators(value)) return operatorPredicate(path, '$eq', value, {}, options);
  const predicates: Predicate[] = [];
  for (const [operator, argument] of Object.entries(value)) {
    if (operator === '$options' && '$regex' in value) continue;
    if (operator === '$not') predicates.push(not(key, argument, options));
    else if (operator === '$elemMatch') predicates.push(elemMatch(path, argument, options));
    else if (operator === '$all') predicates.push(matchAll(key, path, argument, options));
    else predicates.push(operatorPredicate(path, operator, argument, value, options));
  }
  return predicates.length === 1 ? predicates[0]! : all(predicates);
}

/** A subdocument of operators, and not a value to compare with. `$ref`, `$id` and `$db` make a DBRef, which is a value. */
export function isOperators(value: unknown): value is Doc {
  if (!isDoc(value)) return false;
  const first = Object.keys(value)[0];
  return first?.[0] === '$' && !['$ref', '$id', '$db'].includes(first);
}

function not(key: string, argument: unknown, options: FilterOptions): Predicate {
  if (typeOf(argument) !== 'regex') {
    if (!isDoc(argument)) fail('BadValue', '$not needs a regex or a document');
    if (Object.keys(argument).length === 0) fail('BadValue', '$not cannot be empty');
    if (!isOperators(argument)) fail('BadValue', `unknown operator: ${Object.keys(argument)[0]}`);
  }
  const inner = fieldPredicate(key, argument, options);
  return (doc) => !inner(doc);
}

function elemMatch(path: string[], argument: unknown, options: FilterOptions): Predicate {
  const matches = elementFilter(argument, options);
  return pathPredicate(path, 'itself', (value, match) => {
    if (!Array.isArray(value)) return false;
    const index = value.findIndex((item) => matches(item));
    if (index >= 0 && match) match.position = index;
    return index >= 0;
  });
}

/** `$elemMatch`: conditions on the elements themselves, or a query on elements that are documents. */
export function elementFilter(argument: unknown, options: FilterOptions): (item: unknown) => boolean {
  if (!isDoc(argument)) fail('BadValue', '$elemMatch needs an Object');
  const first = Object.keys(argument)[0] ?? '';
  if (first[0] === '$' && !['$and', '$or', '$nor', '$expr', '$where', '$comment'].includes(first)) {
    // The element is wrapped twice so that an element that is an array is compared as a whole, not by its own elements.
    const matches = fieldPredicate('element', argument, options);
    return (item) => matches({ element: Array.isArray(item) ? [item] : item });
  }
  const matches = compileFilter(argument, options);
  return (item) => (isDoc(item) ? matches(item) : Array.isArray(item) && matches({ ...item } as unknown as Doc));
}

function matchAll(key: string, path: string[], argument: unknown, options: FilterOptions): Predicate {
  if (!Array.isArray(argument)) fail('BadValue', '$all needs an array');
  if (argument.length === 0) return () => false;
  return all(
    argument.map((item) => {
      if (isDoc(item) && '$elemMatch' in item) return elemMatch(path, item.$elemMatch, options);
      if (isOperators(item)) fail('BadValue', 'no $ expressions in $all');
      return fieldPredicate(key, item, options);
    }),
  );
}
