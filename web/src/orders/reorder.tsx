'use client';

import { useTranslations } from 'next-intl';
import { withAdded } from '../cart/cart-cookie.ts';
import { OPEN_CART, useCart } from '../cart/cart-store.tsx';
import { Button } from '../ui/button.tsx';
import type { Order } from './types.ts';

/** Puts the same into the cart; the cart says what costs something else now, or is gone. */
export function Reorder({ order: { lines } }: { order: Order }) {
  const t = useTranslations('order');
  const { change } = useCart();
  const again = () => {
    change((cart) =>
      lines.reduce(
        (filled, { sku, quantity, unitGross }) => withAdded(filled, { sku, quantity, seenGross: unitGross.amount }),
        cart,
      ),
    );
    dispatchEvent(new Event(OPEN_CART));
  };
  return (
    <Button look="secondary" className="needs-script w-full" onClick={again}>
      {t('reorder')}
    </Button>
  );
}
