import { expect, test } from 'vitest';
import { isFromOutside, ownPath } from './form-post.ts';

test.each([
  ['/search?text=mug', '/search?text=mug'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  ['', '/'],
  [null, '/'],
])('%j leads back to %s', (given, expected) => {
  expect(ownPath(given)).toBe(expected);
});

test.each([
  ['cross-site', true],
  ['same-site', true],
  ['same-origin', false],
  ['none', false],
])('a form that is sent %s is from outside: %s', (site, expected) => {
  expect(isFromOutside(new Request('http://shop.test/', { headers: { 'sec-fetch-site': site } }))).toBe(expected);
});
