import { fail } from '../errors.ts';
import { isPositional } from './modify.ts';

/** Refuses an empty path, empty parts and a field at the top that starts with `$`. */
export function refuseBadPath(path: string): void {
  if (path === '') fail('EmptyFieldName', 'An empty update path is not valid.');
  const parts = path.split('.');
  if (parts.includes(''))
    fail('EmptyFieldName', `The update path '${path}' contains an empty field name, which is not allowed.`);
  if (parts[0] === '$' || isPositional(parts[0]!)) {
    fail('BadValue', `Cannot have positional (i.e. '${parts[0]}') element in the first position in path '${path}'`);
  }
  if (parts.filter((part) => part === '$').length > 1)
    fail('BadValue', `Too many positional (i.e. '$') elements found in path '${path}'`);
  // Since MongoDB 5.0 fields further down may start with `$`.
  const dollar = path[0] === '$' && !['$ref', '$id', '$db'].includes(parts[0]!) ? parts[0] : undefined;
  if (dollar) {
    fail(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${dollar}' in '${path}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
  }
}

/** No path may be, or lie within, another one of the same update. */
export function refusePathConflicts(paths: string[][]): void {
  if (paths.length < 2) return;
  const seen = new Map<string, string>();
  for (const path of paths) {
    const full = path.join('.');
    let prefix = '';
    for (const part of path) {
      prefix = prefix ? `${prefix}.${part}` : part;
      if (seen.get(prefix) === 'end' || (prefix === full && seen.has(prefix))) {
        fail('ConflictingUpdateOperators', `Updating the path '${full}' would create a conflict at '${prefix}'`);
      }
      if (prefix !== full) seen.set(prefix, 'inner');
    }
    seen.set(full, 'end');
  }
}
