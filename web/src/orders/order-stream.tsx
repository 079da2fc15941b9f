'use client';

import type { OrderUpdate } from '@orderflow/contracts';
import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { useTrpc, useTrpcClient } from '../trpc/client.tsx';
import { backoffMs, newerOrder, withEntries, withOrder } from './order-updates.ts';
import { usePageInUse } from './page-in-use.ts';
import { takeSlot } from './stream-slot.ts';
import type { Order } from './types.ts';

/** The gateway watches so many at once. */
const MOST_ORDERS = 20;
/** How often a tab looks that has no stream, as others have them all. */
const LOOK_EVERY_MS = 4_000;

/** `lost`: nobody answers; it is tried again. */
type StreamState = 'connecting' | 'live' | 'lost';

interface OrderStream {
  watch(orderId: string): () => void;
  readonly state: StreamState;
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
  const state = useStream(ids);
  const stream = useMemo(() => ({ watch, state }), [watch, state]);
  return <StreamContext value={stream}>{children}</StreamContext>;
}

function useStream(ids: string): StreamState {
  const client = useTrpcClient();
  const inUse = usePageInUse();
  const { absorb, look } = useAbsorb();
  const last = useRef<string>(undefined);
  const [state, setState] = useState<StreamState>('connecting');
  useEffect(() => {
    if (ids === '' || !inUse) return;
    const orderIds = ids.split(' ');
    const ended = new AbortController();
    let tries = 0;
    let again: ReturnType<typeof setTimeout> | undefined;
    let subscription: { unsubscribe(): void } | undefined;
    const cut = () => {
      if (ended.signal.aborted) return;
      subscription?.unsubscribe();
      setState('lost');
      // An event source does not say why it was refused; the orders' own queries do, as for a session that has ended.
      look(orderIds);
      again = setTimeout(connect, backoffMs(tries));
      tries += 1;
    };
    const connect = () => {
      subscription = client.orders.watchMany.subscribe(
        { orderIds, lastEventId: last.current },
        {
          onData: ({ id, data }) => {
            tries = 0;
            last.current = id;
            absorb(data);
          },
          onConnectionStateChange: (connection) => {
            if (connection.state === 'pending') setState('live');
            else if (connection.state === 'connecting' && connection.error) setState('lost');
          },
          onError: cut,
          onComplete: cut,
        },
      );
    };
    const slot = takeSlot(ended.signal, { everyMs: LOOK_EVERY_MS, onWait: () => look(orderIds) });
    void slot.then((taken) => taken && connect());
    return () => {
      ended.abort();
      clearTimeout(again);
      subscription?.unsubscribe();
    };
  }, [ids, inUse, client, absorb, look]);
  return state;
}

function useAbsorb() {
  const trpc = useTrpc();
  const queries = useQueryClient();
  return useMemo(
    () => ({
      absorb: ({ orderId, order, newEntries }: OrderUpdate) => {
        // Streamed, it is of a type that lets a field be there and undefined; JSON has none of those.
        queries.setQueryData(trpc.orders.get.queryKey({ orderId }), (now) => newerOrder(now, order as Order));
        queries.setQueryData(trpc.orders.timeline.queryKey({ orderId }), (now) => now && withEntries(now, newEntries));
        queries.setQueriesData({ queryKey: trpc.orders.list.pathKey() }, (now) => withOrder(now, order));
      },
      look: (orderIds: readonly string[]) => {
        // A slow answer that is asked for again before it has come would never come.
        const ask = (queryKey: QueryKey) => void queries.invalidateQueries({ queryKey }, { cancelRefetch: false });
        for (const orderId of orderIds) {
          ask(trpc.orders.get.queryKey({ orderId }));
          ask(trpc.orders.timeline.queryKey({ orderId }));
        }
        ask(trpc.orders.list.pathKey());
      },
    }),
    [queries, trpc],
  );
}

/** Keeps the order, wherever it is shown, as it is; says whether it does. */
export function useOrderStream(orderId: string): StreamState {
  const stream = useContext(StreamContext);
  if (!stream) throw new Error('useOrderStream needs an OrderStreamProvider above it');
  const { watch, state } = stream;
  useEffect(() => watch(orderId), [watch, orderId]);
  return state;
}
