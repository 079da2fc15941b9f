'use client';

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useQueryStates } from 'nuqs';
import { useTrpc } from '../trpc/client.tsx';
import { useShop } from '../visitor/shop-context.tsx';
import { cursorIn, type OrderParams, orderListInput, orderParsers } from './order-params.ts';

/** Orders go on while somebody looks at them. */
const LIVE_EVERY_MS = 15_000;

/** The orders that the address asks for, and how to ask for others; the address changes with it. */
export function useOrders() {
  const trpc = useTrpc();
  const { timeZone } = useShop();
  const [params, setAddress] = useQueryStates(orderParsers, { history: 'replace', throttleMs: 200 });
  const query = useInfiniteQuery({
    ...trpc.orders.list.infiniteQueryOptions(orderListInput(params, timeZone), {
      initialCursor: cursorIn(params) ?? null,
      getNextPageParam: ({ nextCursor }) => nextCursor,
    }),
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_EVERY_MS,
  });
  const change = (changed: Partial<OrderParams>) => void setAddress({ ...changed, cursor: null });
  const reset = () => void setAddress(null);
  return { params, query, change, reset };
}
