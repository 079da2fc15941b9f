'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTrpc } from '../trpc/client.tsx';
import { useShop } from '../visitor/shop-context.tsx';
import { priceInput, withSeenPrices } from './cart-changes.ts';
import { useCart } from './cart-store.tsx';

const LIVE_EVERY_MS = 20_000;

/** The cart with the shop's prices for it. Until they come after a change, the ones before stay. */
export function useCartPrice() {
  const trpc = useTrpc();
  const { country } = useShop();
  const { cart, change } = useCart();
  const query = useQuery({
    ...trpc.cart.price.queryOptions(priceInput(cart, country)),
    enabled: cart.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_EVERY_MS,
  });
  const shown = query.isPlaceholderData ? undefined : query.data;
  useEffect(() => {
    if (shown && withSeenPrices(cart, shown) !== cart) change((now) => withSeenPrices(now, shown));
  }, [shown, cart, change]);
  return { cart, change, query, priced: query.data };
}
