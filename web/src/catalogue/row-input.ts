import type { SearchInput } from './types.ts';

/** For the first page: a few of each category, those that came last. */
export const rowInput = (category: string, country: string, locale: 'en' | 'de'): SearchInput => ({
  category,
  country,
  locale,
  sort: 'newest',
  limit: 4,
});
