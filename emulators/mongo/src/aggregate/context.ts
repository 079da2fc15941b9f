import type { Doc } from '../bson/codec.ts';

export interface PipelineContext {
  variables?: Doc | undefined;
  now: Date;
  /** The documents of another collection of the database, for `$lookup`, `$unionWith` and `$graphLookup`. */
  collection?(name: string): Doc[];
}

export type Run = (documents: Iterable<Doc>, pipeline: Doc[], context: PipelineContext) => Doc[];
