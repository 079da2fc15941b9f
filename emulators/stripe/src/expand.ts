import type { Ledger } from './ledger.ts';

type Json = Record<string, unknown>;

/** Puts objects in the place of their ids, as https://docs.stripe.com/api/expanding_objects says; the original is left alone. */
export function expand(ledger: Ledger, object: object, paths: string[] | undefined): object {
  return (paths ?? []).reduce<Json>((whole, path) => expandPath(ledger, whole, path.split('.')), object as Json);
}

function expandPath(ledger: Ledger, object: Json, [field = '', ...rest]: string[]): Json {
  const value = object[field];
  const further = (inner: unknown) => (rest.length > 0 && isObject(inner) ? expandPath(ledger, inner, rest) : inner);
  if (Array.isArray(value)) return { ...object, [field]: value.map(further) };
  const expanded = typeof value === 'string' ? (ledger.expanded(value) ?? value) : value;
  return { ...object, [field]: further(expanded) };
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
