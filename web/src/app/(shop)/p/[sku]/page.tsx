import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { ProductPage } from '#web/catalogue/product-page.tsx';
import type { ProductInput } from '#web/catalogue/types.ts';
import { failureOf } from '#web/trpc/failure.ts';
import { Hydrate } from '#web/trpc/hydrate.tsx';
import { fetchQuery, serverTrpc } from '#web/trpc/server.ts';
import { ErrorPanel } from '#web/ui/error-panel.tsx';
import { getShop, isShop } from '#web/visitor/shop.ts';

interface PageProps {
  readonly params: Promise<{ sku: string }>;
}

const getProduct = cache(async (sku: string) => {
  const shop = await getShop();
  if (!isShop(shop)) return { failure: shop };
  const input: ProductInput = { sku, country: shop.country };
  try {
    return { input, product: await fetchQuery(serverTrpc().catalog.get.queryOptions(input)) };
  } catch (error) {
    return { failure: failureOf(error) };
  }
});

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { product } = await getProduct((await params).sku);
  return product ? { title: product.name, description: product.description } : {};
}

export default async function Product({ params }: PageProps) {
  const { input, failure } = await getProduct((await params).sku);
  if (failure?.reason === 'UNKNOWN_PRODUCT' || failure?.reason === 'INVALID_INPUT') notFound();
  if (failure) return <ErrorPanel failure={failure} />;
  return (
    <Hydrate>
      <ProductPage input={input} />
    </Hydrate>
  );
}
