import { Context, evalExpr } from 'mingo/core';
import * as accumulator from 'mingo/operators/accumulator';
import * as expression from 'mingo/operators/expression';
import * as pipeline from 'mingo/operators/pipeline';
import * as projection from 'mingo/operators/projection';
import * as query from 'mingo/operators/query';
import * as window from 'mingo/operators/window';
import type { Options } from 'mingo/types';
import { type Doc, plain } from '../bson/codec.ts';
import { toNumber } from '../bson/numbers.ts';
import { isNumeric } from '../bson/types.ts';
import { asMongoError, fail } from '../errors.ts';
import { expressionOverrides } from './expression-overrides.ts';

/** mingo's operators, with ours where BSON's types or order matter. */
export const operators = {
  accumulator,
  expression: { ...expression, ...expressionOverrides },
  pipeline,
  projection,
  query,
  window,
} as unknown as NonNullable<Parameters<typeof Context.init>[0]>;

const options: Partial<Options> = { context: Context.init(operators), scriptEnabled: false };

/** Evaluates an aggregation expression on one document. */
export function evaluate(doc: unknown, expr: unknown, variables: Doc = {}): unknown {
  try {
    return evalExpr(plain(doc) as Doc, plain(expr) as Doc, { ...options, variables: plain(variables) } as Options);
  } catch (error) {
    throw translate(error);
  }
}

export function expressionPredicate(expr: unknown, variables?: Doc): (doc: Doc) => boolean {
  evaluateUnknownOperators(expr);
  return (doc) => isTrue(evaluate(doc, expr, variables));
}

function isTrue(value: unknown): boolean {
  return isNumeric(value) ? toNumber(value) !== 0 : value !== false && value !== null && value !== undefined;
}

/** Refuses an operator that does not exist before any document is looked at. */
function evaluateUnknownOperators(expr: unknown): void {
  if (Array.isArray(expr)) for (const item of expr) evaluateUnknownOperators(item);
  else if (typeof expr === 'object' && expr !== null && Object.getPrototypeOf(expr) === Object.prototype) {
    for (const [key, value] of Object.entries(expr)) {
      if (key === '$literal') continue;
      if (key[0] === '$' && !(key in expression) && !(key in accumulator))
        fail(168, `Unrecognized expression '${key}'`);
      evaluateUnknownOperators(value);
    }
  }
}

/** mingo says what is wrong in words only. */
export function translate(error: unknown): Error {
  const own = asMongoError(error);
  if (own.code !== 1) return own;
  const undefinedVariable = /Use of undefined variable: (.+)/.exec(own.message);
  const unknownExpression = /(?:accumulator|expression|operator) '?(\$\w+)'? is not registered/.exec(own.message);
  try {
    if (undefinedVariable) fail(17276, own.message);
    if (unknownExpression) fail('InvalidPipelineOperator', `Unrecognized expression '${unknownExpression[1]}'`);
    fail('BadValue', own.message);
  } catch (translated) {
    return translated as Error;
  }
}
