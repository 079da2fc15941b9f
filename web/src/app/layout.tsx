import './globals.css';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import { NextIntlClientProvider } from 'next-intl';
import { getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { CART_COOKIE } from '#web/cart/cart-cookie.ts';
import { CartProvider } from '#web/cart/cart-store.tsx';
import { config } from '#web/config.ts';
import { TrpcProvider } from '#web/trpc/client.tsx';
import { getShop, isShop } from '#web/visitor/shop.ts';
import { getVisitor } from '#web/visitor/visitor.ts';
import { fontVariables } from './fonts.ts';

export async function generateMetadata(): Promise<Metadata> {
  const [t, shop] = await Promise.all([getTranslations('shell'), getShop()]);
  const name = isShop(shop) ? shop.name : t('shop');
  const base = config().SHOP_URL;
  return {
    title: { default: t('title', { name }), template: `%s · ${name}` },
    description: t('description'),
    ...(base === undefined ? {} : { metadataBase: new URL(base) }),
  };
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#111a2e' },
  ],
};

/** Theme, language and cart come from cookies: the first paint is the right one, with no script before it. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const [{ locale, theme }, jar] = await Promise.all([getVisitor(), cookies()]);
  return (
    <html lang={locale} data-theme={theme} className={fontVariables}>
      <body>
        <NextIntlClientProvider>
          <TrpcProvider>
            <CartProvider cookie={jar.get(CART_COOKIE)?.value ?? ''}>{children}</CartProvider>
          </TrpcProvider>
        </NextIntlClientProvider>
      </body>
    </html>
  );
}
