'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTrpc } from '../trpc/client.tsx';
import { type Failure, failureOf } from '../trpc/failure.ts';
import { newerOrder } from './order-updates.ts';
import type { Order } from './types.ts';

/** Does something to an order, once at a time, and shows what came of it before the stream says so. */
export function useOrderAction(orderId: string) {
  const trpc = useTrpc();
  const queries = useQueryClient();
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const lock = useRef(false);
  const act = async (action: () => Promise<Order | undefined>): Promise<boolean> => {
    if (lock.current) return false;
    lock.current = true;
    setIsBusy(true);
    setFailure(undefined);
    const key = trpc.orders.get.queryKey({ orderId });
    try {
      const order = await action();
      if (!order) return false;
      queries.setQueryData(key, (known) => newerOrder(known, order));
      return true;
    } catch (error) {
      setFailure(failureOf(error));
      // Whether it was done after all, or something else was meanwhile.
      void queries.invalidateQueries({ queryKey: key });
      return false;
    } finally {
      lock.current = false;
      setIsBusy(false);
    }
  };
  return { act, isBusy, failure };
}
