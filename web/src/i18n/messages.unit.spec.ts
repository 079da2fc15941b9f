import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const folder = new URL('./messages/', import.meta.url);
const files = readdirSync(new URL('en/', folder));
const texts = (locale: string, file: string) =>
  flat(JSON.parse(readFileSync(new URL(`${locale}/${file}`, folder), 'utf8')));

function flat(value: unknown, path = ''): Map<string, string> {
  if (typeof value === 'string') return new Map([[path, value]]);
  return new Map(
    Object.entries(value as object).flatMap(([key, inner]) => [...flat(inner, path ? `${path}.${key}` : key)]),
  );
}

/** `{name}`, `{count, plural, …}` and `<tag>`; what stands after `one` or `other` is text. */
const placeholders = (text: string) =>
  [...text.matchAll(/(?<!(?:=\d+|one|other) )\{(\w+)[,}]|<(\w+)>/g)].map(([, argument, tag]) => argument ?? tag).sort();

test('every language has the same files', () => {
  expect(readdirSync(new URL('de/', folder)).sort()).toEqual([...files].sort());
});

describe.each(files)('%s', (file) => {
  const en = texts('en', file);
  const de = texts('de', file);

  test('has the same keys in German as in English', () => {
    expect([...de.keys()].sort()).toEqual([...en.keys()].sort());
  });

  test('has the same placeholders in every text', () => {
    const differing = [...en].filter(
      ([key, text]) =>
        new Set(placeholders(text)).symmetricDifference(new Set(placeholders(de.get(key) ?? ''))).size > 0,
    );
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  test('has no text that is empty', () => {
    expect([...en, ...de].filter(([, text]) => text.trim() === '')).toEqual([]);
  });
});
