import {
  createLoader,
  type inferParserType,
  parseAsBoolean,
  parseAsFloat,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server';
import type { SearchInput } from './types.ts';

export const SORTS = ['relevance', 'price_asc', 'price_desc', 'name', 'newest'] as const;
const LONGEST_TEXT = 100;
const HIGHEST_PRICE = 1_000_000;
const PAGE_SIZE = 24;

/** What the address says of a search. Prices are in the currency's major unit, as people type them. */
export const searchParsers = {
  text: parseAsString.withDefault(''),
  category: parseAsString.withDefault(''),
  stock: parseAsBoolean.withDefault(false),
  from: parseAsFloat,
  to: parseAsFloat,
  sort: parseAsStringLiteral(SORTS).withDefault('relevance'),
  /** Where the next page begins, for those without JavaScript. */
  cursor: parseAsString.withDefault(''),
};
export type SearchParams = inferParserType<typeof searchParsers>;
export const loadSearchParams = createLoader(searchParsers);

interface ShownIn {
  readonly country: string;
  readonly locale: 'en' | 'de';
  readonly minorDigits: number;
}

/** The same for server and browser, so that what one asked for is what the other looks for. */
export function searchInput(params: SearchParams, { country, locale, minorDigits }: ShownIn): SearchInput {
  const minor = (price: number | null) =>
    price !== null && price >= 0 && price <= HIGHEST_PRICE ? Math.round(price * 10 ** minorDigits) : undefined;
  const text = params.text.trim().slice(0, LONGEST_TEXT);
  const [minPrice, maxPrice] = [minor(params.from), minor(params.to)];
  return {
    country,
    locale,
    limit: PAGE_SIZE,
    sort: params.sort,
    ...(text ? { text } : {}),
    ...(params.category ? { category: params.category } : {}),
    ...(params.stock ? { inStock: true } : {}),
    ...(minPrice === undefined ? {} : { minPrice }),
    ...(maxPrice === undefined ? {} : { maxPrice }),
  };
}
