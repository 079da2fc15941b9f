import type { z } from 'zod';

/** No schema of what we show has null: it was once stored for optional keys without a value. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(([, one]) => one !== null);
  return Object.fromEntries(kept.map(([name, one]) => [name, withoutNulls(one)]));
}

export interface Unreadable {
  readonly id: string;
  /** Where, and what is wrong with it. */
  readonly why: string;
}

/**
 * What of a stored list its schema can read, and what it cannot.
 * @param key the field that says which one it is
 */
export function readEach<T>(
  given: unknown,
  schema: z.ZodType<T>,
  key: string,
): { read: T[]; unreadable: Unreadable[] } {
  const read: T[] = [];
  const unreadable: Unreadable[] = [];
  for (const one of Array.isArray(given) ? given : [given]) {
    const { success, data, error } = schema.safeParse(withoutNulls(one));
    if (success) read.push(data);
    else unreadable.push({ id: nameOf(one, key), why: firstOf(error) });
  }
  return { read, unreadable };
}

/** The path of the first thing that is wrong, and what it is. */
export function firstOf({ issues: [issue] }: z.ZodError): string {
  return `${issue?.path.map(String).join('.') || 'all of it'}: ${issue?.message ?? 'is not valid'}`;
}

/** What a cache holds, if it is what the schema wants. */
export function parsedAs<T>(text: string | null | undefined, schema: z.ZodType<T>): T | undefined {
  try {
    return text ? schema.safeParse(JSON.parse(text)).data : undefined;
  } catch {
    return undefined;
  }
}

function nameOf(one: unknown, key: string): string {
  const name = one !== null && typeof one === 'object' ? (one as Record<string, unknown>)[key] : undefined;
  return typeof name === 'string' ? name : '(none)';
}
