import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { prefetchSearch } from '#web/catalogue/prefetch-search.ts';
import { SearchPage } from '#web/catalogue/search-page.tsx';
import { Hydrate } from '#web/trpc/hydrate.tsx';
import { ErrorPanel } from '#web/ui/error-panel.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('catalogue'))('allProducts') };
}

export default async function Search({ searchParams }: PageProps) {
  const failure = await prefetchSearch(searchParams);
  if (failure) return <ErrorPanel failure={failure} />;
  return (
    <Hydrate>
      <SearchPage path="/search" />
    </Hydrate>
  );
}

interface PageProps {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}
