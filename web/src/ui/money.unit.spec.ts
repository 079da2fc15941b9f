import { expect, test } from 'vitest';
import { formatMoney } from './money.tsx';

test.each([
  [{ amount: 199_900, currency: 'EUR' }, 'en', '€1,999.00'],
  [{ amount: 199_900, currency: 'EUR' }, 'de', '1.999,00\u00a0€'],
  [{ amount: 500, currency: 'JPY' }, 'en', 'JP¥500'],
] as const)('%o in %s is %s', (value, locale, expected) => {
  expect(formatMoney(value, locale)).toBe(expected);
});
