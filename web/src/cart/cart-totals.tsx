'use client';

import { useLocale, useTranslations } from 'next-intl';
import { Button, ButtonLink } from '../ui/button.tsx';
import { formatMoney, Money } from '../ui/money.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { acceptChanges, changesOf, type PricedCart } from './cart-changes.ts';
import type { Cart } from './cart-cookie.ts';

interface ChangesProps {
  readonly priced: PricedCart | undefined;
  change(next: (cart: Cart) => Cart): void;
}

/** What changed is said at its line; here all of it is accepted at once. */
export function AcceptChanges({ priced, change }: ChangesProps) {
  const t = useTranslations('cart.changes');
  const count = priced ? changesOf(priced).length : 0;
  if (!priced || count === 0) return <div role="status" className="sr-only" />;
  return (
    <div role="status" className="border border-l-4 border-hairline border-l-inventory bg-inventory-ground p-4">
      <p className="mb-3 font-semibold">{t('title', { count })}</p>
      <form
        method="post"
        action="/cart/change"
        onSubmit={(event) => {
          event.preventDefault();
          change((cart) => acceptChanges(cart, priced));
        }}
      >
        <input type="hidden" name="how" value="accept" />
        <Button type="submit" look="secondary">
          {t('acceptAll', { count })}
        </Button>
      </form>
    </div>
  );
}

/** With the cheapest way of shipping; the others are chosen, and priced, at the checkout. */
export function CartTotals({ priced, stale }: { priced: PricedCart | undefined; stale: boolean }) {
  const t = useTranslations('cart');
  const locale = useLocale();
  if (!priced) return <Skeleton className="h-40" />;
  const cheapest = priced.methods.toSorted((a, b) => a.total.amount - b.total.amount)[0];
  return (
    <div aria-busy={stale} className="aria-busy:opacity-60">
      <dl className="grid grid-cols-[1fr_auto] gap-y-2">
        <dt>{t('subtotal')}</dt>
        <dd className="pl-6 text-right">
          <Money value={priced.subtotalGross} />
        </dd>
        {cheapest ? (
          <>
            <dt>
              {t('shipping', { method: t(`methods.${cheapest.method}`) })}
              {cheapest.freeFrom && cheapest.shippingGross.amount > 0 ? (
                <span className="block text-sm text-muted">
                  {t('freeFrom', { amount: formatMoney(cheapest.freeFrom, locale) })}
                </span>
              ) : null}
            </dt>
            <dd className="pl-6 text-right">
              {cheapest.shippingGross.amount === 0 ? t('free') : <Money value={cheapest.shippingGross} />}
            </dd>
            <dt className="heading border-t border-hairline pt-3 text-lg">{t('total')}</dt>
            <dd className="heading border-t border-hairline pt-3 pl-6 text-right text-lg">
              <Money value={cheapest.total} />
            </dd>
            <dt className="text-sm text-muted">{t('tax')}</dt>
            <dd className="text-right text-sm text-muted">
              <Money value={cheapest.tax} />
            </dd>
          </>
        ) : null}
      </dl>
      {priced.dependsOnPostalCode ? <p className="mt-3 text-sm text-muted">{t('dependsOnPostalCode')}</p> : null}
    </div>
  );
}

/** Nothing is ordered that the customer has not seen as it is now. */
export function ToCheckout({ priced }: { priced: PricedCart | undefined }) {
  const t = useTranslations('cart');
  if (priced?.ok) {
    return (
      <ButtonLink href="/checkout" className="w-full text-lg">
        {t('checkout')}
      </ButtonLink>
    );
  }
  return (
    <div>
      <Button disabled className="w-full text-lg">
        {t('checkout')}
      </Button>
      {priced ? <p className="mt-2 text-sm text-muted">{t('acceptFirst')}</p> : null}
    </div>
  );
}
