import { isDoc } from '../bson/codec.ts';
import { equal } from '../bson/compare.ts';
import { fail } from '../errors.ts';
import type { Collection } from '../storage/collection.ts';

/** A hint changes nothing here, but one that names no index is an error. */
export function refuseBadHint(hint: unknown, collection: Collection | undefined): void {
  if (hint === undefined || hint === null || (isDoc(hint) && ('$natural' in hint || Object.keys(hint).length === 0)))
    return;
  if (typeof hint !== 'string' && !isDoc(hint)) fail('FailedToParse', 'Hint must be a string or an object');
  const specs = collection?.indexSpecs();
  if (!specs) return;
  if (specs.some((spec) => (typeof hint === 'string' ? spec.name === hint : equal(spec.key, hint)))) return;
  fail(
    'BadValue',
    'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
  );
}
