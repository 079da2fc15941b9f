'use client';

import { createContext, type ReactNode, useCallback, useContext, useMemo, useSyncExternalStore } from 'react';
import { writeCookie } from '../visitor/preferences.ts';
import { CART_COOKIE, type Cart, formatCart, parseCart } from './cart-cookie.ts';

/** The cookie that the page was rendered with: the first paint in the browser says what the server said. */
const RenderedContext = createContext('');

export function CartProvider({ cookie, children }: { cookie: string; children: ReactNode }) {
  return <RenderedContext value={cookie}>{children}</RenderedContext>;
}

const CHANGED = 'orderflow-cart';
/** An event of the window: shows the cart beside the page. */
export const OPEN_CART = 'orderflow-open-cart';

function readCookie(): string {
  return /(?:^|; )cart=([^;]*)/.exec(document.cookie)?.[1] ?? '';
}

function subscribe(changed: () => void): () => void {
  const otherTabs = new BroadcastChannel(CHANGED);
  otherTabs.addEventListener('message', changed);
  addEventListener(CHANGED, changed);
  // A tab that was away, or a page out of the back-forward cache, may have missed a change.
  addEventListener('focus', changed);
  addEventListener('pageshow', changed);
  return () => {
    otherTabs.close();
    removeEventListener(CHANGED, changed);
    removeEventListener('focus', changed);
    removeEventListener('pageshow', changed);
  };
}

/** The cookie is the cart; nothing else keeps a copy, so the counts of server, tabs and pages cannot differ. */
export function useCart(): { cart: Cart; change(next: (cart: Cart) => Cart): void } {
  const rendered = useContext(RenderedContext);
  const cookie = useSyncExternalStore(subscribe, readCookie, () => rendered);
  const cart = useMemo(() => parseCart(cookie), [cookie]);
  const change = useCallback((next: (cart: Cart) => Cart) => {
    writeCookie(CART_COOKIE, formatCart(next(parseCart(readCookie()))));
    dispatchEvent(new Event(CHANGED));
    const otherTabs = new BroadcastChannel(CHANGED);
    otherTabs.postMessage(null);
    otherTabs.close();
  }, []);
  return { cart, change };
}
