import type { Doc } from '../bson/codec.ts';
import { orderOf, typeOf } from '../bson/types.ts';
import { isOperators } from './filter.ts';

/** What a filter certainly asks of one field. */
export interface Constraint {
  /** It equals one of these. */
  values?: unknown[];
  lower?: unknown;
  upper?: unknown;
  /** It is there, whatever it is. */
  exists?: boolean;
}

/** What a filter demands of each field, by path. */
export function constraintsOf(filter: Doc): Map<string, Constraint> {
  const constraints = new Map<string, Constraint>();
  gather(filter, constraints);
  return constraints;
}

/** Collects what the top level and its `$and`s demand. Arrays and patterns as values are left to the matcher. */
function gather(filter: Doc, constraints: Map<string, Constraint>): void {
  for (const [key, value] of Object.entries(filter)) {
    if (key === '$and' && Array.isArray(value)) for (const part of value) gather(part as Doc, constraints);
    if (key[0] === '$') continue;
    const constraint = constraints.get(key) ?? {};
    if (!isOperators(value)) note(constraint, '$eq', value);
    else for (const [operator, argument] of Object.entries(value)) note(constraint, operator, argument);
    constraints.set(key, constraint);
  }
}

function note(constraint: Constraint, operator: string, argument: unknown): void {
  switch (operator) {
    case '$eq':
      if (indexable(argument)) constraint.values ??= [argument];
      break;
    case '$in':
      if (Array.isArray(argument) && argument.every(indexable)) constraint.values ??= argument;
      break;
    case '$gt':
    case '$gte':
      if (comparable(argument)) constraint.lower ??= argument;
      break;
    case '$lt':
    case '$lte':
      if (comparable(argument)) constraint.upper ??= argument;
      break;
    case '$exists':
      constraint.exists = Boolean(argument);
  }
}

function indexable(value: unknown): boolean {
  return !['array', 'regex'].includes(typeOf(value));
}

function comparable(value: unknown): boolean {
  return (
    indexable(value) &&
    !['null', 'undefined', 'object', 'minKey', 'maxKey'].includes(typeOf(value)) &&
    orderOf(value) > 0
  );
}

export function ranges(constraint: Constraint): boolean {
  return constraint.lower !== undefined || constraint.upper !== undefined;
}

export function demandsPresence(constraint: Constraint | undefined): boolean {
  if (!constraint) return false;
  if (constraint.exists || ranges(constraint)) return true;
  return constraint.values?.every((value) => value !== null && value !== undefined) ?? false;
}
