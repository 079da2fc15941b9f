'use client';

import type { OrderUpdate } from '@orderflow/contracts';
import type { AppRouter } from '@orderflow/gateway';
import { useQueryClient } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { useTrpc, useTrpcClient } from '../trpc/client.tsx';
import { type Failure, failureOf } from '../trpc/failure.ts';
import { backoffMs, withEntries, withOrder } from './order-updates.ts';
import { usePageInUse } from './page-in-use.ts';

type Order = inferRouterOutputs<AppRouter>['orders']['get'];

/** The gateway watches so many at once. */
const MOST_ORDERS = 20;

interface OrderStream {
  watch(orderId: string): () => void;
  /** `ended`: whoever watches may not any more, or the order is not theirs. */
  readonly state: 'connecting' | 'live' | 'ended';
  readonly failure: Failure | undefined;
}

const StreamContext = createContext<OrderStream | undefined>(undefined);

/**
 * One stream for all that a tab watches: browsers give a server six connections, and each tab must leave some to the
 * others. It rests while nobody looks and goes on from the last event that was seen. What it brings goes into what
 * `orders.get`, `orders.timeline` and `orders.list` have cached, so pages just show those.
 */
export function OrderStreamProvider({ children }: { children: ReactNode }) {
  const [counts, setCounts] = useState<ReadonlyMap<string, number>>(new Map());
  const watch = useCallback((orderId: string) => {
    const add = (by: number) =>
      setCounts((now) => {
        const next = new Map(now).set(orderId, (now.get(orderId) ?? 0) + by);
        if (next.get(orderId) === 0) next.delete(orderId);
        return next;
      });
    add(1);
    return () => add(-1);
  }, []);
  const ids = [...counts.keys()].sort().slice(0, MOST_ORDERS).join(' ');
  const { state, failure } = useStream(ids);
  const stream = useMemo(() => ({ watch, state, failure }), [watch, state, failure]);
  return <StreamContext value={stream}>{children}</StreamContext>;
}

function useStream(ids: string): Pick<OrderStream, 'state' | 'failure'> {
  const client = useTrpcClient();
  const inUse = usePageInUse();
  const absorb = useAbsorb();
  const last = useRef<string>(undefined);
  const [state, setState] = useState<OrderStream['state']>('connecting');
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    if (ids === '' || !inUse) return;
    let tries = 0;
    let again: ReturnType<typeof setTimeout> | undefined;
    let subscription: { unsubscribe(): void } | undefined;
    const connect = () => {
      setState('connecting');
      subscription = client.orders.watchMany.subscribe(
        { orderIds: ids.split(' '), lastEventId: last.current },
        {
          onData: ({ id, data }) => {
            tries = 0;
            last.current = id;
            absorb(data);
          },
          onConnectionStateChange: ({ state: connection }) =>
            setState(connection === 'pending' ? 'live' : 'connecting'),
          onError: (error) => {
            const why = failureOf(error);
            if (!why.transient) {
              setFailure(why);
              setState('ended');
              return;
            }
            setState('connecting');
            again = setTimeout(connect, backoffMs(tries));
            tries += 1;
          },
        },
      );
    };
    setFailure(undefined);
    connect();
    return () => {
      clearTimeout(again);
      subscription?.unsubscribe();
    };
  }, [ids, inUse, client, absorb]);
  return { state, failure };
}

function useAbsorb(): (update: OrderUpdate) => void {
  const trpc = useTrpc();
  const queries = useQueryClient();
  return useCallback(
    ({ orderId, order, newEntries }) => {
      // Streamed, it is of a type that lets a field be there and undefined; JSON has none of those.
      queries.setQueryData(trpc.orders.get.queryKey({ orderId }), order as Order);
      queries.setQueryData(trpc.orders.timeline.queryKey({ orderId }), (now) => now && withEntries(now, newEntries));
      queries.setQueriesData({ queryKey: trpc.orders.list.pathKey() }, (now) => withOrder(now, order));
    },
    [queries, trpc],
  );
}

/** Keeps the order, wherever it is shown, as it is; says whether it does. */
export function useOrderStream(orderId: string): Pick<OrderStream, 'state' | 'failure'> {
  const stream = useContext(StreamContext);
  if (!stream) throw new Error('useOrderStream needs an OrderStreamProvider above it');
  const { watch, state, failure } = stream;
  useEffect(() => watch(orderId), [watch, orderId]);
  return { state, failure };
}
