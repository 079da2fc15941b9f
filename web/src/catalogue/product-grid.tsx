import Link from 'next/link';
import type { ReactNode } from 'react';
import { LinkPending } from '../ui/link-pending.tsx';
import { ProductImage } from '../ui/product-image.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { Price } from './price.tsx';
import { Stock } from './stock.tsx';
import type { Product } from './types.ts';

/** A table of boxes with one line between neighbours, like the lines of a form. */
function Grid({ children }: { children: ReactNode }) {
  return <ul className="grid grid-cols-2 pt-px pl-px md:grid-cols-3 xl:grid-cols-4">{children}</ul>;
}

/** Neighbours share a line; a row that is not full ends where its last box ends. */
const CELL = '-mt-px -ml-px border border-hairline bg-sheet';

interface ProductGridProps {
  readonly products: readonly Product[];
  /** Of their headings. */
  readonly level?: 2 | 3;
  /** The grid that is in view when the page opens. */
  readonly first?: boolean;
}

/** So many are in a row of a wide window. */
const IN_VIEW = 4;

export function ProductGrid({ products, level = 2, first = false }: ProductGridProps) {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <Grid>
      {products.map(({ sku, name, image, prices, available }, position) => (
        <li key={sku} className={`group relative flex flex-col focus-within:z-10 hover:z-10 ${CELL}`}>
          <div className={`aspect-square bg-tile p-[12%] ${available === 0 ? 'opacity-60' : ''}`}>
            <ProductImage sku={sku} image={image} eager={first && position < IN_VIEW} />
          </div>
          <div className="flex flex-1 flex-col gap-1 border-t border-hairline p-3 sm:p-4">
            <Heading className="leading-snug font-semibold">
              <Link
                href={`/p/${sku}`}
                prefetch={false}
                className="after:absolute after:inset-0 group-hover:text-pen group-hover:underline group-hover:underline-offset-4 after:focus-visible:outline-2 focus-visible:outline-none after:focus-visible:outline-pen"
              >
                {name}
                <LinkPending />
              </Link>
            </Heading>
            <div className="mt-auto flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1 pt-1">
              <Price prices={prices} />
              <Stock available={available} />
            </div>
          </div>
        </li>
      ))}
    </Grid>
  );
}

export function ProductGridSkeleton({ count = 8 }: { count?: number }) {
  return (
    <Grid>
      {Array.from({ length: count }, (_, position) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <li key={position} className={CELL}>
          <Skeleton className="aspect-square" />
          <div className="flex flex-col gap-2 border-t border-hairline p-4">
            <Skeleton className="h-5 w-3/4" />
            <Skeleton className="h-5 w-1/2" />
          </div>
        </li>
      ))}
    </Grid>
  );
}
