import type { Doc } from '../bson/codec.ts';
import { identical } from '../bson/compare.ts';
import { fail } from '../errors.ts';
import { show } from '../storage/secondary-index.ts';
import type { Update } from './compiled.ts';

/** The whole document but its `_id` gives way to a new one. */
export function replacement(update: Doc): Update {
  const dollar = Object.keys(update).find((key) => key[0] === '$');
  if (dollar) {
    fail(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${dollar}' in '${dollar}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
  }
  return (doc) => replaced(doc, update);
}

/** Puts `_id` first, keeping the old one; a different one is refused. */
export function replaced(before: Doc, after: Doc): Doc {
  const { _id: given, ...rest } = after;
  const id = before._id;
  if (id !== undefined && given !== undefined && !identical(id, given)) {
    fail(
      'ImmutableField',
      `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${show(given)}`,
    );
  }
  const kept = id ?? given;
  return kept === undefined ? rest : { _id: kept, ...rest };
}
