import type { Locale } from './locales.ts';
import type account from './messages/en/account.json';
import type cart from './messages/en/cart.json';
import type catalogue from './messages/en/catalogue.json';
import type checkout from './messages/en/checkout.json';
import type console from './messages/en/console.json';
import type order from './messages/en/order.json';
import type shell from './messages/en/shell.json';

export interface Messages {
  shell: typeof shell;
  catalogue: typeof catalogue;
  cart: typeof cart;
  checkout: typeof checkout;
  order: typeof order;
  account: typeof account;
  console: typeof console;
}

declare module 'next-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: Messages;
  }
}

const FILES = {
  en: async () => ({
    shell: (await import('./messages/en/shell.json')).default,
    catalogue: (await import('./messages/en/catalogue.json')).default,
    cart: (await import('./messages/en/cart.json')).default,
    checkout: (await import('./messages/en/checkout.json')).default,
    order: (await import('./messages/en/order.json')).default,
    account: (await import('./messages/en/account.json')).default,
    console: (await import('./messages/en/console.json')).default,
  }),
  de: async () => ({
    shell: (await import('./messages/de/shell.json')).default,
    catalogue: (await import('./messages/de/catalogue.json')).default,
    cart: (await import('./messages/de/cart.json')).default,
    checkout: (await import('./messages/de/checkout.json')).default,
    order: (await import('./messages/de/order.json')).default,
    account: (await import('./messages/de/account.json')).default,
    console: (await import('./messages/de/console.json')).default,
  }),
} satisfies Record<Locale, () => Promise<Messages>>;

export const messagesIn = (locale: Locale): Promise<Messages> => FILES[locale]();
