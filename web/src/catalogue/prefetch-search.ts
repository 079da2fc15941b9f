import 'server-only';
import type { SearchParams as Address } from 'nuqs/server';
import type { Failure } from '../trpc/failure.ts';
import { prefetch, serverCalls } from '../trpc/server.ts';
import { minorDigits } from '../ui/money.tsx';
import { getShop, isShop } from '../visitor/shop.ts';
import { getVisitor } from '../visitor/visitor.ts';
import { searchPages } from './search-pages.ts';
import { loadSearchParams, searchInput } from './search-params.ts';

/** Asks for what the address of a search says, just as the browser will go on with it. */
export async function prefetchSearch(address: Promise<Address>, category?: string): Promise<Failure | undefined> {
  const [params, shop, { locale }] = await Promise.all([loadSearchParams(address), getShop(), getVisitor()]);
  if (!isShop(shop)) return shop;
  const { country, currency } = shop;
  const wanted = category === undefined ? params : { ...params, category };
  return prefetch(
    searchPages(
      serverCalls(),
      searchInput(wanted, { country, locale, minorDigits: minorDigits(currency) }),
      params.cursor,
    ),
  );
}
