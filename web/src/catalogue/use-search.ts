'use client';

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useLocale } from 'next-intl';
import { useQueryStates } from 'nuqs';
import { useTrpcClient } from '../trpc/client.tsx';
import { minorDigits } from '../ui/money.tsx';
import { useShop } from '../visitor/shop-context.tsx';
import { LIVE_EVERY_MS } from './live.ts';
import { searchPages } from './search-pages.ts';
import { type SearchParams, searchInput, searchParsers } from './search-params.ts';

/** The search that the address says, and how to change it; the address changes with it. */
export function useSearch(category: string | undefined) {
  const client = useTrpcClient();
  const locale = useLocale();
  const { country, currency } = useShop();
  const [inAddress, setAddress] = useQueryStates(searchParsers, { history: 'replace', throttleMs: 200 });
  const params = category === undefined ? inAddress : { ...inAddress, category };
  const input = searchInput(params, { country, locale, minorDigits: minorDigits(currency) });
  const query = useInfiniteQuery({
    ...searchPages(client, input, inAddress.cursor),
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_EVERY_MS,
  });
  const change = (changed: Partial<SearchParams>) => void setAddress({ ...changed, cursor: null });
  const reset = () => void setAddress(null);
  return { params, query, change, reset };
}
