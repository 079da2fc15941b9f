import { expect, test } from 'vitest';
import { clockOf } from './countdown.tsx';

test.each([
  [0, '0:00'],
  [999, '0:01'],
  [59_001, '1:00'],
  [14 * 60_000 + 5_000, '14:05'],
  [3_600_000 + 61_000, '1:01:01'],
])('%i ms are %s', (ms, expected) => {
  expect(clockOf(ms)).toBe(expected);
});
