'use client';

import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { PricedLine } from '../cart/cart-changes.ts';
import type { CartLine } from '../cart/cart-cookie.ts';
import { LineChange } from '../cart/cart-lines.tsx';
import { failureOf } from '../trpc/failure.ts';
import { ButtonLink } from '../ui/button.tsx';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { Money } from '../ui/money.tsx';
import { ProductImage } from '../ui/product-image.tsx';
import { Perforation, Sheet } from '../ui/sheet.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import type { CheckoutPrice } from './use-checkout-price.ts';

interface OrderSummaryProps {
  readonly price: CheckoutPrice;
  readonly country: string;
  /** It was sent as it is. */
  readonly isFrozen: boolean;
  /** Pay, and what came of it. */
  readonly children: ReactNode;
}

/** What is ordered and what it costs, as the server says it. */
export function OrderSummary({ price, country, isFrozen, children }: OrderSummaryProps) {
  const t = useTranslations('checkout.summary');
  const { cart, priced, query } = price;
  return (
    <section aria-label={t('title')}>
      <Sheet copies torn>
        <div className="flex min-h-15 flex-wrap items-baseline justify-between gap-x-3 px-5 pt-4">
          <h2 className="heading text-xl">{t('title')}</h2>
          {isFrozen ? null : (
            <ButtonLink href="/cart" look="quiet" className="-mr-2">
              {t('change')}
            </ButtonLink>
          )}
        </div>
        <ul className="divide-y divide-hairline px-5">
          {cart.map((line) => (
            <SummaryLine key={line.sku} line={line} priced={priced?.lines.find(({ sku }) => sku === line.sku)} />
          ))}
        </ul>
        <Perforation />
        <div className="p-5">
          {query.isError && !priced ? (
            <ErrorPanel failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
          ) : (
            <Sums price={price} country={country} />
          )}
        </div>
        <Perforation />
        <div className="flex flex-col gap-3 p-5">{children}</div>
      </Sheet>
    </section>
  );
}

function SummaryLine({ line, priced }: { line: CartLine; priced: PricedLine | undefined }) {
  const t = useTranslations('checkout.summary');
  return (
    <li className="grid grid-cols-[3rem_minmax(0,1fr)_auto] gap-x-3 gap-y-1 py-3">
      <div className="size-12 bg-tile p-1.5">
        {priced ? <ProductImage sku={line.sku} image={priced.image} /> : null}
      </div>
      <div className="min-w-0">
        {priced ? <bdi className="font-semibold">{priced.name ?? line.sku}</bdi> : <Skeleton className="h-6 w-32" />}
        <p className="text-sm text-muted">{t('quantity', { count: line.quantity })}</p>
      </div>
      <p className="font-semibold">{priced?.gross ? <Money value={priced.gross} /> : '–'}</p>
      <div className="col-span-3 empty:hidden">
        <LineChange line={line} priced={priced} />
      </div>
    </li>
  );
}

function Sums({ price, country }: { price: CheckoutPrice; country: string }) {
  const t = useTranslations('checkout.summary');
  const locale = useLocale();
  const { priced, sums, isEstimate, isStale } = price;
  if (!priced || !sums) return <Skeleton className="h-36" />;
  const countryName = new Intl.DisplayNames([locale], { type: 'region' }).of(country) ?? country;
  return (
    <div aria-busy={isStale} className="aria-busy:opacity-60">
      <dl className="grid grid-cols-[1fr_auto] gap-y-2">
        <dt>{t('subtotal')}</dt>
        <dd className="text-right">
          <Money value={priced.subtotalGross} />
        </dd>
        <dt>{t('shipping')}</dt>
        <dd className="text-right">
          {sums.shippingGross.amount === 0 ? t('free') : <Money value={sums.shippingGross} />}
        </dd>
        <dt className="heading border-t border-hairline pt-3 text-lg">{t('total')}</dt>
        <dd className="heading border-t border-hairline pt-3 text-right text-lg" data-testid="checkout-total">
          <Money value={sums.total} />
        </dd>
        <dt className="text-sm text-muted">{t('tax')}</dt>
        <dd className="text-right text-sm text-muted">
          <Money value={sums.tax} />
        </dd>
      </dl>
      {priced.territory ? (
        <p role="status" className="mt-3 text-sm text-muted">
          {sums.tax.amount === 0 ? t('withoutTax') : t('ownTax')}
        </p>
      ) : null}
      {isEstimate ? <p className="mt-3 text-sm text-muted">{t('estimate', { country: countryName })}</p> : null}
    </div>
  );
}
