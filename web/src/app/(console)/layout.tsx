import type { ReactNode } from 'react';
import { OrderStreamProvider } from '#web/orders/order-stream.tsx';
import { ErrorPanel } from '#web/ui/error-panel.tsx';
import { OfflineBar } from '#web/ui/offline-bar.tsx';
import { Toaster } from '#web/ui/toast.tsx';
import { getShop, isShop } from '#web/visitor/shop.ts';
import { ShopProvider } from '#web/visitor/shop-context.tsx';

/** The frame of what staff see: the coloured copies beneath the customer's. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const shop = await getShop();
  if (!isShop(shop)) return <ErrorPanel failure={shop} />;
  return (
    <ShopProvider shop={shop}>
      <OfflineBar />
      <OrderStreamProvider>{children}</OrderStreamProvider>
      <Toaster />
    </ShopProvider>
  );
}
