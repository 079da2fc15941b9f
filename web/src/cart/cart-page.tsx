'use client';

import { useTranslations } from 'next-intl';
import { failureOf } from '../trpc/failure.ts';
import { ButtonLink } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { Perforation, Sheet } from '../ui/sheet.tsx';
import { CartLines } from './cart-lines.tsx';
import { AcceptChanges, CartTotals, ToCheckout } from './cart-totals.tsx';
import { useCartPrice } from './use-cart-price.ts';

export function CartPage() {
  const t = useTranslations('cart');
  const { cart, change, query, priced } = useCartPrice();
  if (cart.length === 0) {
    return (
      <EmptyState title={t('empty.title')} action={<ButtonLink href="/">{t('empty.action')}</ButtonLink>}>
        {t('empty.text')}
      </EmptyState>
    );
  }
  return (
    <>
      <h1 className="heading mb-6 text-3xl sm:text-4xl">{t('title')}</h1>
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem] lg:gap-8">
        <div className="flex min-w-0 flex-col gap-4">
          <AcceptChanges priced={priced} change={change} />
          <Sheet torn className="px-4 sm:px-6">
            <CartLines {...{ cart, priced, change }} />
          </Sheet>
        </div>
        <div className="lg:sticky lg:top-6">
          {query.isError && !priced ? (
            <ErrorPanel failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
          ) : (
            <Sheet copies>
              <div className="p-5">
                <CartTotals priced={priced} stale={query.isPlaceholderData} />
              </div>
              <Perforation />
              <div className="p-5">
                <ToCheckout priced={priced} />
              </div>
            </Sheet>
          )}
        </div>
      </div>
    </>
  );
}
