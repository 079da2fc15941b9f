'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useTrpc } from '../trpc/client.tsx';
import { ProductImage } from '../ui/product-image.tsx';
import { Perforation, Sheet } from '../ui/sheet.tsx';
import { AddToCart } from './add-to-cart.tsx';
import { categoryPath } from './category.ts';
import { useCategoryName } from './category-name.tsx';
import { DeliveryEstimate } from './delivery-estimate.tsx';
import { LIVE_EVERY_MS } from './live.ts';
import { Price } from './price.tsx';
import { ProductGrid } from './product-grid.tsx';
import { Stock } from './stock.tsx';
import type { ProductInput } from './types.ts';

export function ProductPage({ input }: { input: ProductInput }) {
  const t = useTranslations('catalogue');
  const nameOf = useCategoryName();
  const trpc = useTrpc();
  const { data: product } = useQuery({ ...trpc.catalog.get.queryOptions(input), refetchInterval: LIVE_EVERY_MS });
  if (!product) return null;
  const { sku, name, description, category, image, prices, available, delivery, alternatives } = product;
  const soldOut = available === 0;
  return (
    <>
      <nav aria-label={t('filters.category')} className="mb-2">
        <Link
          href={categoryPath(category)}
          className="inline-flex min-h-11 items-center text-sm font-semibold text-pen hover:underline"
        >
          ← {t('backTo', { category: nameOf(category) })}
        </Link>
      </nav>
      <article className="grid items-start gap-6 md:grid-cols-2 lg:gap-10">
        <div className="border border-hairline bg-tile p-[10%] md:sticky md:top-6">
          <div className="mx-auto aspect-square max-w-[30rem]">
            <ProductImage sku={sku} image={image} large />
          </div>
        </div>
        <Sheet copies>
          <div className="flex flex-col gap-4 p-5 sm:p-8">
            <div>
              <h1 className="heading text-3xl sm:text-4xl">{name}</h1>
              <p className="id mt-2 text-muted">
                {t('sku')} {sku}
              </p>
            </div>
            <p className="max-w-[52ch] text-lg leading-relaxed">{description}</p>
            <div className="flex flex-wrap items-end justify-between gap-4">
              <Price prices={prices} large />
              <Stock available={available} />
            </div>
            {soldOut ? (
              <p className="font-medium">{t('soldOut')}</p>
            ) : (
              <AddToCart {...{ sku, name, available }} unitGross={prices.gross.amount} />
            )}
          </div>
          <Perforation />
          <DeliveryEstimate delivery={delivery} />
        </Sheet>
      </article>
      {alternatives.length > 0 ? (
        <section aria-labelledby="alike" className="mt-14">
          <h2 id="alike" className="heading mb-3 text-2xl">
            {t('alike', { category: nameOf(category) })}
          </h2>
          <ProductGrid products={alternatives} level={3} />
        </section>
      ) : null}
    </>
  );
}
