import type { Doc } from '../bson/codec.ts';
import type { StringOrder } from '../bson/compare.ts';

export interface FilterOptions {
  /** How strings compare, where the command has a collation. */
  strings?: StringOrder | undefined;
  /** The command's `let`, for `$expr`. */
  variables?: Doc | undefined;
}

/** What a match leaves for the positional operator: the index in the array that the last array condition matched. */
export interface Match {
  position?: number;
}
