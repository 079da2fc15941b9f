import { type Archived, mayBeArchived, PermanentError, unarchived } from '@orderflow/runtime';
import type { AggregateDocument } from './documents.ts';
import type { Collections } from './sources.ts';

/**
 * Adds what a collection has no more since it was archived. What is in both places is of a move that broke off, or is under way:
 * then the collection has the right one. Read after it, since a document is copied before it goes.
 * @param filter of ids
 */
export async function withArchived<Document extends AggregateDocument>(
  { archives }: Pick<Collections, 'archives'>,
  name: string,
  found: readonly Document[],
  filter: object,
  { sort, limit }: { readonly sort?: { readonly _id: 1 }; readonly limit?: number } = {},
): Promise<Document[]> {
  const projection = { revision: 1, changedAt: 1, packed: 1 };
  const options = { projection, ...(sort && { sort }), ...(limit !== undefined && { limit }) };
  const archived = (await archives.get(name)?.find(filter, options).toArray()) ?? [];
  if (archived.length === 0) return [...found];
  const known = new Set(found.map(({ _id }) => _id));
  return [...found, ...archived.filter(({ _id }) => !known.has(_id)).map((one) => readable<Document>(one))];
}

/** Of these orders. Those that are younger than anything archived are not looked for. */
export async function withArchivedOf<Document extends AggregateDocument>(
  collections: Pick<Collections, 'archives'>,
  name: string,
  found: readonly Document[],
  ids: readonly string[],
): Promise<Document[]> {
  const known = new Set(found.map(({ _id }) => _id));
  const missing = ids.filter((id) => !known.has(id) && mayBeArchived(id));
  return missing.length === 0 ? [...found] : withArchived(collections, name, found, { _id: { $in: missing } });
}

/** What cannot be read has nothing but its id, for a check to find. */
function readable<Document extends AggregateDocument>(archived: Archived): Document {
  try {
    return unarchived<Document>(archived);
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    const { _id, revision, changedAt } = archived;
    return { _id, revision, changedAt, isUnreadable: true } as unknown as Document;
  }
}
