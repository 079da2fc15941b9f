'use client';

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useQueryStates } from 'nuqs';
import { useTrpcClient } from '../trpc/client.tsx';
import { useShop } from '../visitor/shop-context.tsx';
import { orderPages } from './order-pages.ts';
import { cursorIn, type OrderParams, orderListInput, orderParsers } from './order-params.ts';

/** The orders that the address asks for, and how to ask for others; the address changes with it. */
export function useOrders() {
  const client = useTrpcClient();
  const { timeZone } = useShop();
  const [params, setAddress] = useQueryStates(orderParsers, { history: 'replace', throttleMs: 200 });
  const query = useInfiniteQuery({
    ...orderPages(client, orderListInput(params, timeZone), cursorIn(params)),
    placeholderData: keepPreviousData,
  });
  const change = (changed: Partial<OrderParams>) => void setAddress({ ...changed, cursor: null });
  const reset = () => void setAddress(null);
  return { params, query, change, reset };
}
