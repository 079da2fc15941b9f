import { type Doc, isDoc } from '../bson/codec.ts';
import { keyString } from '../bson/key-string.ts';
import { fail } from '../errors.ts';
import { evaluate } from '../query/expression.ts';
import { keysAt } from '../query/path.ts';
import type { PipelineContext, Run } from './context.ts';

/** Joins by a field, by a pipeline that sees the document's fields as variables, or by both. */
export function lookup(documents: Doc[], argument: Doc, context: PipelineContext, run: Run): Doc[] {
  const { from, as, localField, foreignField, pipeline, let: variables } = argument;
  if (typeof as !== 'string') fail('FailedToParse', "must specify 'as' field for a $lookup");
  if (typeof from !== 'string' || !context.collection) fail('FailedToParse', "must specify 'from' field for a $lookup");
  const foreign = context.collection(from);
  const byField = typeof foreignField === 'string' ? groupByKey(foreign, foreignField.split('.')) : undefined;
  return documents.map((doc) => {
    const joined = byField ? matching(doc, String(localField).split('.'), byField) : foreign;
    if (!Array.isArray(pipeline)) return { ...doc, [as]: joined };
    return {
      ...doc,
      [as]: run(joined, pipeline as Doc[], {
        ...context,
        variables: { ...context.variables, ...bind(variables, doc, context) },
      }),
    };
  });
}

function groupByKey(documents: Doc[], path: string[]): Map<string, Set<Doc>> {
  const groups = new Map<string, Set<Doc>>();
  for (const doc of documents) {
    for (const value of keysAt(doc, path)) {
      const key = keyString(value);
      const group = groups.get(key);
      if (group) group.add(doc);
      else groups.set(key, new Set([doc]));
    }
  }
  return groups;
}

function matching(doc: Doc, path: string[], groups: Map<string, Set<Doc>>): Doc[] {
  const found = new Set<Doc>();
  for (const value of keysAt(doc, path)) for (const match of groups.get(keyString(value)) ?? []) found.add(match);
  return [...found];
}

function bind(variables: unknown, doc: Doc, context: PipelineContext): Doc {
  if (!isDoc(variables)) return {};
  return Object.fromEntries(
    Object.entries(variables).map(([name, expr]) => [name, evaluate(doc, expr, context.variables)]),
  );
}
