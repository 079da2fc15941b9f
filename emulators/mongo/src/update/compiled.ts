import type { Doc } from '../bson/codec.ts';

export interface UpdateOptions {
  arrayFilters?: Doc[] | undefined;
  variables?: Doc | undefined;
  now: Date;
}

/** What a document becomes. `position` is the array index the filter matched, for `$`; `inserting` lets `$setOnInsert` work. */
export type Update = (doc: Doc, context: { position?: number | undefined; inserting?: boolean }) => Doc;
