import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { getAccount } from '#web/account/get-account.ts';
import { priceInput } from '#web/cart/cart-changes.ts';
import { getCart } from '#web/cart/get-cart.ts';
import { CheckoutPage } from '#web/checkout/checkout-page.tsx';
import { Hydrate } from '#web/trpc/hydrate.tsx';
import { prefetch, serverCalls, serverTrpc } from '#web/trpc/server.ts';
import { ErrorPanel } from '#web/ui/error-panel.tsx';
import { getShop, isShop } from '#web/visitor/shop.ts';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('checkout'))('title') };
}

export default async function CheckoutRoute() {
  const [cart, shop, account] = await Promise.all([getCart(), getShop(), getAccount()]);
  if (!isShop(shop)) return null;
  const customer = account.state === 'in' ? account.profile : null;
  const [failure, addresses] = await Promise.all([
    cart.length === 0 ? undefined : prefetch(serverTrpc().cart.price.queryOptions(priceInput(cart, shop.country))),
    customer?.role === 'customer' ? savedAddresses() : [],
  ]);
  if (failure) return <ErrorPanel failure={failure} />;
  return (
    <Hydrate>
      <CheckoutPage customer={customer} addresses={addresses} />
    </Hydrate>
  );
}

/** Without them the form is filled in by hand. */
async function savedAddresses() {
  try {
    const { addresses } = await serverCalls().profile.addresses.list.query();
    return addresses;
  } catch {
    return [];
  }
}
