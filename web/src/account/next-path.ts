import { ownPath } from '../forms/form-post.ts';

/** `?next=` of an address or a form, if it is a path of ours. */
export function nextIn(value: unknown): string | undefined {
  return typeof value === 'string' && ownPath(value) === value ? value : undefined;
}
