import { expect, test } from 'vitest';
import { loadSearchParams, searchInput } from './search-params.ts';

const AROUND = { country: 'DE', locale: 'en', minorDigits: 2 } as const;
const inputFor = (query: string) => searchInput(loadSearchParams(new URLSearchParams(query)), AROUND);

test('an empty address asks for everything', () => {
  expect(inputFor('')).toEqual({ country: 'DE', locale: 'en', limit: 24, sort: 'relevance' });
});

test('prices are typed in euros and asked for in cents', () => {
  expect(inputFor('from=19.99&to=40&stock=true&sort=price_asc&category=Kitchen&text=%20mug%20')).toEqual({
    country: 'DE',
    locale: 'en',
    limit: 24,
    sort: 'price_asc',
    text: 'mug',
    category: 'Kitchen',
    inStock: true,
    minPrice: 1_999,
    maxPrice: 4_000,
  });
});

test.each(['from=-3', 'from=abc', 'from=', 'to=1e300', 'sort=<script>', 'stock=maybe'])(
  '%s is as if not there',
  (query) => {
    expect(inputFor(query)).toEqual(inputFor(''));
  },
);

test('a text that is too long is cut where the gateway would refuse it', () => {
  expect(inputFor(`text=${'x'.repeat(400)}`).text).toHaveLength(100);
});
