import { Lazy } from 'mingo/lazy';
import type { Options } from 'mingo/types';
import { type Doc, isDoc, plain } from '../bson/codec.ts';
import { fail } from '../errors.ts';
import { compileFilter } from '../query/filter.ts';
import { compileProjection } from '../query/projection.ts';
import { parseSort, sortDocs } from '../query/sort.ts';
import type { PipelineContext, Run } from './context.ts';
import { lookup } from './lookup.ts';

type Documents = ReturnType<typeof Lazy>;
type Stage = (documents: Documents, argument: Doc, options: Options) => Documents;

/** Stages that mingo has too, but with its own idea of order, equality and variables. */
export function stageOverrides(context: PipelineContext, run: Run): Record<string, Stage> {
  return {
    $match: (documents, argument) => {
      const matches = compileFilter(argument, { variables: context.variables });
      return documents.filter((doc: Doc) => matches(doc));
    },
    $project: (documents, argument) => {
      if (Object.keys(argument).length === 0)
        fail(51272, 'Invalid $project :: caused by :: projection specification must have at least one field');
      const project = compileProjection(flattened(argument), { stage: true, variables: context.variables });
      return documents.map((doc: Doc) => project!(doc));
    },
    $sort: (documents, argument) => {
      const parts = parseSort(argument);
      return Lazy(sortDocs(documents.collect() as Doc[], parts, (doc) => doc));
    },
    $lookup: (documents, argument) => Lazy(lookup(documents.collect() as Doc[], argument, context, run)),
    $facet: (documents, argument) => {
      const input = documents.collect() as Doc[];
      const facets = Object.entries(argument).map(([name, pipeline]) => [name, run(input, pipeline as Doc[], context)]);
      return Lazy([Object.fromEntries(facets)]);
    },
    $count: (documents, argument) => {
      const count = documents.collect().length;
      return Lazy(count > 0 ? [{ [String(plain(argument))]: count }] : []);
    },
  };
}

/** `{ a: { b: 1 } }` means `a.b`: nested documents without operators are paths. */
function flattened(projection: Doc, prefix = ''): Doc {
  const flat: Doc = {};
  for (const [key, value] of Object.entries(projection)) {
    const nested = isDoc(value) && Object.keys(value).length > 0 && !Object.keys(value)[0]!.startsWith('$');
    if (nested) Object.assign(flat, flattened(value, `${prefix}${key}.`));
    else flat[prefix + key] = value;
  }
  return flat;
}
