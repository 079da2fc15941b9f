import { evalExpr } from 'mingo/core';
import type { Options } from 'mingo/types';
import { compare } from '../bson/compare.ts';
import { typeOf } from '../bson/types.ts';

type Operator = (doc: unknown, args: unknown, options: Options) => unknown;

/** Expressions whose answer depends on BSON's order, which mingo does not know: dates, ids and numbers of any type. */
export const expressionOverrides: Record<string, Operator> = {
  $eq: comparison((order) => order === 0),
  $ne: comparison((order) => order !== 0),
  $gt: comparison((order) => order > 0),
  $gte: comparison((order) => order >= 0),
  $lt: comparison((order) => order < 0),
  $lte: comparison((order) => order <= 0),
  $cmp: comparison(Math.sign),
  $type: (doc, args, options) => {
    const value = evalExpr(doc as never, args as never, options);
    return value === undefined ? 'missing' : typeOf(value);
  },
};

function comparison(verdict: (order: number) => unknown): Operator {
  return (doc, args, options) => {
    const [a, b] = evalExpr(doc as never, args as never, options) as [unknown, unknown];
    return verdict(compare(a, b));
  };
}
