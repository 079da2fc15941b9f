'use client';

import { useTranslations } from 'next-intl';
import { countOf, withAdded } from '../cart/cart-cookie.ts';
import { OPEN_CART, useCart } from '../cart/cart-store.tsx';
import { Button } from '../ui/button.tsx';
import { toast } from '../ui/toast.tsx';
import type { Order } from './types.ts';

/** Puts an order's goods into the cart, with the prices of then: the cart says what has changed since. */
export function BuyAgain({ order }: { order: Pick<Order, 'number' | 'lines'> }) {
  const t = useTranslations('account.orders');
  const { cart, change } = useCart();
  const add = () => {
    const added = order.lines.reduce(
      (so, { sku, quantity, unitGross }) => withAdded(so, { sku, quantity, seenGross: unitGross.amount }),
      cart,
    );
    change(() => added);
    const fits = order.lines.every(({ sku }) => added.some((line) => line.sku === sku));
    toast(fits ? t('added', { count: countOf(added) - countOf(cart) }) : t('full'), {
      action: { label: t('showCart'), onClick: () => dispatchEvent(new Event(OPEN_CART)) },
    });
  };
  return (
    <Button look="secondary" onClick={add}>
      {t('again')}
      <span className="sr-only"> {order.number}</span>
    </Button>
  );
}
