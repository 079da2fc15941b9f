'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { withAdded } from '../cart/cart-cookie.ts';
import { useCart } from '../cart/cart-store.tsx';
import { Button, ButtonLink } from '../ui/button.tsx';
import type { Order } from './types.ts';

/** Of an order that inventory could not serve: what was short by name, and what can be done instead. */
export function Shortage({ order: { status, reason, lines } }: { order: Order }) {
  const t = useTranslations('order.shortage');
  const router = useRouter();
  const { change } = useCart();
  if (status !== 'rejected') return null;
  // The reason names them; of an order for one product it can be no other.
  const short = lines.length === 1 ? lines : lines.filter(({ name }) => reason?.includes(name));
  const rest = lines.filter((line) => !short.includes(line));
  if (short.length === 0) return null;
  const orderRest = () => {
    change((cart) =>
      rest.reduce(
        (so, { sku, quantity, unitGross }) => withAdded(so, { sku, quantity, seenGross: unitGross.amount }),
        cart,
      ),
    );
    router.push('/cart');
  };
  return (
    <section aria-label={t('title')} className="mb-6 border-l-8 border-inventory bg-inventory-ground px-4 py-4 sm:px-6">
      <h2 className="font-semibold">{t('title')}</h2>
      <ul className="mb-3">
        {short.map(({ sku, name, quantity }) => (
          <li key={sku}>
            {quantity} × <bdi>{name}</bdi>
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-3">
        {rest.length > 0 ? (
          <span className="needs-script">
            <Button onClick={orderRest}>{t('rest', { count: rest.length })}</Button>
          </span>
        ) : null}
        {short.map(({ sku, name }) => (
          <ButtonLink key={sku} href={`/p/${sku}`} look="secondary">
            {short.length > 1 ? t('alikeOf', { name }) : t('alike')}
          </ButtonLink>
        ))}
      </div>
    </section>
  );
}
