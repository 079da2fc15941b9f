import type { ReactNode } from 'react';
import { OrderStreamProvider } from '#web/orders/order-stream.tsx';
import { Footer } from '#web/shell/footer.tsx';
import { Header } from '#web/shell/header.tsx';
import { ErrorPanel } from '#web/ui/error-panel.tsx';
import { OfflineBar } from '#web/ui/offline-bar.tsx';
import { Toaster } from '#web/ui/toast.tsx';
import { getShop, isShop } from '#web/visitor/shop.ts';
import { ShopProvider } from '#web/visitor/shop-context.tsx';
import { getVisitor } from '#web/visitor/visitor.ts';

/** The frame of all that customers see. */
export default async function ShopLayout({ children }: { children: ReactNode }) {
  const [shop, { theme }] = await Promise.all([getShop(), getVisitor()]);
  if (!isShop(shop)) {
    return (
      <>
        <Header shop={undefined} theme={theme} />
        <main id="main" className="page py-10">
          <ErrorPanel failure={shop} />
        </main>
        <Footer shop={undefined} theme={theme} />
      </>
    );
  }
  return (
    <ShopProvider shop={shop}>
      <OfflineBar />
      <Header shop={shop} theme={theme} />
      <main id="main" tabIndex={-1} className="page min-h-[60dvh] py-8 outline-none">
        <OrderStreamProvider>{children}</OrderStreamProvider>
      </main>
      <Footer shop={shop} theme={theme} />
      <Toaster />
    </ShopProvider>
  );
}
