import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { priceInput } from '#web/cart/cart-changes.ts';
import { CartPage } from '#web/cart/cart-page.tsx';
import { getCart } from '#web/cart/get-cart.ts';
import { Hydrate } from '#web/trpc/hydrate.tsx';
import { prefetch, serverTrpc } from '#web/trpc/server.ts';
import { ErrorPanel } from '#web/ui/error-panel.tsx';
import { getShop, isShop } from '#web/visitor/shop.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('cart'))('title') };
}

export default async function CartRoute() {
  const [cart, shop] = await Promise.all([getCart(), getShop()]);
  if (!isShop(shop)) return null;
  const failure =
    cart.length === 0
      ? undefined
      : await prefetch(serverTrpc().cart.price.queryOptions(priceInput(cart, shop.country)));
  if (failure) return <ErrorPanel failure={failure} />;
  return (
    <Hydrate>
      <CartPage />
    </Hydrate>
  );
}
