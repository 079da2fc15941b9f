'use client';

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { priceInput } from '../cart/cart-changes.ts';
import { useCart } from '../cart/cart-store.tsx';
import { useTrpc } from '../trpc/client.tsx';
import { useShop } from '../visitor/shop-context.tsx';
import { destinationOf } from './checkout-form.ts';
import type { CheckoutValues } from './checkout-values.ts';

const LIVE_EVERY_MS = 20_000;

/**
 * What the cart costs at its destination: as soon as the country is known by the country, by the postal code once it is
 * one, and as it will be ordered once the address is complete enough.
 */
export function useCheckoutPrice({ address, method }: Pick<CheckoutValues, 'address' | 'method'>) {
  const trpc = useTrpc();
  const queries = useQueryClient();
  const shop = useShop();
  const { cart, change } = useCart();
  const isAbroad = address.country !== shop.country;
  // Elsewhere the taxes differ, so that no price is the one that was seen.
  const seen = isAbroad ? cart.map(({ sku, quantity }) => ({ sku, quantity })) : cart;
  const destination = destinationOf(address);
  // Some postal codes have other taxes and shipping than their country.
  const cartOptions = trpc.cart.price.queryOptions(priceInput(seen, address.country, destination?.postalCode));
  const cartQuery = useQuery({
    ...cartOptions,
    enabled: cart.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_EVERY_MS,
  });
  const priced = cartQuery.data;
  const lines = cart.map(({ sku, quantity }) => ({ sku, quantity }));
  const quoteQuery = useQuery({
    ...trpc.orders.quote.queryOptions({
      lines,
      shippingMethod: method,
      address: destination ?? { name: '-', line1: '-', city: '-', postalCode: '-', country: address.country },
      currency: shop.currency,
    }),
    enabled: destination !== undefined && cart.length > 0 && priced?.ok === true,
  });
  const quote = destination && quoteQuery.data;
  const ofMethod = priced?.methods.find((one) => one.method === method);
  return {
    cart,
    change,
    priced,
    query: cartQuery,
    /** Not exact yet, or not for what is asked now. */
    isEstimate: quote === undefined,
    isStale: cartQuery.isPlaceholderData || (destination !== undefined && quoteQuery.isFetching && !quote),
    sums: quote
      ? { shippingGross: quote.shippingGross, tax: quote.tax, total: quote.total }
      : ofMethod && { shippingGross: ofMethod.shippingGross, tax: ofMethod.tax, total: ofMethod.total },
    /** As it is this very moment. */
    fresh: () => queries.fetchQuery({ ...cartOptions, staleTime: 0 }),
    refresh: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: trpc.cart.price.queryKey() }),
        queries.invalidateQueries({ queryKey: trpc.orders.quote.queryKey() }),
      ]),
  };
}

export type CheckoutPrice = ReturnType<typeof useCheckoutPrice>;
