import type { Options } from 'mingo/types';
import type { Doc } from '../bson/codec.ts';
import { compileFilter } from '../query/filter.ts';
import { parseSort, sortDocs } from '../query/sort.ts';

interface Lazy {
  filter(test: (doc: Doc) => boolean): Lazy;
  transform(change: (docs: Doc[]) => unknown): Lazy;
  collect(): Doc[];
}

/** Stages that mingo has, but with its own idea of order and equality. */
export const stageOverrides: Record<string, (docs: Lazy, argument: Doc, options: Options) => Lazy> = {
  $match: (docs, argument, options) => {
    const matches = compileFilter(argument, { variables: options.variables as Doc | undefined });
    return docs.filter((doc) => matches(doc));
  },
  $sort: (docs, argument) => {
    const parts = parseSort(argument);
    return docs.transform((all) => sortDocs(all, parts, (doc) => doc));
  },
};
