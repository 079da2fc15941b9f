import { expect, test } from 'vitest';
import { localeFor } from './locales.ts';

test.each([
  [null, 'en'],
  ['', 'en'],
  ['de', 'de'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['en;q=0.4, de;q=0.5', 'de'],
  ['fr-FR,fr;q=0.9', 'en'],
  ['fr, de;q=0.1', 'de'],
  ['de;q=0, en;q=0.1', 'en'],
])('Accept-Language %j is answered in %s', (header, expected) => {
  expect(localeFor(header)).toBe(expected);
});
