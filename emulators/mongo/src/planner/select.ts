import type { Doc } from '../bson/codec.ts';
import type { StringOrder } from '../bson/compare.ts';
import { compileFilter } from '../query/filter.ts';
import type { Match } from '../query/match.ts';
import { parseSort, sortDocs } from '../query/sort.ts';
import type { Collection } from '../storage/collection.ts';
import type { Stored } from '../storage/stored.ts';
import { planQuery } from './plan.ts';

export interface Selection {
  filter: Doc;
  sort?: Doc | undefined;
  skip?: number | undefined;
  /** 0 or absent: all. */
  limit?: number | undefined;
  strings?: StringOrder | undefined;
  variables?: Doc | undefined;
}

/** The stored documents that a query means, in its order. */
export function select(
  collection: Collection | undefined,
  { filter, sort, skip = 0, limit = 0, strings, variables }: Selection,
): Stored[] {
  const matches = compileFilter(filter, { strings, variables });
  const parts = sort && !('$natural' in sort) ? parseSort(sort) : [];
  if (!collection) return [];
  // With a collation, indexes neither find nor order strings as the query means them.
  const plan = strings
    ? { candidates: collection.documents.values(), sorted: parts.length === 0 }
    : planQuery(collection, filter, parts);
  const enough = plan.sorted && limit > 0 ? skip + limit : Number.POSITIVE_INFINITY;
  let found: Stored[] = [];
  for (const stored of plan.candidates) {
    if (!matches(stored.doc)) continue;
    found.push(stored);
    if (found.length >= enough) break;
  }
  if (Number(sort?.$natural) < 0) found.reverse();
  if (!plan.sorted) found = sortDocs(found, parts, (stored) => stored.doc, strings);
  return skip > 0 || limit > 0 ? found.slice(skip, limit > 0 ? skip + limit : undefined) : found;
}

/** The array index that a query matched in a document: what `$` stands for. */
export function positionIn(doc: Doc, filter: Doc): number | undefined {
  const match: Match = {};
  compileFilter(filter)(doc, match);
  return match.position;
}
