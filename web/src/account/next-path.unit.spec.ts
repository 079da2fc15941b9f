import { expect, test } from 'vitest';
import { nextIn } from './next-path.ts';

test.each(['/checkout', '/orders?text=mug', '/'])('%s is a way of ours', (path) => {
  expect(nextIn(path)).toBe(path);
});

test.each([
  ['https://evil.example'],
  ['//evil.example'],
  ['/\\evil.example'],
  ['javascript:alert(1)'],
  [''],
  [undefined],
  [['/a', '/b']],
])('%j leads nowhere', (path) => {
  expect(nextIn(path)).toBeUndefined();
});
