import { describe, expect, test } from 'vitest';
import { isPostalCodeOf, postalCodeExample } from './postal-code.ts';

test.each([
  ['DE', '10115'],
  ['NL', '1012 js'],
  ['GB', 'sw1a1aa'],
  ['IE', 'D02 AF30'],
  ['LT', '01100'],
  ['LV', 'LV-1050'],
  ['PL', '00950'],
  ['US', '20500-0001'],
  ['CA', 'k1a0b1'],
  ['JP', 'whatever they have there'],
])('in %s %s can be one', (country, text) => {
  expect(isPostalCodeOf(country, text)).toBe(true);
});

test.each([
  ['DE', '1011'],
  ['DE', 'D-10115'],
  ['AT', '10115'],
  ['US', 'K1A 0B1'],
  ['GB', 'SW1A'],
  ['PT', '1234-'],
])('in %s %s cannot', (country, text) => {
  expect(isPostalCodeOf(country, text)).toBe(false);
});

describe('the example of a country', () => {
  test.each(['AT', 'DE', 'GB', 'IE', 'LT', 'LV', 'MT', 'NL', 'PL', 'PT', 'RO', 'SE', 'US', 'CA'])('%s', (country) => {
    expect(isPostalCodeOf(country, postalCodeExample(country) ?? '')).toBe(true);
  });
});
