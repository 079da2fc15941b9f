'use client';

import { useQuery } from '@tanstack/react-query';
import { useTrpc } from '../trpc/client.tsx';
import { useOrderStream } from './order-stream.tsx';
import { keepLongerTimeline, keepNewerOrder } from './order-updates.ts';

/** An order and its timeline: as the server rendered them, then as they change. */
export function useLiveOrder(orderId: string) {
  const trpc = useTrpc();
  const stream = useOrderStream(orderId);
  const fresh = { staleTime: Number.POSITIVE_INFINITY };
  const order = useQuery({
    ...trpc.orders.get.queryOptions({ orderId }),
    ...fresh,
    structuralSharing: keepNewerOrder,
  });
  const timeline = useQuery({
    ...trpc.orders.timeline.queryOptions({ orderId }),
    ...fresh,
    structuralSharing: keepLongerTimeline,
  });
  return { order, entries: timeline.data?.entries ?? [], stream };
}
