'use client';

import dynamic from 'next/dynamic';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { startTransition, useEffect, useState } from 'react';
import { CartIcon } from '../ui/icons.tsx';
import { countOf } from './cart-cookie.ts';
import { OPEN_CART, useCart } from './cart-store.tsx';

const CartDrawer = dynamic(() => import('./cart-drawer.tsx').then(({ CartDrawer: Drawer }) => Drawer), { ssr: false });

/** Leads to the cart; where there is JavaScript the cart comes to the page. */
export function CartButton() {
  const t = useTranslations('cart');
  const { cart } = useCart();
  const pathname = usePathname();
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(false);
  // The whole cart is there already, or what is paid for it.
  const elsewhere = pathname !== '/cart' && pathname !== '/checkout';
  useEffect(() => {
    // The count is painted first: the drawer takes longer than a finger should wait.
    const show = () =>
      startTransition(() => {
        setWanted(true);
        setOpen(true);
      });
    addEventListener(OPEN_CART, show);
    return () => removeEventListener(OPEN_CART, show);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes it
  useEffect(() => setOpen(false), [pathname]);
  const count = countOf(cart);
  return (
    <>
      <Link
        href="/cart"
        prefetch={false}
        onClick={(event) => {
          if (!elsewhere || event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          dispatchEvent(new Event(OPEN_CART));
        }}
        onPointerEnter={() => setWanted(true)}
        className="flex min-w-14 items-center justify-center gap-2 px-3 font-semibold condensed hover:text-pen"
      >
        <CartIcon />
        <span className="max-xl:sr-only">{t('cart')}</span>
        <span
          className="tabular min-w-6 rounded-sm border border-current px-1 text-center text-sm"
          data-testid="cart-count"
        >
          {count}
          <span className="sr-only"> {t('pieces', { count })}</span>
        </span>
      </Link>
      {wanted ? <CartDrawer open={open} onOpenChange={setOpen} /> : null}
    </>
  );
}
