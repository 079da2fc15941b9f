import Link from 'next/link';
import { useLocale, useTranslations } from 'next-intl';
import { useId } from 'react';
import { formatMoney, Money } from '../ui/money.tsx';
import { ProductImage } from '../ui/product-image.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { TakeOut } from './take-out.tsx';
import type { Order } from './types.ts';

/** What was ordered, at the prices of then. */
export function OrderLines({ order }: { order: Order }) {
  const { lines } = order;
  const t = useTranslations('order');
  const locale = useLocale();
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Sheet>
        <h2 id={id} className="heading border-b border-hairline px-4 py-3 text-lg sm:px-6">
          {t('lines')}
        </h2>
        <ul className="divide-y divide-hairline px-4 sm:px-6">
          {lines.map(({ sku, name, quantity, unitGross, gross }) => (
            <li key={sku} className="grid grid-cols-[3.5rem_minmax(0,1fr)_auto] items-center gap-x-4 py-3">
              <div className="size-14 bg-tile p-1.5">
                <ProductImage sku={sku} image={undefined} />
              </div>
              <div className="min-w-0">
                <Link
                  href={`/p/${sku}`}
                  prefetch={false}
                  className="font-semibold hover:text-pen hover:underline hover:underline-offset-4"
                >
                  <bdi>{name}</bdi>
                </Link>
                <p className="text-sm text-muted">
                  {t('pieces', { count: quantity, amount: formatMoney(unitGross, locale) })}
                </p>
              </div>
              <p className="font-semibold">
                <Money value={gross} />
              </p>
            </li>
          ))}
        </ul>
        <TakeOut order={order} />
      </Sheet>
    </section>
  );
}
