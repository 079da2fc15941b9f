import type { AppRouter } from '@orderflow/gateway';
import { infiniteQueryOptions } from '@tanstack/react-query';
import type { TRPCClient } from '@trpc/client';
import type { ListInput } from './order-params.ts';

/**
 * Orders page by page; the key begins as tRPC's, so that the stream of orders finds them. tRPC's own options add a
 * `direction` to the input, which the gateway's strict schemas refuse.
 * @param cursor where the first page begins
 */
export const orderPages = (client: TRPCClient<AppRouter>, input: ListInput, cursor: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [['orders', 'list'], 'pages', input, cursor ?? ''] as const,
    queryFn: ({ pageParam, signal }) =>
      client.orders.list.query({ ...input, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: cursor,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
