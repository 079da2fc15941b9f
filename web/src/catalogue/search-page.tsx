'use client';

import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { failureOf } from '../trpc/failure.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { useCategoryName } from './category-name.tsx';
import { Filters } from './filters.tsx';
import { ProductGrid, ProductGridSkeleton } from './product-grid.tsx';
import { useSearch } from './use-search.ts';

interface SearchPageProps {
  /** The page without its filters. */
  readonly path: string;
  /** On a category's own page. */
  readonly category?: string;
}

export function SearchPage({ path, category }: SearchPageProps) {
  const t = useTranslations('catalogue');
  const nameOf = useCategoryName();
  const { params, query, change, reset } = useSearch(category);
  const first = query.data?.pages[0];
  const products = query.data?.pages.flatMap((page) => page.products) ?? [];
  const title = category === undefined ? t('allProducts') : nameOf(category);
  const count = first?.nearest ? 0 : (first?.total ?? 0);
  const filters = (
    <Filters
      action={path}
      params={params}
      facets={first?.facets}
      chooseCategory={category === undefined}
      onChange={change}
      onReset={reset}
    />
  );
  return (
    <div className="grid gap-6 lg:grid-cols-[15rem_minmax(0,1fr)] lg:gap-8">
      <div className="flex flex-col justify-between gap-2 sm:flex-row sm:items-end lg:col-span-2">
        <h1 className="heading text-3xl sm:text-4xl">{title}</h1>
        <p role="status" className="tabular text-muted">
          {first ? (params.text ? t('resultsFor', { count, text: params.text }) : t('results', { count })) : null}
        </p>
      </div>
      <aside aria-label={t('filters.title')}>
        <Sheet className="hidden lg:block">{filters}</Sheet>
        <Sheet className="lg:hidden">
          <details>
            <summary className="min-h-11 px-4 py-2.5 font-semibold">{t('filters.title')}</summary>
            {filters}
          </details>
        </Sheet>
      </aside>
      <div aria-busy={query.isPlaceholderData} className="min-w-0 aria-busy:opacity-70">
        {first?.nearest && products.length > 0 ? <p className="mb-4 font-medium">{t('nearest')}</p> : null}
        {query.isError && products.length === 0 ? (
          <ErrorPanel failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
        ) : first === undefined ? (
          <ProductGridSkeleton />
        ) : products.length === 0 ? (
          <Nothing path={path} onReset={reset} />
        ) : (
          <ProductGrid products={products} first />
        )}
        <More query={query} path={path} />
      </div>
    </div>
  );
}

function Nothing({ path, onReset }: { path: string; onReset(): void }) {
  const t = useTranslations('catalogue.nothing');
  return (
    <EmptyState
      title={t('title')}
      action={
        <>
          <ButtonLink href={path} onClick={onReset}>
            {t('reset')}
          </ButtonLink>
          <ButtonLink href="/search" look="secondary">
            {t('all')}
          </ButtonLink>
        </>
      }
    >
      {t('text')}
    </EmptyState>
  );
}

function More({ query, path }: { query: ReturnType<typeof useSearch>['query']; path: string }) {
  const t = useTranslations('catalogue');
  const next = query.data?.pages.at(-1)?.nextCursor;
  if (!query.hasNextPage || next === undefined) return null;
  return (
    <div className="mt-6 flex justify-center">
      <Button
        look="secondary"
        busy={query.isFetchingNextPage ? t('loadingMore') : undefined}
        onClick={() => void query.fetchNextPage()}
      >
        {t('more')}
      </Button>
      <noscript>
        <Link href={`${path}?cursor=${encodeURIComponent(next)}`} className="p-3 underline">
          {t('more')}
        </Link>
      </noscript>
    </div>
  );
}
