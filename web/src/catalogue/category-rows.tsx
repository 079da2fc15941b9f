'use client';

import { useQueries } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useTrpc } from '../trpc/client.tsx';
import { categoryPath } from './category.ts';
import { useCategoryName } from './category-name.tsx';
import { LIVE_EVERY_MS } from './live.ts';
import { ProductGrid } from './product-grid.tsx';
import type { SearchInput } from './types.ts';

export function CategoryRows({ rows }: { rows: readonly SearchInput[] }) {
  const t = useTranslations('catalogue.home');
  const nameOf = useCategoryName();
  const trpc = useTrpc();
  const found = useQueries({
    queries: rows.map((row) => ({ ...trpc.catalog.search.queryOptions(row), refetchInterval: LIVE_EVERY_MS })),
  });
  return rows.map(({ category = '' }, position) => {
    const result = found[position]?.data;
    if (!result || result.products.length === 0) return null;
    return (
      <section key={category} aria-labelledby={`row-${position}`} className="mt-12">
        <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4">
          <h2 id={`row-${position}`} className="heading text-2xl">
            {nameOf(category)}
          </h2>
          <Link
            href={categoryPath(category)}
            className="inline-flex min-h-11 items-center font-semibold text-pen condensed hover:underline"
          >
            {t('all', { count: result.total, category: nameOf(category) })}
          </Link>
        </div>
        <ProductGrid products={result.products} level={3} first={position === 0} />
      </section>
    );
  });
}
