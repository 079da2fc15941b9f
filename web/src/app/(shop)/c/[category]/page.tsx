import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { getTranslations } from 'next-intl/server';
import { cache } from 'react';
import { categoryOfPath, categoryPath } from '#web/catalogue/category.ts';
import { prefetchSearch } from '#web/catalogue/prefetch-search.ts';
import { SearchPage } from '#web/catalogue/search-page.tsx';
import { Hydrate } from '#web/trpc/hydrate.tsx';
import { ErrorPanel } from '#web/ui/error-panel.tsx';
import { getShop, isShop } from '#web/visitor/shop.ts';

interface PageProps {
  readonly params: Promise<{ category: string }>;
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

const getCategory = cache(async (segment: string): Promise<string | undefined> => {
  const shop = await getShop();
  return isShop(shop) ? categoryOfPath(segment, shop.categories) : undefined;
});

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const category = await getCategory((await params).category);
  if (category === undefined) return {};
  const t = await getTranslations('catalogue.category');
  return { title: t.has(category as 'Home') ? t(category as 'Home') : category };
}

export default async function Category({ params, searchParams }: PageProps) {
  const category = await getCategory((await params).category);
  if (category === undefined) notFound();
  const failure = await prefetchSearch(searchParams, category);
  if (failure) return <ErrorPanel failure={failure} />;
  return (
    <Hydrate>
      <SearchPage path={categoryPath(category)} category={category} />
    </Hydrate>
  );
}
