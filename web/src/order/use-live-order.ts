'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTrpc, useTrpcClient } from '../trpc/client.tsx';
import { type StreamState, streamOf } from './order-stream.ts';
import type { Order, OrderUpdate, Timeline } from './types.ts';

/** An order and its timeline: as the server rendered them, then as they change. */
export function useLiveOrder(orderId: string) {
  const trpc = useTrpc();
  const client = useTrpcClient();
  const queries = useQueryClient();
  const [stream, setStream] = useState<StreamState>('connecting');
  const order = useQuery({ ...trpc.orders.get.queryOptions({ orderId }), staleTime: Number.POSITIVE_INFINITY });
  const timeline = useQuery({ ...trpc.orders.timeline.queryOptions({ orderId }), staleTime: Number.POSITIVE_INFINITY });
  useEffect(() => {
    const orderKey = trpc.orders.get.queryKey({ orderId });
    const timelineKey = trpc.orders.timeline.queryKey({ orderId });
    return streamOf(client).watch({
      orderIds: [orderId],
      onUpdate: (update) => {
        queries.setQueryData(orderKey, (known: Order | undefined) => newer(known, update.order));
        queries.setQueryData(timelineKey, (known: Timeline | undefined) => known && withNew(known, update));
      },
      onDoubt: () => {
        void queries.invalidateQueries({ queryKey: orderKey });
        void queries.invalidateQueries({ queryKey: timelineKey });
      },
      onState: setStream,
    });
  }, [client, orderId, queries, trpc]);
  return { order, entries: timeline.data?.entries ?? [], stream };
}

const newer = (known: Order | undefined, update: Order) => (known && known.revision > update.revision ? known : update);

function withNew(known: Timeline, { newEntries }: OrderUpdate): Timeline {
  const ids = new Set(known.entries.map(({ eventId }) => eventId));
  const unseen = newEntries.filter(({ eventId }) => !ids.has(eventId));
  return unseen.length === 0 ? known : { ...known, entries: [...known.entries, ...unseen] };
}
