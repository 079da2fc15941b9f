'use client';

import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { withAdded } from '../cart/cart-cookie.ts';
import { OPEN_CART, useCart } from '../cart/cart-store.tsx';
import { Button } from '../ui/button.tsx';
import { Quantity } from '../ui/quantity.tsx';

interface AddToCartProps {
  readonly sku: string;
  readonly name: string;
  readonly available: number;
  /** What one costs with taxes as it is shown here, in minor units: the cart says when that changes. */
  readonly unitGross: number;
}

/** The cart is a cookie, so that adding to it waits for nobody; without JavaScript a form does the same. */
export function AddToCart({ sku, name, available, unitGross }: AddToCartProps) {
  const t = useTranslations('catalogue');
  const { change } = useCart();
  const [quantity, setQuantity] = useState(1);
  const add = (event: FormEvent) => {
    event.preventDefault();
    change((cart) => withAdded(cart, { sku, quantity, seenGross: unitGross }));
    setQuantity(1);
    dispatchEvent(new Event(OPEN_CART));
  };
  return (
    <form method="post" action="/cart/change" onSubmit={add} className="flex flex-wrap items-stretch gap-3">
      <input type="hidden" name="sku" value={sku} />
      <input type="hidden" name="seenGross" value={unitGross} />
      <Quantity name="quantity" value={quantity} max={Math.min(99, available)} of={name} onChange={setQuantity} />
      <Button type="submit" className="min-w-44 flex-1">
        {t('addToCart')}
      </Button>
    </form>
  );
}
